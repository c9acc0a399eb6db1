"""Tables of webhooks: who is told, what they are told, and how each try went."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from servicekit.ids import new_id


class WebhookEndpoint(models.Model):
    """An address of a receiver, and the types of event that it wants to hear of."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    url = models.CharField(_("address"), max_length=2000)
    description = models.CharField(_("description"), max_length=200, blank=True, default="")
    event_types = ArrayField(models.CharField(max_length=50), verbose_name=_("types of event"))
    secret = models.TextField()
    """Encrypted: see `signing.py`."""
    former_secret = models.TextField(blank=True, default="")
    """Signs beside the new one until `former_secret_until`, so that a receiver can change over in its own time."""
    former_secret_until = models.DateTimeField(_("former secret until"), null=True)
    is_active = models.BooleanField(_("switched on"), default=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    """Why it was switched off, when nobody did it by hand."""
    created_at = models.DateTimeField(_("registered at"), db_default=Now())
    updated_at = models.DateTimeField(_("changed at"), db_default=Now())

    class Meta:
        db_table = "webhook_endpoints"
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.description or str(self.pk)


class WebhookDelivery(models.Model):
    """An event on its way to one receiver. Written in the transaction of what it tells of."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No constraint: deleting an endpoint must never make an order fail that is being placed at that moment.
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        models.DO_NOTHING,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
        verbose_name=_("webhook"),
    )
    event_id = models.UUIDField(_("event"))
    """The `webhook-id`: the same at every try, by which a receiver knows what it has heard before."""
    event_type = models.CharField(_("type of event"), max_length=50)
    fact = models.CharField(_("about"), max_length=100)
    """What the event is about. Other services may tell of one fact twice, as two events: receivers are told once."""
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    """Since the delivery was recorded, or asked for again by hand."""
    claim = models.PositiveIntegerField(_("claim"), default=0)
    """Rises with every claim: only the latest claimant may write down a result."""
    next_attempt_at = models.DateTimeField(_("next try at"), db_default=Now())
    """While it is being tried: until when nobody else may."""
    created_at = models.DateTimeField(_("recorded at"), db_default=Now())
    delivered_at = models.DateTimeField(_("delivered at"), null=True)

    class Meta:
        db_table = "webhook_deliveries"
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_type", "fact"], name="webhook_deliveries_fact_once")
        ]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhook_deliveries_latest"),
            models.Index(fields=["endpoint", "next_attempt_at"], condition=Q(state="pending"), name="webhook_due"),
            models.Index(fields=["created_at"], name="webhook_deliveries_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"


class WebhookAttempt(models.Model):
    """One try, as it went. Written once."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="attempts")
    attempted_at = models.DateTimeField(_("when"), db_default=Now())
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    """Of the answer; null when there was none."""
    duration_milliseconds = models.PositiveIntegerField(_("milliseconds"))
    error = models.CharField(_("error"), max_length=200, blank=True, default="")
    answer = models.TextField(_("answer"), blank=True, default="")
    """Its beginning."""

    class Meta:
        db_table = "webhook_attempts"
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"#{self.pk}"
