"""Failures of ordering."""

from servicekit.money import format_amount
from servicekit.problems import Conflict, NotFound


class OrderNotFound(NotFound):
    """Also the answer about another person's order."""

    code = "order_not_found"
    title = "There is no such order"


class MixedCurrencies(Conflict):
    code = "mixed_currencies"
    title = "The products of one order must have the same currency"


class OrderTooLarge(Conflict):
    code = "order_too_large"
    title = "The total of the order is too large"


class TotalChanged(Conflict):
    """Prices changed since the buyer saw them. Tells the new total; nothing was ordered."""

    code = "total_changed"
    title = "The total is not what the buyer agreed to"

    def __init__(self, total_minor: int, currency: str) -> None:
        super().__init__(total=format_amount(total_minor, currency), currency=currency)


class OrderNotCancellable(Conflict):
    code = "order_not_cancellable"
    title = "The order can no longer be cancelled"


class OrderNotPayable(Conflict):
    code = "order_not_payable"
    title = "The order cannot be paid now"
