"""Receiving: a batch of messages, each with its effect, in one transaction. What each type leads to stands here."""

from collections.abc import Sequence

from payment.database import driver_cursor, repeated_on_conflict, transaction
from payment.erasure.handlers import on_user_deleted
from payment.payments.handlers import on_order_question
from payment.revocations.handlers import on_session_revoked
from payment.wallets.handlers import on_user_registered
from servicekit import messaging
from servicekit.messaging import Delivery, Handlers

# In this order: every process locks orders before wallets.
HANDLERS: Handlers = {
    "order.placed": on_order_question,
    "order.payment_requested": on_order_question,
    "order.cancelled": on_order_question,
    "user.registered": on_user_registered,
    "user.deleted": on_user_deleted,
    "session.revoked": on_session_revoked,
    # Known, without an effect here.
    "order.confirmed": None,
    "order.shipped": None,
    "order.delivered": None,
    "user.updated": None,
}


@repeated_on_conflict
def process(deliveries: Sequence[Delivery]) -> None:
    """Take in a batch, and commit it. Raises `DatabaseUnavailable`, and `TransactionConflict` after the fifth."""
    with transaction() as session:
        messaging.process_batch(driver_cursor(session), deliveries, HANDLERS)


def park(delivery: Delivery, reason: str, detail: str) -> None:
    """Put a message aside for an operator, and commit that. Raises `DatabaseUnavailable`."""
    with transaction() as session:
        messaging.park(driver_cursor(session), delivery, reason, detail)
