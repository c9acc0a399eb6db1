"""What can be done with payments: one function, one transaction."""

from payment.payments.services.answers import answer_questions
from payment.payments.services.provider_calls import claim_calls, record_outcome
from payment.payments.services.refunds import refund_captured

__all__ = ["answer_questions", "claim_calls", "record_outcome", "refund_captured"]
