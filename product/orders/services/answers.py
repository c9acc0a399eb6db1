"""What payment's answers do to orders. Each function takes a batch, and runs in the transaction of its messages."""

from collections.abc import Callable, Sequence
from typing import Any

import structlog

from product.orders.changes import Cause, Change, allows, change, locked, stale, write
from product.orders.models import Order
from product.orders.states import (
    LATE_REFUND_REQUESTED,
    LATE_REFUNDED,
    PAID,
    PAID_LATE,
    PAYMENT_FAILED,
    PAYMENT_VOIDED,
    REFUNDED,
    REFUNDED_IN_PART,
    REFUNDED_WHILE_OPEN,
    Transition,
)
from servicekit.contracts import PaymentFailed, PaymentRefunded, PaymentSucceeded, PaymentVoided
from servicekit.messaging import ContentError, Incoming
from servicekit.money import InvalidAmount, parse_amount

Path = Sequence[Transition]
"""Transitions that follow one another, for one reason."""

_log = structlog.get_logger(__name__)


def take_successes(messages: Sequence[Incoming[PaymentSucceeded]]) -> None:
    """Confirm the orders. One that was closed meanwhile stays closed, and asks for its money back."""
    _take(messages, _after_success)


def take_failures(messages: Sequence[Incoming[PaymentFailed]]) -> None:
    """Note the declined attempts. The stock stays reserved: the order can be paid again until its deadline."""
    _take(messages, _after_failure)


def take_refunds(messages: Sequence[Incoming[PaymentRefunded]]) -> None:
    """Close the cancellations of orders whose money is back in full. Orders that stay open show what was given back."""
    _take(messages, _after_refund)


def take_voids(messages: Sequence[Incoming[PaymentVoided]]) -> None:
    """Close the cancellations of orders for which no money had moved."""
    _take(messages, _after_void)


class AmountMismatch(ContentError):
    """Payment speaks of another amount than the order's total allows. The message is parked for people to look into."""

    def __init__(self, detail: str) -> None:
        super().__init__("amount_mismatch", detail)


Decide = Callable[[Order, Any], Path]
"""From the order as it stands and the answer's data to the transitions that follow; none when the answer is stale."""


def _take(messages: Sequence[Incoming[Any]], decide: Decide) -> None:
    orders = {order.pk: order for order in locked(Order.objects.filter(id__in={m.data.order_id for m in messages}))}
    changes: list[Change] = []
    for message in messages:
        order = orders.get(message.data.order_id)
        if order is None:
            _log.warning("order.unknown", order_id=str(message.data.order_id), message_id=str(message.event_id))
            continue
        changes += _changes(order, message, decide)
    write(changes)


def _changes(order: Order, message: Incoming[Any], decide: Decide) -> list[Change]:
    cause = Cause.of(message)
    detail = message.data.model_dump(mode="json", exclude={"order_id"})
    path = decide(order, message.data)
    if not path:
        _log.info("answer.stale", order_id=str(order.pk), type=message.event.type, message_id=str(message.event_id))
        return [stale(order, cause=cause, detail=detail)]
    return [change(order, transition, cause=cause, detail=detail) for transition in path]


def _after_success(order: Order, data: PaymentSucceeded) -> Path:
    if data.attempt != order.attempt:
        return ()
    if _minor(order, data.amount, data.currency) != order.total_minor:
        raise AmountMismatch("another amount was captured than the order costs")
    paid = (PAID, REFUNDED_WHILE_OPEN) if 0 < order.refunded_minor == order.total_minor else (PAID,)
    return _first_fitting(order, paid, (PAID_LATE, LATE_REFUND_REQUESTED))


def _after_failure(order: Order, data: PaymentFailed) -> Path:
    if data.attempt != order.attempt or not allows(order, PAYMENT_FAILED):
        return ()
    order.failure_code, order.failure_message = data.code, data.message
    return (PAYMENT_FAILED,)


def _after_refund(order: Order, data: PaymentRefunded) -> Path:
    """A refund in part closes nothing. The third path is for a success that was lost on the way.

    Refunds of one payment may come in any order: the greatest of their totals holds.
    """
    total_minor = _minor(order, data.total_refunded, data.currency)
    if not 0 <= _minor(order, data.amount, data.currency) <= total_minor <= order.total_minor:
        raise AmountMismatch("more, or less than nothing, was given back of what the order costs")
    is_news = total_minor > order.refunded_minor
    order.refunded_minor = max(order.refunded_minor, total_minor)
    if total_minor == order.total_minor and (path := _first_fitting(order, *_REFUNDED_IN_FULL)):
        return path
    return _first_fitting(order, (REFUNDED_IN_PART,)) if is_news else ()


_REFUNDED_IN_FULL: Sequence[Path] = (
    (REFUNDED,),
    (LATE_REFUNDED,),
    (PAID_LATE, LATE_REFUND_REQUESTED, LATE_REFUNDED),
    (REFUNDED_WHILE_OPEN,),
)


def _after_void(order: Order, _data: PaymentVoided) -> Path:
    return () if order.asked_at is None else _first_fitting(order, (PAYMENT_VOIDED,))


def _minor(order: Order, amount: str, currency: str) -> int:
    """The amount in the order's currency. Raises `ContentError` for what is none."""
    if currency != order.currency:
        raise AmountMismatch("the order is in another currency")
    try:
        return parse_amount(amount, currency)
    except InvalidAmount as error:
        raise ContentError("invalid_amount", str(error)) from error


def _first_fitting(order: Order, *paths: Path) -> Path:
    return next((path for path in paths if allows(order, path[0])), ())
