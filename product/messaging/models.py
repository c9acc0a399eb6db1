"""The three tables of messaging. They look the same in every service, and servicekit's SQL relies on that."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """An event to be published, written in the transaction of the change that it tells of."""

    event_id = models.UUIDField(_("event"), unique=True)
    type = models.TextField(_("type"))
    correlation_id = models.UUIDField(_("order"), null=True)
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("recorded at"), db_default=Now())
    claimed_until = models.DateTimeField(_("claimed until"), null=True)
    attempts = models.SmallIntegerField(_("tries"), db_default=0)
    published_at = models.DateTimeField(_("published at"), null=True)
    failed_at = models.DateTimeField(_("refused at"), null=True)
    last_error = models.TextField(_("last error"), null=True)  # noqa: DJ001  (the relay's SQL knows null)

    class Meta:
        db_table = "outbox_events"
        verbose_name = _("event to be published")
        verbose_name_plural = _("events to be published")
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
        REPLAYED = "replayed", _("Replayed")
        DISCARDED = "discarded", _("Discarded")

    id = models.UUIDField(primary_key=True)
    consumer = models.TextField(_("queue"))
    message_id = models.TextField(_("message"), null=True)  # noqa: DJ001
    type = models.TextField(_("type"), null=True)  # noqa: DJ001
    reason = models.TextField(_("reason"))
    detail = models.TextField(_("detail"))
    body = models.BinaryField()
    body_hash = models.BinaryField()
    headers = models.JSONField(_("headers"))
    parked_at = models.DateTimeField(_("parked at"), db_default=Now())
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    resolution = models.TextField(_("resolution"), null=True, choices=Resolution)  # noqa: DJ001
    note = models.TextField(_("note"), null=True)  # noqa: DJ001

    class Meta:
        db_table = "parked_messages"
        verbose_name = _("parked message")
        verbose_name_plural = _("parked messages")
        constraints = [
            models.UniqueConstraint(
                fields=["consumer", "body_hash"], condition=Q(resolved_at=None), name="parked_messages_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.type}"
