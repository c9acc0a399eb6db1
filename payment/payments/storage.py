"""From rows to the states that decisions are made on, and back: a few statements for a batch of any size."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, Uuid, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql import func

from payment.database import change_rows, current_session, insert_rows
from payment.ledger.services import post
from payment.messaging.outbox import record
from payment.payments.batch import Batch
from payment.payments.models import Order, Payment, PaymentStatus, Refund
from payment.payments.states import OrderState, PaymentState, RefundState
from payment.wallets.services import change_balances

_PAYMENT_COLUMNS = [getattr(Payment, field.name) for field in fields(PaymentState)]
_REFUND_COLUMNS = [getattr(Refund, field.name) for field in fields(RefundState)]

# A payment that is no longer as it was loaded is not touched, and the number of rows tells.
_CHANGE_PAYMENTS = text(
    """
    UPDATE payments
    SET status = change.status, refunded_minor = change.refunded_minor, version = change.version,
        updated_at = clock_timestamp()
    FROM unnest(:ids, :loaded_versions, :versions, :statuses, :refunded_minor)
        AS change (id, loaded_version, version, status, refunded_minor)
    WHERE payments.id = change.id AND payments.version = change.loaded_version
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("loaded_versions", type_=ARRAY(BigInteger)),
    bindparam("versions", type_=ARRAY(BigInteger)),
    bindparam("statuses", type_=ARRAY(Text)),
    bindparam("refunded_minor", type_=ARRAY(BigInteger)),
)


def lock_orders(ids: Collection[UUID]) -> list[OrderState]:
    """Load the orders with their payments, and keep everybody else from them until the transaction ends.

    Orders not heard of before are inserted first: an absent row cannot be locked.
    """
    session = current_session()
    rows = [{"id": id_} for id_ in sorted(ids)]
    session.execute(insert(Order).on_conflict_do_nothing().returning(Order.id), rows)
    locked = session.execute(
        select(Order.id, Order.closed_at).where(Order.id.in_(ids)).order_by(Order.id).with_for_update(key_share=True)
    )
    orders = {id_: OrderState(id=id_, is_closed=closed_at is not None, payments={}) for id_, closed_at in locked}
    for row in session.execute(select(*_PAYMENT_COLUMNS).where(Payment.order_id.in_(ids))).mappings():
        payment = PaymentState(**{**row, "status": PaymentStatus(row["status"])})
        orders[payment.order_id].payments[payment.attempt] = payment
    return list(orders.values())


def refunds_of(payments: Iterable[PaymentState]) -> list[RefundState]:
    """The refunds of those payments that have any, the latest last."""
    ids = [payment.id for payment in payments if payment.refunded_minor or payment.status == PaymentStatus.REFUNDED]
    if not ids:
        return []
    rows = current_session().execute(select(*_REFUND_COLUMNS).where(Refund.payment_id.in_(ids)).order_by(Refund.id))
    return [RefundState(**row) for row in rows.mappings()]


def save(batch: Batch) -> None:
    """Write what the batch has changed, and the events that tell of it. Raises `TransactionConflict`."""
    if batch.movements:
        change_balances(batch.changed_wallets)
        post(batch.movements)
    if batch.new_payments:
        insert_rows(Payment, [_row(payment) for payment in batch.new_payments])
    if batch.new_refunds:
        insert_rows(Refund, [_row(refund) for refund in batch.new_refunds])
    if batch.changed_payments:
        _change_payments(batch)
    if batch.closed_orders:
        current_session().execute(update(Order).where(Order.id.in_(batch.closed_orders)).values(closed_at=func.now()))
    if batch.events:
        record(batch.events)


def _change_payments(batch: Batch) -> None:
    changes = batch.changed_payments
    change_rows(
        _CHANGE_PAYMENTS,
        {
            "ids": [after.id for _, after in changes],
            "loaded_versions": [before.version for before, _ in changes],
            "versions": [after.version for _, after in changes],
            "statuses": [after.status for _, after in changes],
            "refunded_minor": [after.refunded_minor for _, after in changes],
        },
        expected=len(changes),
    )


def _row(state: PaymentState | RefundState) -> dict[str, Any]:
    return {field.name: getattr(state, field.name) for field in fields(state)}
