"""Reading carts. Each is two statements, however much lies in it."""

from collections.abc import Mapping
from uuid import UUID

from product.cart.contents import Cart, CartLine, Wish
from product.cart.models import CartItem
from product.catalogue.errors import OutOfStock, Shortage
from product.catalogue.models import Product
from product.catalogue.queries import get_product, products_by_id


def get_cart(*, user_id: UUID) -> Cart:
    """A customer's cart. Does not count as shown: `services.show_cart` does."""
    items = CartItem.objects.filter(user_id=user_id)
    return describe({item.product_id: Wish(item.quantity, item.seen_price) for item in items})


def describe(wishes: Mapping[UUID, Wish]) -> Cart:
    """A cart of these wishes, in their order. Products that were erased have nothing left to show."""
    products = products_by_id(wishes)
    return Cart([CartLine(products[product_id], wish) for product_id, wish in wishes.items() if product_id in products])


def count_pieces(*, user_id: UUID) -> int:
    """For the number beside the cart's symbol."""
    return sum(CartItem.objects.filter(user_id=user_id).values_list("quantity", flat=True))


def quantity_of(*, user_id: UUID, product_id: UUID) -> int:
    """How many of the product are in the customer's cart."""
    quantities = CartItem.objects.filter(user_id=user_id, product_id=product_id).values_list("quantity", flat=True)
    return next(iter(quantities), 0)


def wanted_product(*, product_id: UUID, quantity: int) -> Product:
    """The product, if so many pieces of it could be ordered now. Raises `ProductNotFound`, `OutOfStock`."""
    product = get_product(product_id)
    available = product.stock.on_hand
    if quantity > available:
        shortage = Shortage(product_id=str(product_id), name=product.name, requested=quantity, available=available)
        raise OutOfStock([shortage])
    return product
