"""What goes over the wire about sessions."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from auth.sessions.clients import DeviceType


class SessionResponse(BaseModel):
    """A sign-in that is still good. What the device said of itself is null when it said nothing understandable."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    device_type: DeviceType | None
    os: str | None
    client: str | None
    address: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool
    """Whether it is the one that asks."""


class SessionList(BaseModel):
    """All of them, newest first: there are never many."""

    results: list[SessionResponse]
    count: int
    next: None = None
    previous: None = None
