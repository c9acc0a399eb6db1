"""The way in: which events mean something here, and how a batch of them becomes one transaction."""

from collections.abc import Sequence

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from payment.database import DatabaseUnavailable, TransactionConflict, driver_cursor, transaction
from payment.payments.handlers import on_order_question
from payment.wallets.handlers import on_user_registered
from servicekit.messaging import Delivery, Handlers, park, process_batch

# In this order: orders are locked before wallets are, in every batch and every process.
HANDLERS: Handlers = {
    "order.placed": on_order_question,
    "order.payment_requested": on_order_question,
    "order.cancelled": on_order_question,
    "user.registered": on_user_registered,
    "order.confirmed": None,
    "order.shipped": None,
    "order.delivered": None,
    "user.updated": None,
    "user.deleted": None,
    "session.revoked": None,
}

INFRASTRUCTURE_ERRORS = (DatabaseUnavailable, TransactionConflict)


@retry(
    retry=retry_if_exception_type(TransactionConflict),
    stop=stop_after_attempt(5),
    wait=wait_random_exponential(multiplier=0.02, max=1),
    reraise=True,
)
def process(deliveries: Sequence[Delivery]) -> None:
    """Process a batch of messages in one transaction, all or none. Raises `INFRASTRUCTURE_ERRORS`, and what is a defect."""
    with transaction() as session:
        process_batch(driver_cursor(session), deliveries, HANDLERS)


def park_message(delivery: Delivery, reason: str, detail: str) -> None:
    """Put aside a message that cannot be processed."""
    with transaction() as session:
        park(driver_cursor(session), delivery, reason, detail)
