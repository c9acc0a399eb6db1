"""A guest's cart: in the browser session until the guest signs in, then merged into the customer's own."""

from uuid import UUID

import structlog
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError

from product.cart import queries
from product.cart.contents import Cart, Wish
from product.cart.errors import CartFull
from product.cart.models import MAX_ITEMS
from product.cart.services import merge_wishes
from product.catalogue.prices import Price

_ENTRY = "cart"

_log = structlog.get_logger(__name__)


class GuestCart:
    """The cart in this session: the same that `services.py` does for customers, under the same rules.

    Signing in flushes the session. So: take `wishes` before, `keep` them in the new session, then `hand_over`.
    """

    def __init__(self, session: SessionBase) -> None:
        self._session = session

    @property
    def wishes(self) -> dict[UUID, Wish]:
        """By product, in the order in which they were put in."""
        entries = self._session.get(_ENTRY, {})
        return {
            UUID(product_id): Wish(quantity, Price(minor, currency))
            for product_id, (quantity, minor, currency) in entries.items()
        }

    def keep(self, wishes: dict[UUID, Wish]) -> None:
        """Have exactly these wishes in the session."""
        if wishes:
            self._session[_ENTRY] = {
                str(product_id): [wish.quantity, *wish.seen] for product_id, wish in wishes.items()
            }
        else:
            self._session.pop(_ENTRY, None)

    def show(self) -> Cart:
        """As `services.show_cart`."""
        cart = queries.describe(self.wishes)
        shown = {line.product.pk: Wish(line.quantity, line.price) for line in cart.lines}
        if shown != self.wishes:
            self.keep(shown)
        return cart

    def count_pieces(self) -> int:
        return sum(wish.quantity for wish in self.wishes.values())

    def put_item(self, *, product_id: UUID, quantity: int) -> None:
        """Raises `ProductNotFound`, `OutOfStock`, `CartFull`."""
        product = queries.wanted_product(product_id=product_id, quantity=quantity)
        wishes = self.wishes
        wishes[product_id] = Wish(quantity, Price(product.price_minor, product.currency))
        if len(wishes) > MAX_ITEMS:
            raise CartFull
        self.keep(wishes)

    def remove_item(self, *, product_id: UUID) -> None:
        wishes = self.wishes
        wishes.pop(product_id, None)
        self.keep(wishes)

    def hand_over(self, *, user_id: UUID) -> None:
        """Merge into the customer's cart. Never raises: signing in matters more, and the wishes stay for a next try."""
        try:
            merge_wishes(user_id=user_id, wishes=self.wishes)
        except DatabaseError as error:
            _log.warning("cart.merge_failed", user_id=str(user_id), error=type(error).__name__)
        else:
            self.keep({})
