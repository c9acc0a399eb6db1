"""What customers do with their carts: one function, one transaction. A guest's cart: `guest.py`."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection

from product.cart import queries
from product.cart.contents import Cart, Wish
from product.cart.errors import CartEmpty, CartFull
from product.cart.models import MAX_ITEMS, CartItem
from product.transactions import retried_transaction


@retried_transaction
def show_cart(*, user_id: UUID) -> Cart:
    """The cart with its prices of now, which the customer counts as having seen from here on. Writes when they differ.

    A line whose price was another at the last showing tells that one as its `previous_price`, this time only.
    """
    cart = queries.get_cart(user_id=user_id)
    for line in cart.lines:
        if line.previous_price is not None:
            # What was shown, not what the product costs by the time of this statement.
            CartItem.objects.filter(user_id=user_id, product_id=line.product.pk).update(
                seen_price_minor=line.price.minor, seen_currency=line.price.currency
            )
    return cart


@retried_transaction
def put_item(*, user_id: UUID, product_id: UUID, quantity: int) -> None:
    """Have this many pieces of the product in the cart. Raises `ProductNotFound`, `OutOfStock`, `CartFull`."""
    product = queries.wanted_product(product_id=product_id, quantity=quantity)
    others = CartItem.objects.filter(user_id=user_id).exclude(product_id=product_id)
    if others.count() >= MAX_ITEMS:
        raise CartFull
    CartItem.objects.update_or_create(
        user_id=user_id,
        product_id=product_id,
        defaults={"quantity": quantity, "seen_price_minor": product.price_minor, "seen_currency": product.currency},
    )


@retried_transaction
def remove_item(*, user_id: UUID, product_id: UUID) -> None:
    """Have none of the product in the cart."""
    CartItem.objects.filter(user_id=user_id, product_id=product_id).delete()


@retried_transaction
def empty_cart(*, user_id: UUID) -> None:
    """Throw everything out."""
    CartItem.objects.filter(user_id=user_id).delete()


# The larger of the two wishes: a guest who had put in the same thing before most likely means the same thing, and
# doing it twice does it once. Not more than there is, but never less than the customer's own cart said already.
_MERGE = """
    INSERT INTO cart_items (user_id, product_id, quantity, seen_price_minor, seen_currency)
    SELECT %s, product_id, greatest(1, least(quantity, on_hand)), seen_price_minor, seen_currency
    FROM unnest(%s::uuid[], %s::int[], %s::bigint[], %s::text[]) WITH ORDINALITY
        AS wish (product_id, quantity, seen_price_minor, seen_currency, position)
    JOIN stock USING (product_id)
    ORDER BY position
    ON CONFLICT (user_id, product_id) DO UPDATE SET
        quantity = greatest(cart_items.quantity, excluded.quantity),
        seen_price_minor = excluded.seen_price_minor, seen_currency = excluded.seen_currency
"""


@retried_transaction
def merge_wishes(*, user_id: UUID, wishes: Mapping[UUID, Wish]) -> None:
    """Take a guest's wishes into the customer's cart: of each product the larger quantity, bounded by the stock.

    Wishes for which there is no room are dropped. Products that were erased meanwhile too.
    """
    own = set(CartItem.objects.filter(user_id=user_id).values_list("product_id", flat=True))
    new = [product_id for product_id in wishes if product_id not in own]
    no_room = new[max(0, MAX_ITEMS - len(own)) :]
    rows = [(product_id, wish.quantity, *wish.seen) for product_id, wish in wishes.items() if product_id not in no_room]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_MERGE, [user_id, *(list(column) for column in zip(*rows, strict=True))])


def throw_out_carts(*, user_ids: Collection[UUID]) -> None:
    """Of people who have deleted their accounts, in the caller's transaction. A cart has at most `MAX_ITEMS` rows.

    By the order of the rows, so that two batches of the same news wait for each other instead of forever.
    """
    items = CartItem.objects.filter(user_id__in=user_ids).order_by("id").select_for_update()
    CartItem.objects.filter(id__in=[item.pk for item in items]).delete()


def take_items(*, user_id: UUID) -> dict[UUID, Wish]:
    """Empty the cart into an order, in the caller's transaction. Raises `CartEmpty`.

    Of two orders of one cart the second waits here for the first, and then finds nothing. What is put in meanwhile
    stays in.
    """
    items = list(CartItem.objects.filter(user_id=user_id).select_for_update(no_key=True))
    if not items:
        raise CartEmpty
    CartItem.objects.filter(id__in=[item.pk for item in items]).delete()
    return {item.product_id: Wish(item.quantity, item.seen_price) for item in items}
