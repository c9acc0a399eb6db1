"""What goes over the wire about accounts."""

from datetime import datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from auth.accounts.password_policy import MAX_LENGTH, MIN_LENGTH, refuse_weak_password
from auth.profiles.fields import Address, PersonName
from servicekit.principal import Role
from servicekit.text import Text, storable


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


class NewAccount(Registration):
    """An account that an admin creates, under an id of their choice if they have one in mind."""

    user_id: UUID | None = None
    role: Role = "customer"
    is_active: StrictBool = True


class UserListing(BaseModel):
    """Which accounts to list. `order` starts with `-` for the other direction."""

    model_config = ConfigDict(extra="forbid")

    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    order: Literal["created_at", "-created_at", "username", "-username"] = "created_at"
    deleted: bool = False
    role: Annotated[Role | None, WithJsonSchema({"type": "string", "enum": get_args(Role)})] = None


class UserResponse(BaseModel):
    """An account as its owner sees it, and as admins do."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    username: str
    email: str
    email_verified: bool
    first_name: str | None
    last_name: str | None
    display_name: str | None
    bio: str | None
    location: str | None
    website: str | None
    phone_number: str | None
    address: Address | None
    is_searchable: bool
    role: Role
    is_active: bool
    deleted: bool
    created_at: datetime
