"""What happens to orders by the passing of time. Bounded batches; several processes may do this at once."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from product.messaging import outbox
from product.messaging.models import OutboxEvent
from product.orders.changes import Cause, change, locked, write
from product.orders.events import open_question
from product.orders.models import IdempotencyKey, Order
from product.orders.states import EXPIRED, Status
from product.transactions import retried_transaction
from servicekit.idempotency import KEPT_DAYS

_CLOCK = Cause("clock")

_log = structlog.get_logger(__name__)


@retried_transaction
def expire_unpaid_orders(*, limit: int = 100) -> int:
    """Close orders whose deadline has passed, and release their stock. Returns how many."""
    overdue = Order.objects.filter(status=Status.PENDING, payment_deadline__lt=Now()).order_by("payment_deadline")
    orders = locked(overdue[:limit], skip_locked=True)
    for order in orders:
        order.cancellation_reason = "expired"
    write([change(order, EXPIRED, cause=_CLOCK) for order in orders])
    return len(orders)


@retried_transaction
def ask_again(*, limit: int = 100) -> int:
    """Repeat the questions that payment has left unanswered for too long. Returns how many.

    The broker confirming a question does not mean that it was heard: somebody may empty a queue, or discard what was
    parked. (What a wiped broker has lost, the relays send again by themselves.) One that still waits in the outbox was
    not heard either, but will be: to ask once more would only make the queue longer, the more so the longer it is.
    """
    patience = timedelta(seconds=settings.ENVIRONMENT.reask_after_seconds)
    unsent = OutboxEvent.objects.filter(correlation_id=OuterRef("pk"), published_at=None, failed_at=None)
    unanswered = Order.objects.filter(~Exists(unsent), asked_at__lt=Now() - patience)
    waiting = unanswered.order_by("asked_at").prefetch_related("lines")
    orders = locked(waiting[:limit], skip_locked=True)
    if orders:
        outbox.record(*[open_question(order) for order in orders])
        Order.objects.filter(id__in=[order.pk for order in orders]).update(asked_at=Now())
        _log.info("orders.asked_again", orders=len(orders))
    return len(orders)


@retried_transaction
def forget_old_keys(*, limit: int = 1000) -> int:
    """Delete idempotency keys that are past their time. Returns how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=Now() - timedelta(days=KEPT_DAYS)).order_by("created_at")
    keys = old.select_for_update(skip_locked=True)[:limit]
    deleted, _ = IdempotencyKey.objects.filter(pk__in=[key.pk for key in keys]).delete()
    return deleted
