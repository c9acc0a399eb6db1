"""Failures of asking about payments. Declining one is no failure: it is an answer (`states.py`)."""

from servicekit.money import format_amount
from servicekit.problems import Conflict, NotFound


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    title = "There is no such payment"


class RefundNotFound(NotFound):
    code = "refund_not_found"
    title = "There is no such refund"


class PaymentNotCaptured(Conflict):
    code = "payment_not_captured"
    title = "Nothing was captured that could be given back"


class RefundExceedsPayment(Conflict):
    """Tells what is left to be given back."""

    code = "refund_exceeds_payment"
    title = "More cannot be given back than was captured and is left"

    def __init__(self, refundable_minor: int, currency: str) -> None:
        super().__init__(refundable=format_amount(refundable_minor, currency), currency=currency)
