"""Methods that somebody outside runs: a card, a bank. Their answers take time, and may get lost on the way.

Within a question's transaction only the intent is written (`ProviderCall`). The clock process makes the call, outside
of any transaction, and what came of it is taken in by `outcomes.py`.
"""

from dataclasses import replace
from typing import Protocol
from uuid import UUID

from payment.ledger.models import AccountKind
from payment.ledger.services import Movement, Side
from payment.payments.batch import Batch
from payment.payments.models import CallKind, PaymentStatus, RefundStatus
from payment.payments.states import PaymentState, RefundState
from servicekit.contracts import Cause, FailureCode
from servicekit.ids import new_id


class Declined(Exception):
    """The provider will not charge: a business answer, final for this payment."""

    def __init__(self, code: FailureCode) -> None:
        super().__init__(code)
        self.code = code


class ProviderUnavailable(Exception):
    """No answer. Whether the provider has acted is unknown: the same call is repeated with the same id."""


class Provider(Protocol):
    """What a provider can be asked for. Each call may come again with the same id, and then must act only once.

    Every method raises `ProviderUnavailable`, within ten seconds. A card provider passes the id on as its idempotency
    key.
    """

    name: str
    """What buyers choose it by; what follows a colon is the `token`."""

    test_tokens: tuple[str, ...]
    """Tokens that anybody may try out what happens with; none of a provider that moves money."""

    @property
    def is_offered(self) -> bool:
        """Whether new payments may be made with it."""

    def charge(self, *, payment_id: UUID, amount_minor: int, currency: str, token: str | None) -> str:
        """Take the money. Returns what the provider calls the charge. Raises `Declined`."""

    def void(self, *, payment_id: UUID) -> None:
        """See to it that nothing is charged for this payment: reverse a charge, and refuse one that comes later."""

    def refund(self, *, refund_id: UUID, payment_id: UUID, reference: str, amount_minor: int, currency: str) -> None:
        """Give a part of the charge `reference` back, or all of it."""


class ProviderMethod:
    """The side of such a method that lies within our transactions. Nothing is asked outside for an order of nothing."""

    def take(self, batch: Batch, payment: PaymentState, *, cause: Cause) -> PaymentState:
        if not payment.amount_minor:
            return replace(payment, status=PaymentStatus.SUCCEEDED, ledger_transaction_id=book_capture(batch, payment))
        batch.ask_provider(CallKind.CHARGE, payment.id, payment, cause=cause)
        return payment

    def give_back(
        self, batch: Batch, payment: PaymentState, refund: RefundState, *, cause: Cause | None
    ) -> RefundState:
        if not refund.amount_minor:
            return book_refund(batch, payment, refund)
        batch.ask_provider(CallKind.REFUND, refund.id, payment, cause=cause)
        return refund

    def cancel(self, batch: Batch, payment: PaymentState, *, cause: Cause) -> PaymentState:
        """The charge may be under way, or done and its answer lost: only the provider can say that it is off."""
        call = batch.calls.get(payment.id)
        if call is None or call.kind != CallKind.VOID:
            batch.ask_provider(CallKind.VOID, payment.id, payment, cause=cause)
        return payment


def book_capture(batch: Batch, payment: PaymentState) -> UUID:
    """What the provider has charged it owes us. Returns the ledger transaction's id."""
    return _move(batch, f"payment:{payment.id}:capture", payment, -(payment.amount_minor or 0))


def book_refund(batch: Batch, payment: PaymentState, refund: RefundState) -> RefundState:
    """The refund, done."""
    movement_id = _move(batch, f"refund:{refund.id}", payment, refund.amount_minor)
    return replace(refund, status=RefundStatus.SUCCEEDED, ledger_transaction_id=movement_id)


def _move(batch: Batch, reference: str, payment: PaymentState, amount_minor: int) -> UUID:
    """Move money from our sales to the provider; the other way when negative."""
    assert payment.currency
    sides = (Side(AccountKind.CARD_CLEARING, amount_minor), Side(AccountKind.SALES, -amount_minor))
    movement = Movement(transaction_id=new_id(), reference=reference, currency=payment.currency, sides=sides)
    batch.movements.append(movement)
    return movement.transaction_id
