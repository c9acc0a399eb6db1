"""The visitor's cart: a customer's own, or a guest's in the browser session. Both do the same (`product/cart`)."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.http import HttpRequest

from product.cart import queries, services
from product.cart.contents import Cart
from product.cart.guest import GuestCart
from product.clients.auth import Session
from product.storefront import sessions


class VisitorCart(Protocol):
    def show(self) -> Cart:
        """With the prices of now, which count as seen from here on."""

    def count_pieces(self) -> int: ...

    def put_item(self, *, product_id: UUID, quantity: int) -> None:
        """Have exactly so many of it. Raises `ProductNotFound`, `OutOfStock`, `CartFull`."""

    def remove_item(self, *, product_id: UUID) -> None: ...

    def quantity_of(self, product_id: UUID) -> int: ...


@dataclass(frozen=True, slots=True)
class CustomerCart:
    user_id: UUID

    def show(self) -> Cart:
        return services.show_cart(user_id=self.user_id)

    def count_pieces(self) -> int:
        return queries.count_pieces(user_id=self.user_id)

    def put_item(self, *, product_id: UUID, quantity: int) -> None:
        services.put_item(user_id=self.user_id, product_id=product_id, quantity=quantity)

    def remove_item(self, *, product_id: UUID) -> None:
        services.remove_item(user_id=self.user_id, product_id=product_id)

    def quantity_of(self, product_id: UUID) -> int:
        return queries.quantity_of(user_id=self.user_id, product_id=product_id)


class SessionCart(GuestCart):
    def quantity_of(self, product_id: UUID) -> int:
        wish = self.wishes.get(product_id)
        return wish.quantity if wish else 0


def cart_of(request: HttpRequest) -> VisitorCart:
    """Raises what is in `sessions.UNDECIDED` while it cannot be told who the visitor is."""
    principal = sessions.shopper(request)
    return SessionCart(request.session) if principal is None else CustomerCart(principal.user_id)


def sign_in_with_cart(request: HttpRequest, session: Session) -> None:
    """Begin the visitor's session, and take into it what they had in their cart as a guest."""
    wishes = GuestCart(request.session).wishes
    sessions.begin(request, session)
    guest = GuestCart(request.session)
    guest.keep(wishes)
    principal = sessions.shopper(request)
    if principal is not None:
        guest.hand_over(user_id=principal.user_id)
