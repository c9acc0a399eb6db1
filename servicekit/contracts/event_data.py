"""The shape that the data of every event shares."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class EventData(BaseModel):
    """What an event tells: frozen values, never ORM objects.

    Consumers ignore fields they do not know, so a contract may grow by optional fields. Anything else is a new type.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    producer: ClassVar[str]
    subject_field: ClassVar[str]

    @property
    def subject(self) -> str:
        """The aggregate that the event is about, as `<noun>/<id>`."""
        noun = self.subject_field.removesuffix("_id")
        return f"{noun}/{getattr(self, self.subject_field)}"

    @property
    def correlation_id(self) -> UUID | None:
        """The id of the order that this event belongs to, if it belongs to one."""
        return getattr(self, "order_id", None)
