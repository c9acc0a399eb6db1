"""What every page may show without its view having to pass it."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from product.storefront import navigation, sessions
from product.storefront.carts import cart_of


def shopper(request: HttpRequest) -> dict[str, object]:
    """`shopper`: who is signed in, if anyone. Found out when a template asks, so pages without it do no work.

    While tokens cannot be checked the page shows the visitor as a guest rather than not at all.
    """

    def find() -> object:
        try:
            return sessions.shopper(request) or ""
        except sessions.UNDECIDED:
            return ""

    return {"shopper": SimpleLazyObject(find)}


def cart_count(request: HttpRequest) -> dict[str, object]:
    """`cart_count`: the pieces in the visitor's cart, for the header. Nothing while it cannot be told whose it is."""

    def count() -> int:
        try:
            return cart_of(request).count_pieces()
        except sessions.UNDECIDED:
            return 0

    return {"cart_count": SimpleLazyObject(count)}


def account_menu(request: HttpRequest) -> dict[str, object]:
    """`account_links`: where somebody who is signed in goes for what is theirs."""
    return {"account_links": navigation.account_links(request.path)}
