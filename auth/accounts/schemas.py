"""What goes over the wire about accounts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from auth.accounts.password_policy import MAX_LENGTH, MIN_LENGTH, refuse_weak_password
from servicekit.text import Text, storable
from servicekit.tokens import Role


def _deliverable_form(value: str) -> str:
    """The normalised address. Only its syntax is checked: no look-up, no mail."""
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


def _storable_secret(value: SecretStr) -> SecretStr:
    storable(value.get_secret_value())
    return value


Username = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{3,32}$", examples=["ada.lovelace"])]
Email = Annotated[Text, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(_deliverable_form)]
PersonName = Annotated[Text, Field(min_length=1, max_length=100)]
Password = Annotated[SecretStr, Field(max_length=MAX_LENGTH), AfterValidator(_storable_secret)]
NewPassword = Annotated[
    SecretStr, Field(min_length=MIN_LENGTH, max_length=MAX_LENGTH), AfterValidator(_storable_secret)
]


class Registration(BaseModel):
    """A new account. Unknown fields, such as `role`, are refused."""

    model_config = ConfigDict(extra="forbid")

    username: Username
    email: Email
    password: NewPassword
    first_name: PersonName | None = None
    last_name: PersonName | None = None

    @field_validator("password", mode="after")
    @classmethod
    def _not_easily_guessed(cls, password: SecretStr, info: ValidationInfo) -> SecretStr:
        names = (info.data.get("username", ""), info.data.get("email", ""))
        refuse_weak_password(password.get_secret_value(), names=names)
        return password


class UserResponse(BaseModel):
    """An account as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    username: str
    email: str
    first_name: str | None
    last_name: str | None
    role: Role
    created_at: datetime
