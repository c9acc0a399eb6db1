"""Failures of asking about payments. Declining one is no failure: it is an answer (`states.py`)."""

from servicekit.problems import NotFound


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    title = "There is no such payment"
