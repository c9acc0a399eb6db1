"""What goes over the wire about confirmations."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from auth.accounts.schemas import Email, NewPassword, Password
from servicekit.text import Text

ConfirmationToken = Annotated[Text, Field(min_length=1, max_length=100)]


class PasswordResetRequest(BaseModel):
    """The address of an account, or of none: the answer is the same."""

    model_config = ConfigDict(extra="forbid")

    email: Email


class PasswordReset(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: ConfirmationToken
    new_password: NewPassword


class EmailChangeRequest(BaseModel):
    """The new address, and the password: a session that was left open must not be enough to take over an account."""

    model_config = ConfigDict(extra="forbid")

    new_email: Email
    password: Password


class EmailConfirmation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: ConfirmationToken
