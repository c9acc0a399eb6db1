"""The wallet: money moves within our own books, in the transaction of the question."""

from dataclasses import replace
from uuid import UUID

from payment.ledger.models import AccountKind
from payment.ledger.services import Movement, Side
from payment.payments.batch import Batch
from payment.payments.models import PaymentStatus, RefundStatus
from payment.payments.states import PaymentState, RefundState
from payment.wallets.states import WalletState
from servicekit.contracts import Cause, FailureCode
from servicekit.ids import new_id


class WalletMethod:
    """Answers at once: its payments and refunds are never pending."""

    def take(self, batch: Batch, payment: PaymentState, *, cause: Cause) -> PaymentState:  # noqa: ARG002
        wallet = _wallet_of(batch, payment)
        code = reason_to_decline(payment, wallet)
        if wallet is None or code is not None:
            return replace(payment, status=PaymentStatus.FAILED, failure_code=code)
        assert payment.amount_minor is not None
        capture_id = _move(batch, f"payment:{payment.id}:capture", wallet, -payment.amount_minor)
        return replace(payment, status=PaymentStatus.SUCCEEDED, wallet_id=wallet.id, ledger_transaction_id=capture_id)

    def give_back(
        self,
        batch: Batch,
        payment: PaymentState,
        refund: RefundState,
        *,
        cause: Cause | None,  # noqa: ARG002
    ) -> RefundState:
        """Also into a frozen wallet."""
        wallet = _wallet_of(batch, payment)
        assert wallet
        movement_id = _move(batch, f"refund:{refund.id}", wallet, refund.amount_minor)
        return replace(refund, status=RefundStatus.SUCCEEDED, ledger_transaction_id=movement_id)

    def cancel(self, batch: Batch, payment: PaymentState, *, cause: Cause) -> PaymentState:  # noqa: ARG002
        return payment.become(PaymentStatus.VOIDED)


def reason_to_decline(payment: PaymentState, wallet: WalletState | None) -> FailureCode | None:
    """Why the payment is not taken, or None. `wallet` is the user's in the order's currency, if there is one."""
    if wallet is None:
        return "currency_mismatch"
    if wallet.is_frozen:
        return "wallet_frozen"
    if wallet.balance_minor < (payment.amount_minor or 0):
        return "insufficient_funds"
    return None


def _wallet_of(batch: Batch, payment: PaymentState) -> WalletState | None:
    assert payment.user_id
    assert payment.currency
    return batch.wallets.get((payment.user_id, payment.currency))


def _move(batch: Batch, reference: str, wallet: WalletState, amount_minor: int) -> UUID:
    """Move money from our sales into the wallet; the other way when negative. Returns the ledger transaction's id."""
    balance_minor = wallet.balance_minor + amount_minor
    batch.put_wallet(replace(wallet, balance_minor=balance_minor))
    movement = Movement(
        transaction_id=new_id(),
        reference=reference,
        currency=wallet.currency,
        sides=(
            Side(wallet.id, amount_minor, balance_after_minor=balance_minor),
            Side(AccountKind.SALES, -amount_minor),
        ),
    )
    batch.movements.append(movement)
    return movement.transaction_id
