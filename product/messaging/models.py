"""The three tables of messaging. They look the same in every service, and servicekit's SQL relies on that."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class OutboxEvent(models.Model):
    """An event to be published, written in the transaction of the change that it tells of."""

    event_id = models.UUIDField(unique=True)
    type = models.TextField()
    correlation_id = models.UUIDField(null=True)
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    claimed_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(db_default=0)
    published_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.TextField(null=True)  # noqa: DJ001  (the relay's SQL, the same in all services, knows null)

    class Meta:
        db_table = "outbox_events"
        indexes = [
            models.Index(fields=["correlation_id"], name="outbox_events_correlation"),
            models.Index(fields=["id"], condition=Q(published_at=None, failed_at=None), name="outbox_events_waiting"),
            models.Index(fields=["id"], condition=Q(failed_at__isnull=False), name="outbox_events_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class InboxMessage(models.Model):
    """A message that this service has taken in: the key that makes its effect happen once."""

    pk = models.CompositePrimaryKey("consumer", "message_id")
    consumer = models.TextField()
    message_id = models.UUIDField()
    body_hash = models.BinaryField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "inbox_messages"

    def __str__(self) -> str:
        return f"{self.consumer} {self.message_id}"


class ParkedMessage(models.Model):
    """A message that could not be processed, with the reason, until an operator replays or discards it."""

    class Resolution(models.TextChoices):
        REPLAYED = "replayed"
        DISCARDED = "discarded"

    id = models.UUIDField(primary_key=True)
    consumer = models.TextField()
    message_id = models.TextField(null=True)  # noqa: DJ001
    type = models.TextField(null=True)  # noqa: DJ001
    reason = models.TextField()
    detail = models.TextField()
    body = models.BinaryField()
    body_hash = models.BinaryField()
    headers = models.JSONField()
    parked_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True)
    resolution = models.TextField(null=True, choices=Resolution)  # noqa: DJ001
    note = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        db_table = "parked_messages"
        constraints = [
            models.UniqueConstraint(
                fields=["consumer", "body_hash"], condition=Q(resolved_at=None), name="parked_messages_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} on {self.consumer}"
