"""How orders change: *load* them locked, *decide* in memory, *write* the result in a few statements for them all.

Web requests, the consumer and the clock go the same way; one order is a batch of one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from pydantic_core import to_json

from product.catalogue import stock
from product.catalogue.stock import StockMove
from product.messaging import outbox
from product.orders.events import BUILDERS
from product.orders.models import Order, OrderEvent, OrderLine
from product.orders.states import STALE, Transition
from servicekit.contracts import CloudEvent
from servicekit.messaging import Incoming


class IllegalTransition(Exception):
    """The order's state does not allow the move."""


class ConcurrentChange(Exception):
    """An order changed between loading and writing. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Who or what changes an order: a person (`customer`, `staff`), the `clock`, or a received event."""

    name: str
    actor_id: UUID | None = None
    message: Incoming[Any] | None = None

    @classmethod
    def of(cls, message: Incoming[Any]) -> "Cause":
        return cls(message.event.type, message=message)


@dataclass(frozen=True, slots=True)
class Change:
    """A line of an order's timeline, decided and not yet written, with all that belongs to it."""

    order: Order
    entry: OrderEvent
    transition: Transition | None = None
    """None for a line that tells of no change."""
    event: CloudEvent[Any] | None = None


def locked(orders: QuerySet[Order], *, skip_locked: bool = False) -> list[Order]:
    """Load orders for a change, with `loaded_at`. Without an order of its own the query locks in id order."""
    if not orders.query.order_by:
        orders = orders.order_by("id")
    timed = orders.annotate(loaded_at=Now())  # type: ignore[no-redef]  # the model declares it for those who read it
    return list(timed.select_for_update(no_key=True, skip_locked=skip_locked))


def allows(order: Order, transition: Transition) -> bool:
    return (
        order.status in transition.status
        and order.payment_status in transition.payment_status
        and order.fulfillment_status in transition.fulfillment_status
    )


def change(order: Order, transition: Transition, *, cause: Cause, detail: dict[str, Any] | None = None) -> Change:
    """Make the move in memory, so that the next decision of the batch sees it. Raises `IllegalTransition`."""
    if not allows(order, transition):
        raise IllegalTransition(f"{transition.type}: order {order.pk} is {order.status}, {order.payment_status}")
    order.status = transition.to_status or order.status
    order.payment_status = transition.to_payment_status or order.payment_status
    order.fulfillment_status = transition.to_fulfillment_status or order.fulfillment_status
    order.version += 1
    order.updated_at = order.loaded_at
    if transition.owes_answer is not None:
        order.asked_at = order.loaded_at if transition.owes_answer else None
    event = BUILDERS[transition.publishes](order, cause.message) if transition.publishes else None
    entry = timeline_entry(order, transition.type, cause=cause, detail=detail, published_id=event.id if event else None)
    return Change(order, entry, transition, event)


def stale(order: Order, *, cause: Cause, detail: dict[str, Any] | None = None) -> Change:
    """A message that fits no transition: kept in the timeline, without effect."""
    return Change(order, timeline_entry(order, STALE, cause=cause, detail=detail))


def timeline_entry(
    order: Order,
    entry_type: str,
    *,
    cause: Cause,
    detail: dict[str, Any] | None = None,
    published_id: UUID | None = None,
) -> OrderEvent:
    """An unsaved line with the order's state as it is now."""
    return OrderEvent(
        order_id=order.pk,
        type=entry_type,
        status=order.status,
        payment_status=order.payment_status,
        fulfillment_status=order.fulfillment_status,
        cause=cause.name,
        actor_id=cause.actor_id,
        message_id=None if cause.message is None else cause.message.event_id,
        published_id=published_id,
        detail=detail or {},
    )


def write(changes: Sequence[Change]) -> None:
    """Write orders, timelines, stock and events. Runs in the caller's transaction. Raises `ConcurrentChange`."""
    if not changes:
        return
    _update_orders(changes)
    _add_to_timelines([change.entry for change in changes])
    _move_stock(changes)
    outbox.record(*[change.event for change in changes if change.event is not None])


# A batch travels as one JSON document: as parameters of their own, its values take Django and the driver longer than
# everything else that is done about it.
_UPDATE = """
    UPDATE orders SET status = new.status, payment_status = new.payment_status,
        fulfillment_status = new.fulfillment_status, attempt = new.attempt,
        failure_code = new.failure_code, failure_message = new.failure_message,
        cancellation_reason = new.cancellation_reason, carrier = new.carrier, tracking = new.tracking,
        asked_at = new.asked_at, version = new.version, updated_at = new.updated_at,
        payment_method = new.payment_method, refunded_minor = new.refunded_minor
    FROM json_populate_recordset(NULL::orders, %s) AS new JOIN json_to_recordset(%s) AS loaded (id uuid, version int)
        USING (id)
    WHERE orders.id = new.id AND orders.version = loaded.version
"""
_CHANGED = (
    "id", "status", "payment_status", "fulfillment_status", "attempt", "failure_code", "failure_message",
    "cancellation_reason", "carrier", "tracking", "asked_at", "version", "updated_at", "payment_method",
    "refunded_minor",
)  # fmt: skip
_ADD_TO_TIMELINES = """
    INSERT INTO order_events (order_id, type, status, payment_status, fulfillment_status, cause, actor_id, message_id,
        published_id, detail)
    SELECT order_id, type, status, payment_status, fulfillment_status, cause, actor_id, message_id, published_id, detail
    FROM json_populate_recordset(NULL::order_events, %s)
"""
_TOLD = (
    "order_id", "type", "status", "payment_status", "fulfillment_status", "cause", "actor_id", "message_id",
    "published_id", "detail",
)  # fmt: skip


def _update_orders(changes: Sequence[Change]) -> None:
    """One conditional UPDATE. Its row count decides."""
    steps = Counter(change.order.pk for change in changes if change.transition is not None)
    changed = {change.order.pk: change.order for change in changes if change.order.pk in steps}
    if not changed:
        return
    loaded = [{"id": order.pk, "version": order.version - steps[order.pk]} for order in changed.values()]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [_document(changed.values(), _CHANGED), to_json(loaded).decode()])
        if cursor.rowcount != len(changed):
            raise ConcurrentChange(f"{cursor.rowcount} of {len(changed)} orders were as loaded")


def _add_to_timelines(entries: Sequence[OrderEvent]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD_TO_TIMELINES, [_document(entries, _TOLD)])


def _document(rows: Iterable[Order | OrderEvent], columns: Sequence[str]) -> str:
    return to_json([{column: getattr(row, column) for column in columns} for row in rows]).decode()


def _move_stock(changes: Sequence[Change]) -> None:
    """Sum what the orders' lines move, so that each stock row is touched once per kind of move."""
    moves = {
        change.order.pk: change.transition.stock for change in changes if change.transition and change.transition.stock
    }
    if not moves:
        return
    quantities: dict[StockMove, Counter[UUID]] = {}
    lines = OrderLine.objects.filter(order_id__in=moves).order_by().values_list("order_id", "product_id", "quantity")
    for order_id, product_id, quantity in lines:
        quantities.setdefault(moves[order_id], Counter())[product_id] += quantity
    for stock_move, of_products in sorted(quantities.items(), key=lambda item: item[0].name):
        stock.move(of_products, stock_move)
