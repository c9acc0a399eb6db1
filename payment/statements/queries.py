"""Reading statements: ledger entries of wallets, and what they were for."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, select, text

from payment.database import current_session
from payment.pagination import Position
from payment.payments.models import Payment, Refund
from payment.statements.schemas import Kind, StatementLine
from payment.transfers.models import Transfer
from payment.transfers.schemas import Party
from payment.wallets.models import Wallet
from servicekit.money import format_amount

_KINDS: dict[str, Kind] = {
    "grant": "starting_balance",
    "topup": "top_up",
    "payment": "payment",
    "refund": "refund",
    "transfer": "transfer",
}
"""From the first word of a ledger transaction's reference."""

_LARGEST_ID = 2**63 - 1

# A walk along the index for each wallet, as far as the page needs it, and a merge of what was found. The wallet is a
# bound and not an equation: PostgreSQL may otherwise walk through everybody's entries, newest first, until it has met
# enough of this wallet's, which takes for ever where they are few and old.
_ENTRIES = """
    SELECT entry.id, entry.account_id AS wallet_id, entry.currency, entry.amount_minor, entry.balance_after_minor,
        transaction.id AS transaction_id, transaction.reference, transaction.created_at
    FROM unnest(:wallet_ids) AS wallet (id) CROSS JOIN LATERAL (
        SELECT * FROM ledger_entries
        WHERE balance_after_minor IS NOT NULL
            AND (account_id, id) {comparison} (wallet.id, :position) AND account_id {bound} wallet.id
        ORDER BY account_id {direction}, id {direction} LIMIT :skip + :limit
    ) AS entry JOIN ledger_transactions AS transaction ON transaction.id = entry.transaction_id
    ORDER BY entry.id {direction} LIMIT :limit OFFSET :skip
"""
_PARAMETERS = (
    bindparam("wallet_ids", type_=ARRAY(Uuid)),
    bindparam("position", type_=BigInteger),
    bindparam("skip", type_=BigInteger),
    bindparam("limit", type_=BigInteger),
)
_OLDER = text(_ENTRIES.format(comparison="<", bound=">=", direction="DESC")).bindparams(*_PARAMETERS)
_NEWER = text(_ENTRIES.format(comparison=">", bound="<=", direction="ASC")).bindparams(*_PARAMETERS)


def wallet_ids_of(user_id: UUID) -> list[UUID]:
    """Closed ones too."""
    return list(current_session().scalars(select(Wallet.id).where(Wallet.user_id == user_id)))


def entries_of(wallet_ids: Collection[UUID], position: Position, *, limit: int, skip: int = 0) -> Sequence[Any]:
    """Rows of `_ENTRIES` from the position on, in the direction of reading."""
    parameters = {
        "wallet_ids": list(wallet_ids),
        "position": _LARGEST_ID if position.id is None else min(position.id, _LARGEST_ID),
        "limit": limit,
        "skip": skip,
    }
    return current_session().execute(_NEWER if position.is_backward else _OLDER, parameters).all()


def lines(entries: Sequence[Any]) -> list[StatementLine]:
    """The entries with what they were for, which takes one more query for each kind that is among them."""
    references = [entry.reference.split(":") for entry in entries]
    orders = _orders_of_payments([UUID(parts[1]) for parts in references if parts[0] == "payment"])
    orders |= _orders_of_refunds([UUID(parts[1]) for parts in references if parts[0] == "refund"])
    transfers = _transfers([UUID(parts[1]) for parts in references if parts[0] == "transfer"])
    return [
        StatementLine(
            id=entry.transaction_id,
            wallet_id=entry.wallet_id,
            kind=_KINDS[parts[0]],
            amount=format_amount(entry.amount_minor, entry.currency),
            balance_after=format_amount(entry.balance_after_minor, entry.currency),
            currency=entry.currency,
            order_id=orders.get(parts[1]),
            partner=_partner(transfers.get(parts[1]), is_sender=entry.amount_minor < 0),
            created_at=entry.created_at,
        )
        for entry, parts in zip(entries, references, strict=True)
    ]


def _partner(transfer: Transfer | None, *, is_sender: bool) -> Party | None:
    if transfer is None:
        return None
    if is_sender:
        return Party(user_id=transfer.receiver_user_id, username=transfer.receiver_username)
    return Party(user_id=transfer.sender_user_id, username=transfer.sender_username)


def _orders_of_payments(ids: Collection[UUID]) -> dict[str, UUID]:
    return _by_id(select(Payment.id, Payment.order_id).where(Payment.id.in_(ids)), ids)


def _orders_of_refunds(ids: Collection[UUID]) -> dict[str, UUID]:
    statement = select(Refund.id, Payment.order_id).join(Payment, Payment.id == Refund.payment_id)
    return _by_id(statement.where(Refund.id.in_(ids)), ids)


def _transfers(ids: Collection[UUID]) -> dict[str, Transfer]:
    return _by_id(select(Transfer.id, Transfer).where(Transfer.id.in_(ids)), ids)


def _by_id(statement: Any, ids: Collection[UUID]) -> dict[str, Any]:
    return {str(id_): value for id_, value in current_session().execute(statement)} if ids else {}
