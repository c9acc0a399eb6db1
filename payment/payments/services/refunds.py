"""Giving money back because staff says so. What the closing of an order gives back is decided in `answers.py`."""

from uuid import UUID

from sqlalchemy import select

from payment.amounts import positive_minor
from payment.database import transaction
from payment.payments import storage
from payment.payments.decisions import refund_payment
from payment.payments.errors import PaymentNotCaptured, PaymentNotFound, RefundExceedsPayment
from payment.payments.models import Payment, Refund
from payment.payments.states import PaymentState


def refund_captured(*, payment_id: UUID, amount: str | None, requested_by: UUID) -> Refund:
    """Give back so much, or all that is left when `amount` is None. The buyer has it at once, or as soon as the
    provider has done it; until then the refund is pending, and counts.

    Raises `PaymentNotFound`, `PaymentNotCaptured`, `RefundExceedsPayment`, and `ValidationFailed` for what is no
    positive amount of the payment's currency.
    """
    with transaction() as session:
        order_id = session.scalar(select(Payment.order_id).where(Payment.id == payment_id))
        if order_id is None:
            raise PaymentNotFound
        batch = storage.load({order_id})
        payment = batch.payment(payment_id)
        refund = refund_payment(
            batch, payment, _amount_minor(payment, amount), reason="staff", requested_by=requested_by
        )
        storage.save(batch)
        return session.get_one(Refund, refund.id)


def _amount_minor(payment: PaymentState, amount: str | None) -> int:
    if payment.ledger_transaction_id is None or payment.currency is None:
        raise PaymentNotCaptured
    left = payment.refundable_minor
    wanted = left if amount is None else positive_minor(amount, payment.currency)
    if not 0 < wanted <= left:
        raise RefundExceedsPayment(left, payment.currency)
    return wanted
