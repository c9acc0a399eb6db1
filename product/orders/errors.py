"""Failures of ordering."""

from collections.abc import Sequence
from typing import TypedDict

from product.catalogue.prices import Price
from servicekit.problems import Conflict, Forbidden, NotFound


class EmailUnconfirmed(Forbidden):
    """The shop may be set to sell only to those who read their mail (`PRODUCT_REQUIRE_CONFIRMED_EMAIL`)."""

    code = "email_unconfirmed"
    title = "Confirm your e-mail address before you order"


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


class ChangedPrice(TypedDict):
    """A product that costs something else than the buyer expected."""

    product_id: str
    name: str
    unit_price: str
    expected_unit_price: str
    expected_currency: str


class PriceChanged(Conflict):
    """Prices changed since the buyer saw them. Tells those of now; nothing was ordered.

    `products` names those whose own price was expected; it is empty where only the total was.
    """

    code = "price_changed"
    title = "The price is not what the buyer agreed to"

    def __init__(self, total: Price, products: Sequence[ChangedPrice]) -> None:
        super().__init__(total=total.amount, currency=total.currency, products=list(products))


class OrderNotCancellable(Conflict):
    code = "order_not_cancellable"
    title = "The order can no longer be cancelled"


class OrderNotShippable(Conflict):
    """Only what is paid is shipped, and once."""

    code = "order_not_shippable"
    title = "The order cannot be shipped now"


class OrderNotDeliverable(Conflict):
    code = "order_not_deliverable"
    title = "The order is not on its way"


class OrderNotPayable(Conflict):
    code = "order_not_payable"
    title = "The order cannot be paid now"
