"""What a checkout is about, one product or the whole cart, and buying it once, however often the form is sent."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from product.cart.services import show_cart
from product.catalogue.prices import Price
from product.catalogue.queries import get_product
from product.orders.idempotency import Answer, KeyedRequest, answer_once
from product.orders.models import IdempotencyKey, Order
from product.orders.services import order_cart, place_order
from product.storefront.forms import BuyForm, ConfirmForm
from product.storefront.lines import Line, line_of_product
from servicekit.idempotency import IdempotencyKeyInUse, fingerprint

_ROUTE = "checkout"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the checkout shows before it is agreed to."""

    lines: list[Line]
    total: Price | None
    """None when it cannot be bought as it is."""
    notice: str = ""


class Purchase(Protocol):
    @property
    def identity(self) -> str:
        """Tells what is bought from anything else, whatever it costs."""

    @property
    def checkout_path(self) -> str: ...

    def offer(self, *, user_id: UUID) -> Offer: ...

    def place(self, *, user_id: UUID, expected_total: Price, payment_method: str) -> Order:
        """Raises what placing an order raises."""


@dataclass(frozen=True, slots=True)
class SingleProduct:
    """ "Buy now"."""

    product_id: UUID | str
    """Or its slug."""
    quantity: int

    @property
    def identity(self) -> str:
        return f"{self.product_id} {self.quantity}"

    @property
    def checkout_path(self) -> str:
        wanted = [("product", str(self.product_id)), ("quantity", str(self.quantity))]
        return f"{reverse('storefront:checkout')}?{urlencode(wanted)}"

    def offer(self, *, user_id: UUID) -> Offer:  # noqa: ARG002  (the same for everybody)
        """Raises `ProductNotFound`."""
        product = get_product(self.product_id)
        available = product.stock.on_hand
        line = line_of_product(product, min(self.quantity, available))
        notice = _("There are not as many left as you wanted.") if available < self.quantity else ""
        return Offer([line], Price(line.total_minor, line.currency) if available else None, notice)

    def place(self, *, user_id: UUID, expected_total: Price, payment_method: str) -> Order:
        quantities = {UUID(str(self.product_id)): self.quantity}
        return place_order(
            user_id=user_id, quantities=quantities, expected_total=expected_total, payment_method=payment_method
        )


@dataclass(frozen=True, slots=True)
class WholeCart:
    identity = "cart"

    @property
    def checkout_path(self) -> str:
        return reverse("storefront:checkout")

    def offer(self, *, user_id: UUID) -> Offer:
        cart = show_cart(user_id=user_id)
        lines = [line_of_product(line.product, line.quantity) for line in cart.lines]
        return Offer(lines, cart.totals[0] if cart.is_orderable else None)

    def place(self, *, user_id: UUID, expected_total: Price, payment_method: str) -> Order:
        return order_cart(user_id=user_id, expected_total=expected_total, payment_method=payment_method)


def purchase_of(form: BuyForm | ConfirmForm | None) -> Purchase:
    """Of a valid form; the cart when there is none."""
    wanted = form.cleaned_data if form else {}
    return SingleProduct(wanted["product"], wanted["quantity"]) if wanted.get("product") else WholeCart()


def order_path(*, user_id: UUID, key: UUID) -> str | None:
    """Of the order that was placed with this key; None while there is none."""
    answers = IdempotencyKey.objects.filter(user_id=user_id, route=_ROUTE, key=str(key))
    return answers.values_list("location", flat=True).first()


def buy_once(*, user_id: UUID, purchase: Purchase, expected_total: Price, payment_method: str, key: UUID) -> str:
    """Place the order and return its page's path; for a form that came before, the path of the order it placed then.

    The second of two clicks finds the first at work, and waits for its order. Raises what `purchase.place` and
    `answer_once` raise. What was agreed, the total and how it is paid, is no part of the form's identity: after a
    change of price the same form asks again with the new total, and must not buy twice when the first answer was only
    lost.
    """

    def place() -> Answer:
        order = purchase.place(user_id=user_id, expected_total=expected_total, payment_method=payment_method)
        return Answer(status=303, body={}, location=reverse("storefront:order", args=[order.pk]))

    request = KeyedRequest(user_id, _ROUTE, str(key), fingerprint("POST", _ROUTE, purchase.identity.encode()))
    patiently = Retrying(
        retry=retry_if_exception_type(IdempotencyKeyInUse), wait=wait_fixed(0.1), stop=stop_after_delay(3), reraise=True
    )
    return patiently(answer_once, request, place).location
