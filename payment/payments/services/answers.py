"""Answering what product asks about its orders: take a payment, or undo what was taken."""

from collections.abc import Sequence

from payment.database import transaction
from payment.payments import storage
from payment.payments.decisions import answer_request, close_order
from payment.payments.states import Cancellation, PaymentRequest


def answer_questions(*, questions: Sequence[PaymentRequest | Cancellation]) -> None:
    """Answer each question, in this order, with an event, and move the money that the answers speak of.

    Each sees what those before it have changed: two orders of one user never spend the same money.
    Raises `TransactionConflict`.
    """
    buyers = {question.user_id for question in questions if isinstance(question, PaymentRequest)}
    with transaction():
        batch = storage.load({question.order_id for question in questions}, buyers=buyers)
        for question in questions:
            if isinstance(question, PaymentRequest):
                answer_request(batch, question)
            else:
                close_order(batch, question)
        storage.save(batch)
