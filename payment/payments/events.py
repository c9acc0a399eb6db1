"""From a payment to the event that tells of its state. A question that is asked again gets it again, with a new id."""

from payment.payments.states import PaymentState, RefundState
from servicekit.contracts import (
    Cause,
    CloudEvent,
    FailureCode,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
    PaymentVoided,
)
from servicekit.money import format_amount

FAILURE_MESSAGES: dict[FailureCode, str] = {
    "insufficient_funds": "There is not enough money in the wallet.",
    "currency_mismatch": "There is no wallet in the currency of the order.",
    "wallet_frozen": "The wallet is frozen.",
    "payment_method_unavailable": "This payment method is not available.",
    "card_declined": "The card was declined.",
    "provider_unavailable": "The payment provider could not be reached; nothing was charged.",
    "order_closed": "The order was closed before it was paid.",
}
"""What the buyer is told."""


def payment_succeeded(payment: PaymentState, *, cause: Cause | None) -> CloudEvent[PaymentSucceeded]:
    assert payment.amount_minor is not None
    assert payment.currency
    assert payment.ledger_transaction_id
    data = PaymentSucceeded(
        payment_id=payment.id,
        order_id=payment.order_id,
        attempt=payment.attempt,
        amount=format_amount(payment.amount_minor, payment.currency),
        currency=payment.currency,
        ledger_transaction_id=payment.ledger_transaction_id,
    )
    return CloudEvent[PaymentSucceeded].of(data, sequence=payment.version, cause=cause)


def payment_failed(payment: PaymentState, *, cause: Cause | None) -> CloudEvent[PaymentFailed]:
    assert payment.failure_code
    data = PaymentFailed(
        payment_id=payment.id,
        order_id=payment.order_id,
        attempt=payment.attempt,
        code=payment.failure_code,
        message=FAILURE_MESSAGES[payment.failure_code],
    )
    return CloudEvent[PaymentFailed].of(data, sequence=payment.version, cause=cause)


def payment_voided(payment: PaymentState, *, cause: Cause | None) -> CloudEvent[PaymentVoided]:
    data = PaymentVoided(payment_id=payment.id, order_id=payment.order_id)
    return CloudEvent[PaymentVoided].of(data, sequence=payment.version, cause=cause)


def payment_refunded(
    payment: PaymentState, refund: RefundState, *, total_minor: int, cause: Cause | None
) -> CloudEvent[PaymentRefunded]:
    """`total_minor` is what has gone back with this refund and those before it."""
    assert payment.currency
    data = PaymentRefunded(
        refund_id=refund.id,
        payment_id=payment.id,
        order_id=payment.order_id,
        amount=format_amount(refund.amount_minor, payment.currency),
        currency=payment.currency,
        total_refunded=format_amount(total_minor, payment.currency),
    )
    return CloudEvent[PaymentRefunded].of(data, sequence=payment.version, cause=cause)
