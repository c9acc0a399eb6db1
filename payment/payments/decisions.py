"""What is decided about an order, on values that were loaded. `services/` loads before, and saves after."""

from dataclasses import replace
from uuid import UUID

from payment.payments import events
from payment.payments.batch import Batch
from payment.payments.methods import method_of, offered_method
from payment.payments.models import PaymentStatus, RefundStatus
from payment.payments.states import (
    Cancellation,
    OrderState,
    PaymentRequest,
    PaymentState,
    RefundReason,
    RefundState,
)
from servicekit.contracts import Cause, CloudEvent, PaymentRefunded
from servicekit.ids import new_id


def answer_request(batch: Batch, request: PaymentRequest) -> None:
    """Take the payment, or decline it. A request that was answered before gets the same answer again."""
    order = batch.orders[request.order_id]
    payment = order.answer_to(request.attempt) or _take_or_decline(batch, request, order)
    _answer(batch, payment, request.cause)


def close_order(batch: Batch, cancellation: Cancellation) -> None:
    """Give back what was taken, or note that nothing will be. Closing again gets the same answer again."""
    order = batch.orders[cancellation.order_id]
    if payment := order.find(PaymentStatus.REFUNDED, PaymentStatus.VOIDED):
        _answer(batch, payment, cancellation.cause)
    else:
        _undo(batch, order, cancellation.cause)
    batch.close(order)


def refund_payment(
    batch: Batch,
    payment: PaymentState,
    amount_minor: int,
    *,
    reason: RefundReason,
    requested_by: UUID | None = None,
    cause: Cause | None = None,
) -> RefundState:
    """Give back so much of what was captured, and tell. The caller has seen to it that there is so much left."""
    refund = RefundState(
        id=new_id(), payment_id=payment.id, amount_minor=amount_minor, reason=reason, requested_by=requested_by
    )
    refund = method_of(payment).give_back(batch, payment, refund, cause=cause)
    promised = replace(payment, refunded_minor=payment.refunded_minor + amount_minor)
    return note_refund(batch, promised, refund, cause=cause)


def note_refund(batch: Batch, payment: PaymentState, refund: RefundState, *, cause: Cause | None) -> RefundState:
    """Put down a refund that is new or done by now. With the last of a payment's money the payment is refunded."""
    batch.put_refund(refund)
    if batch.total_refunded(payment) == payment.amount_minor:
        payment = payment.become(PaymentStatus.REFUNDED)
    else:
        payment = replace(payment, version=payment.version + 1)
    batch.put_payment(payment)
    if refund.status == RefundStatus.SUCCEEDED:
        batch.events.append(_refunded(batch, payment, refund, cause))
    return refund


def _take_or_decline(batch: Batch, request: PaymentRequest, order: OrderState) -> PaymentState:
    payment = PaymentState(
        id=new_id(),
        order_id=request.order_id,
        attempt=request.attempt,
        user_id=request.user_id,
        amount_minor=request.amount_minor,
        currency=request.currency,
        method=request.method,
        method_token=request.method_token,
        status=PaymentStatus.PENDING,
    )
    method = offered_method(request.method)
    if order.is_closed:
        payment = replace(payment, status=PaymentStatus.FAILED, failure_code="order_closed")
    elif method is None:
        payment = replace(payment, status=PaymentStatus.FAILED, failure_code="payment_method_unavailable")
    else:
        payment = method.take(batch, payment, cause=request.cause)
    batch.put_payment(payment)
    return payment


def _undo(batch: Batch, order: OrderState, cause: Cause) -> None:
    """Undo what is there to be undone. Where a provider has to say first that it is done, the answer comes later."""
    if captured := order.find(PaymentStatus.SUCCEEDED):
        if captured.refundable_minor or not captured.amount_minor:
            refund_payment(batch, captured, captured.refundable_minor, reason="order_closed", cause=cause)
        return
    pending = order.find(PaymentStatus.PENDING)
    payment = method_of(pending).cancel(batch, pending, cause=cause) if pending else _tombstone(order)
    batch.put_payment(payment)
    _answer(batch, payment, cause)


def _tombstone(order: OrderState) -> PaymentState:
    """What stays of an order that was closed before any money moved: a request that comes late finds it."""
    known = order.latest
    return PaymentState(
        id=new_id(),
        order_id=order.id,
        attempt=0,
        user_id=known.user_id if known else None,
        amount_minor=known.amount_minor if known else None,
        currency=known.currency if known else None,
        method=known.method if known else None,
        status=PaymentStatus.VOIDED,
    )


def _answer(batch: Batch, payment: PaymentState, cause: Cause) -> None:
    match payment.status:
        case PaymentStatus.SUCCEEDED:
            batch.events.append(events.payment_succeeded(payment, cause=cause))
        case PaymentStatus.FAILED:
            batch.events.append(events.payment_failed(payment, cause=cause))
        case PaymentStatus.VOIDED:
            batch.events.append(events.payment_voided(payment, cause=cause))
        case PaymentStatus.REFUNDED:
            batch.events.append(_refunded(batch, payment, batch.refunds_of(payment)[-1], cause))
        case PaymentStatus.PENDING:
            pass  # The answer will come when there is one.


def _refunded(
    batch: Batch, payment: PaymentState, refund: RefundState, cause: Cause | None
) -> CloudEvent[PaymentRefunded]:
    return events.payment_refunded(payment, refund, total_minor=batch.total_refunded(payment), cause=cause)
