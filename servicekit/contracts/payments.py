"""Events of the payment service: payments, wallets, transfers. They are answers to what product asked, or facts."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from servicekit.contracts.event_data import EventData
from servicekit.money import Amount, Currency
from servicekit.text import Text

FailureCode = Literal[
    "insufficient_funds",
    "currency_mismatch",
    "wallet_frozen",
    "order_closed",
    "payment_method_unavailable",
    "card_declined",
    "provider_unavailable",
]


class _PaymentEvent(EventData):
    producer: ClassVar[str] = "payment"
    subject_field: ClassVar[str] = "payment_id"

    payment_id: UUID
    order_id: UUID


class PaymentSucceeded(_PaymentEvent):
    """The money of one attempt was captured."""

    type: ClassVar[str] = "payment.succeeded"

    attempt: int = Field(ge=1)
    amount: Amount
    currency: Currency
    ledger_transaction_id: UUID


class PaymentFailed(_PaymentEvent):
    """One attempt was declined: a business answer, final for this attempt."""

    type: ClassVar[str] = "payment.failed"

    attempt: int = Field(ge=1)
    code: FailureCode
    message: Text


class PaymentVoided(_PaymentEvent):
    """The order was closed before any money moved, and none will move for it."""

    type: ClassVar[str] = "payment.voided"


class PaymentRefunded(_PaymentEvent):
    """Captured money went back to the buyer: all of it when `total_refunded` is what was captured, else a part."""

    type: ClassVar[str] = "payment.refunded"

    refund_id: UUID
    amount: Amount
    currency: Currency
    total_refunded: Amount


class WalletToppedUp(EventData):
    """Money from outside arrived in a wallet."""

    type: ClassVar[str] = "wallet.topped_up"
    producer: ClassVar[str] = "payment"
    subject_field: ClassVar[str] = "wallet_id"

    wallet_id: UUID
    user_id: UUID
    amount: Amount
    currency: Currency
    ledger_transaction_id: UUID


class TransferCompleted(EventData):
    """Money moved from one user's wallet to another's."""

    type: ClassVar[str] = "transfer.completed"
    producer: ClassVar[str] = "payment"
    subject_field: ClassVar[str] = "transfer_id"

    transfer_id: UUID
    sender_user_id: UUID
    receiver_user_id: UUID
    amount: Amount
    currency: Currency
    ledger_transaction_id: UUID
