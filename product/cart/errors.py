"""Failures of carts."""

from product.cart.models import MAX_ITEMS
from servicekit.problems import Conflict


class CartFull(Conflict):
    code = "cart_full"
    title = f"There is room for {MAX_ITEMS} products in a cart"


class CartEmpty(Conflict):
    """Also the answer to the second of two orders of one cart: the first has emptied it."""

    code = "cart_empty"
    title = "There is nothing in the cart"
