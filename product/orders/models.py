"""Tables of orders. The moves that an order may make are in `states.py`."""

from datetime import datetime

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from product.catalogue.models import Product
from product.orders.states import FulfillmentStatus, PaymentStatus, Status
from servicekit.ids import new_id
from servicekit.money import format_amount


class Order(models.Model):
    """One purchase. Amounts are in minor units of `currency`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("number"), max_length=20, db_default=Func(function="next_order_number"))
    """For people: 2026-000123. Grants no access."""
    user_id = models.UUIDField(_("buyer's id"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PENDING)
    payment_status = models.CharField(_("payment"), max_length=20, choices=PaymentStatus, default=PaymentStatus.UNPAID)
    fulfillment_status = models.CharField(
        _("delivery"), max_length=20, choices=FulfillmentStatus, default=FulfillmentStatus.UNFULFILLED
    )
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    payment_method = models.CharField(max_length=141, default="wallet")
    """How the latest attempt pays. Which methods there are is payment's affair."""
    refunded_minor = models.BigIntegerField(default=0)
    """What payment has told us that it gave back."""
    attempt = models.PositiveSmallIntegerField(_("attempt to pay"), default=1)
    """The number of the latest attempt to pay."""
    failure_code = models.CharField(_("failure"), max_length=50, blank=True, default="")
    failure_message = models.TextField(blank=True, default="")
    """Why the latest attempt was declined; both empty when it was not."""
    cancellation_reason = models.CharField(max_length=20, blank=True, default="")
    carrier = models.CharField(_("carrier"), max_length=100, blank=True, db_default="")
    tracking = models.CharField(_("tracking"), max_length=200, blank=True, db_default="")
    """Who brings it, and by which number; empty when staff did not say."""
    payment_deadline = models.DateTimeField(_("to be paid until"), db_default=Now())
    asked_at = models.DateTimeField(_("payment was asked at"), null=True, db_default=Now())
    """Since when payment owes an answer; null when it owes none. What was asked follows from the state."""
    version = models.PositiveIntegerField(default=1)
    placed_at = models.DateTimeField(_("placed at"), db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    loaded_at: datetime
    """The database's time when the row was locked. Not a column: `changes.locked` sets it."""

    class Meta:
        db_table = "orders"
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="orders_number_unique"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="orders_status_known"),
            models.CheckConstraint(
                condition=Q(payment_status__in=PaymentStatus.values), name="orders_payment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(fulfillment_status__in=FulfillmentStatus.values), name="orders_fulfillment_status_known"
            ),
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="orders_total_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor")),
                name="orders_refunded_in_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["user_id", "-id"], name="orders_of_user"),
            models.Index(fields=["status", "-id"], name="orders_by_status"),
            models.Index(fields=["payment_status", "-id"], name="orders_by_payment_status"),
            models.Index(fields=["payment_deadline"], condition=Q(status="pending"), name="orders_unpaid_by_deadline"),
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="orders_awaiting_answer"),
            models.Index(
                fields=["fulfillment_status", "id"], condition=Q(status="confirmed"), name="orders_to_deliver"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> str:
        """The total as a decimal string ("19.99"), in `currency`."""
        return format_amount(self.total_minor, self.currency)

    @property
    def refunded(self) -> str:
        return format_amount(self.refunded_minor, self.currency)

    @property
    def payment_method_name(self) -> str:
        """Without the token that may follow it."""
        return self.payment_method.partition(":")[0]


class OrderLine(models.Model):
    """A product as it was sold: name and price of that moment."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_lines")
    sku = models.CharField(_("SKU"), max_length=64)
    name = models.CharField(_("name"), max_length=200)
    quantity = models.PositiveSmallIntegerField(_("quantity"))
    unit_price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        db_table = "order_lines"
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="order_lines_product_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_lines_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"

    @property
    def unit_price(self) -> str:
        return format_amount(self.unit_price_minor, self.currency)

    @property
    def total(self) -> str:
        return format_amount(self.unit_price_minor * self.quantity, self.currency)


class OrderEvent(models.Model):
    """A line of the order's timeline: what happened, when, why, and the state after it. Written once."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="events")
    type = models.CharField(max_length=40)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    payment_status = models.CharField(_("payment"), max_length=20, choices=PaymentStatus)
    fulfillment_status = models.CharField(_("delivery"), max_length=20, choices=FulfillmentStatus)
    cause = models.CharField(max_length=40)
    """`customer`, `staff`, `clock`, or the type of the event that was received."""
    actor_id = models.UUIDField(_("person"), null=True)
    """The person, when a person caused it."""
    message_id = models.UUIDField(null=True)
    """The received event that caused it."""
    published_id = models.UUIDField(null=True)
    """The event that told others."""
    detail = models.JSONField(_("detail"), default=dict)
    occurred_at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        db_table = "order_events"
        verbose_name = _("event")
        verbose_name_plural = _("timeline")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class DeletedUser(models.Model):
    """Somebody whose account was deleted lately, and whose orders are not to be paid any more."""

    user_id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "deleted_users"

    def __str__(self) -> str:
        return str(self.user_id)


class IdempotencyKey(models.Model):
    """What was answered to a request with this key, to be answered again. Written with the request's effect."""

    pk = models.CompositePrimaryKey("user_id", "route", "key")
    user_id = models.UUIDField()
    route = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    """JSON, as text: jsonb would reorder it."""
    location = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "idempotency_keys"
        indexes = [models.Index(fields=["created_at"], name="idempotency_keys_by_age")]

    def __str__(self) -> str:
        return self.key
