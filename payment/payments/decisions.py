"""What is decided about an order, on values that were loaded. `services.py` loads before, and saves after."""

from dataclasses import replace
from uuid import UUID

from payment.ledger.models import AccountKind
from payment.ledger.services import Movement, Side
from payment.payments import events
from payment.payments.batch import Batch
from payment.payments.models import PaymentStatus
from payment.payments.states import Cancellation, OrderState, PaymentRequest, PaymentState, RefundState
from payment.wallets.states import WalletState
from servicekit.contracts import Cause, FailureCode
from servicekit.ids import new_id


def answer_request(batch: Batch, request: PaymentRequest) -> None:
    """Take the payment, or decline it. A request that was answered before gets the same answer again."""
    order = batch.orders[request.order_id]
    payment = order.answer_to(request.attempt) or _take_or_decline(batch, request, order)
    _answer(batch, payment, request.cause)


def close_order(batch: Batch, cancellation: Cancellation) -> None:
    """Give back what was taken, or note that nothing will be. Closing again gets the same answer again."""
    order = batch.orders[cancellation.order_id]
    payment = order.find(PaymentStatus.REFUNDED, PaymentStatus.VOIDED) or _undo(batch, order)
    batch.close(order)
    _answer(batch, payment, cancellation.cause)


def reason_to_decline(request: PaymentRequest, order: OrderState, wallet: WalletState | None) -> FailureCode | None:
    """Why the payment is not taken, or None. `wallet` is the user's in the order's currency, if there is one."""
    if order.is_closed:
        return "order_closed"
    if wallet is None:
        return "currency_mismatch"
    if wallet.is_frozen:
        return "wallet_frozen"
    if wallet.balance_minor < request.amount_minor:
        return "insufficient_funds"
    return None


def _take_or_decline(batch: Batch, request: PaymentRequest, order: OrderState) -> PaymentState:
    wallet = batch.wallets.get((request.user_id, request.currency))
    code = reason_to_decline(request, order, wallet)
    payment = PaymentState(
        id=new_id(),
        order_id=request.order_id,
        attempt=request.attempt,
        user_id=request.user_id,
        amount_minor=request.amount_minor,
        currency=request.currency,
        status=PaymentStatus.FAILED,
        failure_code=code,
    )
    if wallet is not None and code is None:
        capture_id = _move(batch, f"payment:{payment.id}:capture", wallet, -request.amount_minor)
        payment = replace(
            payment, status=PaymentStatus.SUCCEEDED, wallet_id=wallet.id, ledger_transaction_id=capture_id
        )
    batch.put_payment(payment)
    return payment


def _undo(batch: Batch, order: OrderState) -> PaymentState:
    if captured := order.find(PaymentStatus.SUCCEEDED):
        payment = _refund(batch, captured)
    elif pending := order.find(PaymentStatus.PENDING):
        payment = pending.become(PaymentStatus.VOIDED)
    else:
        payment = _tombstone(order)
    batch.put_payment(payment)
    return payment


def _refund(batch: Batch, payment: PaymentState) -> PaymentState:
    """Give back all that was captured and has not been given back yet."""
    assert payment.amount_minor is not None
    assert payment.user_id
    assert payment.currency
    refund_id, amount_minor = new_id(), payment.amount_minor - payment.refunded_minor
    wallet = batch.wallets[payment.user_id, payment.currency]
    batch.add_refund(
        RefundState(
            id=refund_id,
            payment_id=payment.id,
            amount_minor=amount_minor,
            reason="order_closed",
            ledger_transaction_id=_move(batch, f"refund:{refund_id}", wallet, amount_minor),
        )
    )
    return payment.become(PaymentStatus.REFUNDED, refunded_minor=payment.amount_minor)


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
        status=PaymentStatus.VOIDED,
    )


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


def _answer(batch: Batch, payment: PaymentState, cause: Cause) -> None:
    match payment.status:
        case PaymentStatus.SUCCEEDED:
            batch.events.append(events.payment_succeeded(payment, cause=cause))
        case PaymentStatus.FAILED:
            batch.events.append(events.payment_failed(payment, cause=cause))
        case PaymentStatus.VOIDED:
            batch.events.append(events.payment_voided(payment, cause=cause))
        case PaymentStatus.REFUNDED:
            batch.events.append(events.payment_refunded(payment, batch.refunds[payment.id], cause=cause))
        case PaymentStatus.PENDING:
            pass  # The answer will come when there is one.
