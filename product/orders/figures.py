"""Orders counted: over time, for the charts of the back office, and those that wait for somebody to act."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDay, TruncHour

from product.orders.models import Order
from product.orders.queries import OrderFilter
from product.orders.states import FulfillmentStatus, PaymentStatus, Status

Unit = Literal["hour", "day"]

_TRUNCATED = {"hour": TruncHour, "day": TruncDay}
_KEPT = F("total_minor") - F("refunded_minor")
_IS_PAID = Q(payment_status=PaymentStatus.PAID)
_IS_DECLINED = ~Q(failure_code="")


@dataclass(frozen=True, slots=True)
class Tally:
    """The orders placed in one hour or day, of one currency."""

    begins_at: datetime
    currency: str
    placed: int
    declined: int
    """Whose latest attempt to pay was declined."""
    paid: int
    revenue_minor: int
    """Of those that are paid, less what was given back."""


def tally_orders(*, unit: Unit, placed_from: datetime) -> list[Tally]:
    """One statement over the orders since then; hours and days are those of the active time zone.

    Hours and days without orders are left out.
    """
    wanted = OrderFilter(placed_from=placed_from)
    slots = Order.objects.filter(**wanted.conditions()).values(
        begins_at=_TRUNCATED[unit]("placed_at"), of=F("currency")
    )
    counted = slots.annotate(
        placed=Count("pk"),
        declined=Count("pk", filter=_IS_DECLINED),
        paid=Count("pk", filter=_IS_PAID),
        revenue=Coalesce(Sum(_KEPT, filter=_IS_PAID), 0),
    )
    columns = ("begins_at", "of", "placed", "declined", "paid", "revenue")
    return [Tally(*row) for row in counted.order_by("begins_at", "of").values_list(*columns)]


def orders_to_ship() -> QuerySet[Order]:
    """Paid, and still here."""
    return Order.objects.filter(
        status=Status.CONFIRMED, payment_status=PaymentStatus.PAID, fulfillment_status=FulfillmentStatus.UNFULFILLED
    )


def orders_on_their_way() -> QuerySet[Order]:
    return Order.objects.filter(status=Status.CONFIRMED, fulfillment_status=FulfillmentStatus.SHIPPED)
