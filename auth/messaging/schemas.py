"""What the operations endpoint answers."""

from pydantic import BaseModel, ConfigDict


class OutboxState(BaseModel):
    """`failed` events were refused by the broker five times and wait for an operator."""

    model_config = ConfigDict(from_attributes=True)

    waiting: int
    failed: int
    oldest_waiting_seconds: float | None


class RetriedEvents(BaseModel):
    retried: int
