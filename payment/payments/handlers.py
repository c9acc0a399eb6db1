"""Incoming events about orders. All kinds share one handler: a batch is answered in the order in which it arrived."""

from collections.abc import Sequence

from payment.payments.services import answer_questions
from payment.payments.states import Cancellation, PaymentRequest
from servicekit.contracts import OrderCancelled, OrderPaymentRequested, OrderPlaced
from servicekit.messaging import ContentError, Incoming
from servicekit.money import InvalidAmount, parse_amount

_MOST_ATTEMPTS = 32_767
"""Product can count no further."""

OrderQuestion = OrderPlaced | OrderPaymentRequested | OrderCancelled


def on_order_question(messages: Sequence[Incoming[OrderQuestion]]) -> None:
    """Raises `ContentError` for a total that is no amount of its currency, and for an attempt that cannot be."""
    answer_questions(questions=[_question(message) for message in messages])


def _question(message: Incoming[OrderQuestion]) -> PaymentRequest | Cancellation:
    data = message.data
    if isinstance(data, OrderCancelled):
        return Cancellation(order_id=data.order_id, cause=message)
    if data.attempt > _MOST_ATTEMPTS:
        raise ContentError("invalid_attempt", "data/attempt: nobody tries so often")
    name, _, token = data.payment_method.partition(":")
    return PaymentRequest(
        order_id=data.order_id,
        attempt=data.attempt,
        user_id=data.user_id,
        amount_minor=_amount_minor(data),
        currency=data.currency,
        method=name,
        method_token=token or None,
        cause=message,
    )


def _amount_minor(data: OrderPlaced | OrderPaymentRequested) -> int:
    try:
        amount_minor = parse_amount(data.total, data.currency)
    except InvalidAmount as error:
        raise ContentError("invalid_amount", f"data/total: {error}") from error
    if amount_minor < 0:
        raise ContentError("invalid_amount", "data/total: an order cannot cost less than nothing")
    return amount_minor
