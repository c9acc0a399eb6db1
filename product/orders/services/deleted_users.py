"""What becomes of the orders of people who have deleted their accounts."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import structlog
from django.db.models.functions import Now

from product.orders.changes import Cause, change, locked, write
from product.orders.models import DeletedUser, Order
from product.orders.states import CANCELLED, Status
from product.transactions import retried_transaction

_CAUSE = Cause("user.deleted")
_KEPT = timedelta(days=1)
"""Far longer than any of the user's access tokens is believed: afterwards nobody can order in their name."""

_log = structlog.get_logger(__name__)


def remember_deleted_users(*, user_ids: Collection[UUID]) -> None:
    """Have the clock cancel what they have not paid: they may have any number of orders, and a message is one step.

    An order that is placed later, with a token that is still believed for some seconds, meets the same fate.
    """
    DeletedUser.objects.bulk_create([DeletedUser(user_id=id_) for id_ in sorted(user_ids)], ignore_conflicts=True)


@retried_transaction
def cancel_orders_of_deleted_users(*, limit: int = 100) -> int:
    """Close their unpaid orders, and release the stock. Returns how many."""
    if not DeletedUser.objects.exists():
        return 0
    unpaid = Order.objects.filter(status=Status.PENDING, user_id__in=DeletedUser.objects.values("user_id"))
    orders = locked(unpaid.order_by("user_id", "id")[:limit], skip_locked=True)
    for order in orders:
        order.cancellation_reason = "user_deleted"
    write([change(order, CANCELLED, cause=_CAUSE, detail={"reason": "user_deleted"}) for order in orders])
    if orders:
        _log.info("orders.cancelled_with_account", orders=len(orders))
    return len(orders)


@retried_transaction
def forget_deleted_users(*, limit: int = 1000) -> int:
    """Delete the ids of those who can order nothing any more. Returns how many."""
    old = DeletedUser.objects.filter(recorded_at__lt=Now() - _KEPT).order_by("recorded_at")
    ids = [user.pk for user in old.select_for_update(skip_locked=True)[:limit]]
    deleted, _ = DeletedUser.objects.filter(pk__in=ids).delete()
    return deleted
