"""Tables of webhooks: who is told, what they are told, and how each try went."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from servicekit.ids import new_id


class WebhookEndpoint(models.Model):
    """An address of a receiver, and the types of event that it wants to hear of."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    event_types = ArrayField(models.CharField(max_length=50))
    secret = models.TextField()
    """Encrypted: see `signing.py`."""
    former_secret = models.TextField(blank=True, default="")
    """Signs beside the new one until `former_secret_until`, so that a receiver can change over in its own time."""
    former_secret_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")
    """Why it was switched off, when nobody did it by hand."""
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "webhook_endpoints"

    def __str__(self) -> str:
        return self.description or str(self.pk)


class WebhookDelivery(models.Model):
    """An event on its way to one receiver. Written in the transaction of what it tells of."""

    class State(models.TextChoices):
        PENDING = "pending"
        DELIVERED = "delivered"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No constraint: deleting an endpoint must never make an order fail that is being placed at that moment.
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.DO_NOTHING, related_name="deliveries", db_constraint=False, db_index=False
    )
    event_id = models.UUIDField()
    """The `webhook-id`: the same at every try, by which a receiver knows what it has heard before."""
    event_type = models.CharField(max_length=50)
    fact = models.CharField(max_length=100)
    """What the event is about. Other services may tell of one fact twice, as two events: receivers are told once."""
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    """Since the delivery was recorded, or asked for again by hand."""
    claim = models.PositiveIntegerField(default=0)
    """Rises with every claim: only the latest claimant may write down a result."""
    next_attempt_at = models.DateTimeField(db_default=Now())
    """While it is being tried: until when nobody else may."""
    created_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_deliveries"
        verbose_name_plural = "webhook deliveries"
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
    attempted_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True)
    """Of the answer; null when there was none."""
    duration_milliseconds = models.PositiveIntegerField()
    error = models.CharField(max_length=200, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    """Its beginning."""

    class Meta:
        db_table = "webhook_attempts"
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.status or self.error)
