"""What goes over the wire about credentials."""

from pydantic import BaseModel, ConfigDict

from auth.accounts.schemas import NewPassword, Password


class PasswordChange(BaseModel):
    """The old password proves that it is not just somebody at an open screen."""

    model_config = ConfigDict(extra="forbid")

    old_password: Password
    new_password: NewPassword
