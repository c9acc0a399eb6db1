"""What goes over the wire about profiles."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from auth.profiles.fields import Address, Biography, PersonName, PhoneNumber, ShortText, Website
from servicekit.principal import Role
from servicekit.text import Text


class UserChanges(BaseModel):
    """What is to be different. What is not given stays as it is, and null removes it (RFC 7396).

    Only admins may give `role` and `is_active`.
    """

    model_config = ConfigDict(extra="forbid")

    display_name: ShortText | None = None
    first_name: PersonName | None = None
    last_name: PersonName | None = None
    bio: Biography | None = None
    location: ShortText | None = None
    website: Website | None = None
    phone_number: PhoneNumber | None = None
    address: Address | None = None
    is_searchable: StrictBool = True
    role: Role = "customer"
    is_active: StrictBool = True


class PublicProfile(BaseModel):
    """What everyone who is signed in may see of a user."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    username: str
    display_name: str | None
    bio: str | None
    location: str | None
    website: str | None
    created_at: datetime


class UserSearch(BaseModel):
    """Whom to look for, by the beginning of a name, mistyped or not."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[Text, Field(min_length=1, max_length=100)]
    offset: Annotated[int, Field(ge=0, le=1_000)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20
