"""Reading payments."""

from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased, joinedload

from payment.database import current_session
from payment.payments.errors import PaymentNotFound, RefundNotFound
from payment.payments.models import Order, Payment, PaymentStatus, Refund
from payment.payments.schemas import StatusFilter
from servicekit.principal import Principal


def payments_visible_to(
    viewer: Principal, *, status: StatusFilter | None = None, order_id: UUID | None = None, method: str | None = None
) -> Select[Payment]:
    """A user's own, everybody's for staff."""
    statement = select(Payment)
    if not viewer.is_staff:
        statement = statement.where(Payment.user_id == viewer.user_id)
    if order_id is not None:
        statement = statement.where(Payment.order_id == order_id)
    if method is not None:
        statement = statement.where(Payment.method == method)
    if status == "unpaid":
        return _unpaid(statement)
    return statement if status is None else statement.where(Payment.status == status)


def get_payment(payment_id: UUID, *, viewer: Principal) -> Payment:
    """Raises `PaymentNotFound`, also for another user's."""
    payment = current_session().scalar(payments_visible_to(viewer).where(Payment.id == payment_id))
    if payment is None:
        raise PaymentNotFound
    return payment


def refunds_of(payment: Payment) -> Select[Refund]:
    return select(Refund).where(Refund.payment_id == payment.id)


def all_refunds() -> Select[Refund]:
    """Each with its payment."""
    return select(Refund).options(joinedload(Refund.payment))


def get_refund(payment: Payment, refund_id: UUID) -> Refund:
    """Raises `RefundNotFound`."""
    refund = current_session().scalar(refunds_of(payment).where(Refund.id == refund_id))
    if refund is None:
        raise RefundNotFound
    return refund


def _unpaid(statement: Select[Payment]) -> Select[Payment]:
    """The last attempts of open orders, as long as they have not succeeded."""
    later = aliased(Payment)
    return statement.join(Order, Order.id == Payment.order_id).where(
        Payment.status.in_([PaymentStatus.PENDING, PaymentStatus.FAILED]),
        Order.closed_at.is_(None),
        ~exists().where(later.order_id == Payment.order_id, later.attempt > Payment.attempt),
    )
