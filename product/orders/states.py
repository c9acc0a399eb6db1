"""The three axes of an order's state, and every move that an order may make on them. Data, read by `changes.py`."""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from product.catalogue.stock import StockMove


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    CONFIRMED = "confirmed", _("Confirmed")
    COMPLETED = "completed", _("Completed")
    CANCELLING = "cancelling", _("Cancelling")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class PaymentStatus(models.TextChoices):
    UNPAID = "unpaid", _("Unpaid")
    FAILED = "failed", _("Failed")
    PAID = "paid", _("Paid")
    REFUND_PENDING = "refund_pending", _("Refund Pending")
    REFUNDED = "refunded", _("Refunded")


class FulfillmentStatus(models.TextChoices):
    UNFULFILLED = "unfulfilled", _("Unfulfilled")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")


CLOSED: Final = frozenset({Status.CANCELLED, Status.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One legal move: from where, to where (None: stays), and what comes with it."""

    type: str
    """The word for it in the order's timeline."""
    status: frozenset[Status]
    payment_status: frozenset[PaymentStatus]
    fulfillment_status: frozenset[FulfillmentStatus] = frozenset({FulfillmentStatus.UNFULFILLED})
    to_status: Status | None = None
    to_payment_status: PaymentStatus | None = None
    to_fulfillment_status: FulfillmentStatus | None = None
    stock: StockMove | None = None
    owes_answer: bool | None = None
    """Whether payment owes us an answer afterwards; None when this move does not change that."""
    publishes: str | None = None
    """The type of the event that tells others."""


_PENDING = frozenset({Status.PENDING})
_OPEN_PAYMENT = frozenset({PaymentStatus.UNPAID, PaymentStatus.FAILED})
_UNPAID = frozenset({PaymentStatus.UNPAID})

PAID: Final = Transition(
    type="paid",
    status=_PENDING,
    payment_status=_UNPAID,
    to_status=Status.CONFIRMED,
    to_payment_status=PaymentStatus.PAID,
    stock=StockMove.SELL,
    owes_answer=False,
    publishes="order.confirmed",
)
PAYMENT_FAILED: Final = Transition(
    type="payment_failed",
    status=_PENDING,
    payment_status=_UNPAID,
    to_payment_status=PaymentStatus.FAILED,
    owes_answer=False,
)
PAYMENT_REQUESTED: Final = Transition(
    type="payment_requested",
    status=_PENDING,
    payment_status=frozenset({PaymentStatus.FAILED}),
    to_payment_status=PaymentStatus.UNPAID,
    owes_answer=True,
    publishes="order.payment_requested",
)
CANCELLED: Final = Transition(
    type="cancelled",
    status=_PENDING,
    payment_status=_OPEN_PAYMENT,
    to_status=Status.CANCELLED,
    stock=StockMove.RELEASE,
    owes_answer=True,
    publishes="order.cancelled",
)
EXPIRED: Final = Transition(
    type="expired",
    status=_PENDING,
    payment_status=_OPEN_PAYMENT,
    to_status=Status.EXPIRED,
    stock=StockMove.RELEASE,
    owes_answer=True,
    publishes="order.cancelled",
)
PAYMENT_VOIDED: Final = Transition(
    type="payment_voided", status=CLOSED, payment_status=_OPEN_PAYMENT, owes_answer=False
)
CANCELLATION_REQUESTED: Final = Transition(
    type="cancellation_requested",
    status=frozenset({Status.CONFIRMED}),
    payment_status=frozenset({PaymentStatus.PAID}),
    to_status=Status.CANCELLING,
    to_payment_status=PaymentStatus.REFUND_PENDING,
    stock=StockMove.TAKE_BACK,
    owes_answer=True,
    publishes="order.cancelled",
)
REFUNDED: Final = Transition(
    type="refunded",
    status=frozenset({Status.CANCELLING}),
    payment_status=frozenset({PaymentStatus.REFUND_PENDING}),
    to_status=Status.CANCELLED,
    to_payment_status=PaymentStatus.REFUNDED,
    owes_answer=False,
)
# Staff may give money back without closing the order. A refund may be heard of before its payment's success.
REFUNDED_IN_PART: Final = Transition(
    type="refunded_in_part",
    status=frozenset({Status.PENDING, Status.CONFIRMED, Status.COMPLETED, Status.CANCELLING}),
    payment_status=frozenset({PaymentStatus.UNPAID, PaymentStatus.PAID, PaymentStatus.REFUND_PENDING}),
    fulfillment_status=frozenset(FulfillmentStatus),
)
REFUNDED_WHILE_OPEN: Final = Transition(
    type="refunded",
    status=frozenset({Status.CONFIRMED, Status.COMPLETED}),
    payment_status=frozenset({PaymentStatus.PAID}),
    fulfillment_status=frozenset(FulfillmentStatus),
    to_payment_status=PaymentStatus.REFUNDED,
)
# Its money is back already: payment has nothing left to answer.
CANCELLED_AFTER_REFUND: Final = Transition(
    type="cancelled",
    status=frozenset({Status.CONFIRMED}),
    payment_status=frozenset({PaymentStatus.REFUNDED}),
    to_status=Status.CANCELLED,
    stock=StockMove.TAKE_BACK,
    publishes="order.cancelled",
)
# A payment may succeed while its order is being closed. The money goes back, and the order stays closed.
PAID_LATE: Final = Transition(
    type="paid_late", status=CLOSED, payment_status=_UNPAID, to_payment_status=PaymentStatus.PAID
)
LATE_REFUND_REQUESTED: Final = Transition(
    type="refund_requested",
    status=CLOSED,
    payment_status=frozenset({PaymentStatus.PAID}),
    to_payment_status=PaymentStatus.REFUND_PENDING,
    owes_answer=True,
    publishes="order.cancelled",
)
LATE_REFUNDED: Final = Transition(
    type="refunded",
    status=CLOSED,
    payment_status=frozenset({PaymentStatus.REFUND_PENDING}),
    to_payment_status=PaymentStatus.REFUNDED,
    owes_answer=False,
)

SHIPPED: Final = Transition(
    type="shipped",
    status=frozenset({Status.CONFIRMED}),
    payment_status=frozenset({PaymentStatus.PAID}),
    to_fulfillment_status=FulfillmentStatus.SHIPPED,
    publishes="order.shipped",
)
DELIVERED: Final = Transition(
    type="delivered",
    status=frozenset({Status.CONFIRMED}),
    payment_status=frozenset({PaymentStatus.PAID, PaymentStatus.REFUNDED}),
    fulfillment_status=frozenset({FulfillmentStatus.SHIPPED}),
    to_status=Status.COMPLETED,
    to_fulfillment_status=FulfillmentStatus.DELIVERED,
    publishes="order.delivered",
)

STALE: Final = "stale"
"""The word in the timeline for a message that fits none of these moves. Shown to staff only."""
