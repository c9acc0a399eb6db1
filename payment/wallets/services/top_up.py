"""Topping up: money that comes from outside."""

from uuid import UUID

from psycopg2.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError

from payment.amounts import positive_minor
from payment.database import transaction
from payment.ledger.models import AccountKind
from payment.ledger.services import Movement, Side, post
from payment.messaging.outbox import record
from payment.settings import get_settings
from payment.wallets.errors import WalletClosed, WalletFrozen
from payment.wallets.events import wallet_topped_up
from payment.wallets.models import Wallet
from payment.wallets.queries import get_wallet, state_of
from payment.wallets.services.balances import change_balances
from payment.wallets.states import WalletState
from servicekit.idempotency import IdempotencyKeyReused
from servicekit.ids import new_id
from servicekit.principal import Principal
from servicekit.problems import Forbidden, ValidationFailed


def top_up_wallet(*, wallet_id: UUID, principal: Principal, amount: str, key: str | None) -> Wallet:
    """Bring in test money. In production a payment provider's message that money has arrived stands in this place.

    `key` is the caller's Idempotency-Key: the ledger itself takes it once per wallet, also after the answers that are
    kept for repeated requests are gone. Publishes `wallet.topped_up`. Raises `WalletNotFound`, `Forbidden`,
    `WalletFrozen`, `WalletClosed`, `BalanceLimitExceeded`, `ValidationFailed`, `IdempotencyKeyReused`.
    """
    with transaction() as session:
        wallet = _wallet_to_top_up(wallet_id, principal)
        amount_minor, transaction_id = _amount_minor(amount, wallet.currency), new_id()
        before = state_of(wallet)
        after = before.receive(amount_minor)
        change_balances([(before, after)])
        _post(transaction_id, f"topup:{wallet_id}:{key}" if key else f"topup:{transaction_id}", after, amount_minor)
        record([wallet_topped_up(after, amount_minor=amount_minor, ledger_transaction_id=transaction_id)])
        session.refresh(wallet)
        return wallet


def _wallet_to_top_up(wallet_id: UUID, principal: Principal) -> Wallet:
    wallet = get_wallet(wallet_id, viewer=principal, for_update=True)
    if wallet.user_id != principal.user_id:
        raise Forbidden
    if wallet.is_frozen:
        raise WalletFrozen
    if wallet.closed_at is not None:
        raise WalletClosed
    return wallet


def _amount_minor(amount: str, currency: str) -> int:
    amount_minor, limit = positive_minor(amount, currency), get_settings().top_up_limit
    if amount_minor > positive_minor(str(limit), currency):
        raise ValidationFailed([{"pointer": "/amount", "message": f"must be at most {limit} {currency}"}])
    return amount_minor


def _post(transaction_id: UUID, reference: str, wallet: WalletState, amount_minor: int) -> None:
    sides = (
        Side(wallet.id, amount_minor, balance_after_minor=wallet.balance_minor),
        Side(AccountKind.TOP_UPS, -amount_minor),
    )
    try:
        post([Movement(transaction_id=transaction_id, reference=reference, currency=wallet.currency, sides=sides)])
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise IdempotencyKeyReused from error
        raise
