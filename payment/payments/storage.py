"""From rows to the states that decisions are made on, and back: a few statements for a batch of any size."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, Uuid, bindparam, select, text, update
from sqlalchemy.sql import func

from payment.database import change_rows, current_session, insert_new_rows, insert_rows
from payment.ledger.services import post
from payment.messaging.outbox import record
from payment.payments.batch import Batch
from payment.payments.models import (
    CallKind,
    Order,
    Payment,
    PaymentStatus,
    ProviderCall,
    Refund,
    RefundStatus,
)
from payment.payments.states import CallState, OrderState, PaymentState, RefundState
from payment.wallets.queries import lock_wallets_of
from payment.wallets.services import change_balances, open_first_wallets

_PAYMENT_COLUMNS = [getattr(Payment, field.name) for field in fields(PaymentState)]
_REFUND_COLUMNS = [getattr(Refund, field.name) for field in fields(RefundState)]
_CALL_COLUMNS = [getattr(ProviderCall, field.name) for field in fields(CallState)]

# A row that is no longer as it was loaded is not touched, and the number of rows tells.
_CHANGE_PAYMENTS = text(
    """
    UPDATE payments
    SET status = change.status, failure_code = change.failure_code, refunded_minor = change.refunded_minor,
        ledger_transaction_id = change.capture_id, provider_reference = change.reference,
        version = change.version, updated_at = clock_timestamp()
    FROM unnest(
        :ids, :loaded_versions, :versions, :statuses, :failure_codes, :refunded_minor, :capture_ids, :references
    ) AS change (id, loaded_version, version, status, failure_code, refunded_minor, capture_id, reference)
    WHERE payments.id = change.id AND payments.version = change.loaded_version
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("loaded_versions", type_=ARRAY(BigInteger)),
    bindparam("versions", type_=ARRAY(BigInteger)),
    bindparam("statuses", type_=ARRAY(Text)),
    bindparam("failure_codes", type_=ARRAY(Text)),
    bindparam("refunded_minor", type_=ARRAY(BigInteger)),
    bindparam("capture_ids", type_=ARRAY(Uuid)),
    bindparam("references", type_=ARRAY(Text)),
)
_CHANGE_REFUNDS = text(
    """
    UPDATE refunds SET status = change.status, ledger_transaction_id = change.movement_id
    FROM unnest(:ids, :statuses, :movement_ids) AS change (id, status, movement_id)
    WHERE refunds.id = change.id AND refunds.status = 'pending'
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("statuses", type_=ARRAY(Text)),
    bindparam("movement_ids", type_=ARRAY(Uuid)),
)
_CHANGE_CALLS = text(
    """
    UPDATE provider_calls SET kind = change.kind, cause_id = change.cause_id, traceparent = change.traceparent
    FROM unnest(:ids, :kinds, :cause_ids, :traceparents) AS change (id, kind, cause_id, traceparent)
    WHERE provider_calls.id = change.id AND provider_calls.finished_at IS NULL
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("cause_ids", type_=ARRAY(Uuid)),
    bindparam("traceparents", type_=ARRAY(Text)),
)


def load(order_ids: Collection[UUID], *, buyers: Collection[UUID] = ()) -> Batch:
    """Lock orders, then wallets, each in the order of their ids, so that nobody waits in a circle, and load the rest.

    The wallets are those of all who have paid, and of `buyers`, for whom a first one is opened.
    """
    orders = _lock_orders(order_ids)
    payments = [payment for order in orders for payment in order.payments.values()]
    payers = {payment.user_id for payment in payments if payment.user_id is not None}
    open_first_wallets(user_ids=buyers)
    return Batch(
        orders=orders,
        wallets=lock_wallets_of({*buyers, *payers}),
        refunds=_refunds_of(payments),
        calls=_open_calls_of(payments),
    )


def save(batch: Batch) -> None:
    """Write what the batch has changed, and the events that tell of it. Raises `TransactionConflict`."""
    if batch.movements:
        change_balances(batch.wallets.changed)
        post(batch.movements)
    for table, states in ((Payment, batch.payments), (Refund, batch.refunds), (ProviderCall, batch.calls)):
        if new := states.new:
            insert_rows(table, [_row(state) for state in new])
    _change_payments(batch.payments.changed)
    _change_refunds([refund for _, refund in batch.refunds.changed])
    _change_calls([call for _, call in batch.calls.changed])
    if batch.closed_orders:
        current_session().execute(update(Order).where(Order.id.in_(batch.closed_orders)).values(closed_at=func.now()))
    if batch.events:
        record(batch.events)


def _lock_orders(ids: Collection[UUID]) -> list[OrderState]:
    """Load the orders with their payments, and keep everybody else from them until the transaction ends.

    Orders not heard of before are inserted first: an absent row cannot be locked. These are nobody else's until the
    commit, and have no payments; only the others are looked up.
    """
    new = set(insert_new_rows(Order, [{"id": id_} for id_ in sorted(ids)]))
    orders = {id_: OrderState(id=id_, is_closed=False, payments={}) for id_ in new}
    if known := [id_ for id_ in ids if id_ not in new]:
        orders |= _lock_known_orders(known)
    return list(orders.values())


def _lock_known_orders(ids: Collection[UUID]) -> dict[UUID, OrderState]:
    session = current_session()
    locked = session.execute(
        select(Order.id, Order.closed_at).where(Order.id.in_(ids)).order_by(Order.id).with_for_update(key_share=True)
    )
    orders = {id_: OrderState(id=id_, is_closed=closed_at is not None, payments={}) for id_, closed_at in locked}
    for row in session.execute(select(*_PAYMENT_COLUMNS).where(Payment.order_id.in_(ids))).mappings():
        payment = PaymentState(**{**row, "status": PaymentStatus(row["status"])})
        orders[payment.order_id].payments[payment.attempt] = payment
    return orders


def _refunds_of(payments: Iterable[PaymentState]) -> list[RefundState]:
    ids = [payment.id for payment in payments if payment.refunded_minor or payment.status == PaymentStatus.REFUNDED]
    if not ids:
        return []
    rows = current_session().execute(select(*_REFUND_COLUMNS).where(Refund.payment_id.in_(ids))).mappings()
    return [RefundState(**{**row, "status": RefundStatus(row["status"])}) for row in rows]


def _open_calls_of(payments: Iterable[PaymentState]) -> list[CallState]:
    """What providers are still to be asked for. Wallets have none."""
    ids = [payment.id for payment in payments if payment.method not in (None, "wallet")]
    if not ids:
        return []
    is_open = ProviderCall.finished_at.is_(None)
    statement = select(*_CALL_COLUMNS).where(ProviderCall.payment_id.in_(ids), is_open).with_for_update()
    rows = current_session().execute(statement.order_by(ProviderCall.id)).mappings()
    return [CallState(**{**row, "kind": CallKind(row["kind"])}) for row in rows]


def _change_payments(changes: Sequence[tuple[PaymentState, PaymentState]]) -> None:
    if not changes:
        return
    now = [after for _, after in changes]
    change_rows(
        _CHANGE_PAYMENTS,
        {
            "ids": [payment.id for payment in now],
            "loaded_versions": [before.version for before, _ in changes],
            "versions": [payment.version for payment in now],
            "statuses": [payment.status for payment in now],
            "failure_codes": [payment.failure_code for payment in now],
            "refunded_minor": [payment.refunded_minor for payment in now],
            "capture_ids": [payment.ledger_transaction_id for payment in now],
            "references": [payment.provider_reference for payment in now],
        },
        expected=len(now),
    )


def _change_refunds(refunds: Sequence[RefundState]) -> None:
    if not refunds:
        return
    change_rows(
        _CHANGE_REFUNDS,
        {
            "ids": [refund.id for refund in refunds],
            "statuses": [refund.status for refund in refunds],
            "movement_ids": [refund.ledger_transaction_id for refund in refunds],
        },
        expected=len(refunds),
    )


def _change_calls(calls: Sequence[CallState]) -> None:
    if not calls:
        return
    change_rows(
        _CHANGE_CALLS,
        {
            "ids": [call.id for call in calls],
            "kinds": [call.kind for call in calls],
            "cause_ids": [call.cause_id for call in calls],
            "traceparents": [call.traceparent for call in calls],
        },
        expected=len(calls),
    )


def _row(state: PaymentState | RefundState | CallState) -> dict[str, Any]:
    return {field.name: getattr(state, field.name) for field in fields(state)}
