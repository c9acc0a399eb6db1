"""Answering what product asks about its orders: take a payment, or undo what was taken."""

from collections.abc import Sequence

from payment.database import transaction
from payment.payments import storage
from payment.payments.batch import Batch
from payment.payments.decisions import answer_request, close_order
from payment.payments.states import Cancellation, PaymentRequest
from payment.wallets.queries import lock_wallets_of
from payment.wallets.services import open_first_wallets


def answer_questions(*, questions: Sequence[PaymentRequest | Cancellation]) -> None:
    """Answer each question, in this order, with an event, and move the money that the answers speak of.

    Each sees what those before it have changed: two orders of one user never spend the same money.
    Raises `TransactionConflict`.
    """
    with transaction():
        batch = _load(questions)
        for question in questions:
            if isinstance(question, PaymentRequest):
                answer_request(batch, question)
            else:
                close_order(batch, question)
        storage.save(batch)


def _load(questions: Sequence[PaymentRequest | Cancellation]) -> Batch:
    """Lock kind by kind (orders, then wallets), each in the order of ids, so that nobody waits in a circle."""
    orders = storage.lock_orders({question.order_id for question in questions})
    payments = [payment for order in orders for payment in order.payments.values()]
    buyers = {question.user_id for question in questions if isinstance(question, PaymentRequest)}
    payers = {payment.user_id for payment in payments if payment.user_id is not None}
    open_first_wallets(user_ids=buyers)
    return Batch(orders=orders, wallets=lock_wallets_of(buyers | payers), refunds=storage.refunds_of(payments))
