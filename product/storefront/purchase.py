"""Buying by the checkout's form: once, however often the browser sends it."""

from uuid import UUID

from django.urls import reverse
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from product.catalogue.prices import Price
from product.orders.idempotency import Answer, KeyedRequest, answer_once
from product.orders.services import place_order
from servicekit.idempotency import IdempotencyKeyInUse, fingerprint

_ROUTE = "checkout"


def buy_once(*, user_id: UUID, product_id: UUID, quantity: int, expected_total: Price, key: UUID) -> str:
    """Place the order and return its page's path; for a form that came before, the path of the order it placed then.

    The second of two clicks finds the first at work, and waits for its order. Raises what `place_order` and
    `answer_once` raise. What was agreed is no part of the form's identity: after a change of price the same form asks
    again with the new total, and must not buy twice when the first answer was only lost.
    """

    def place() -> Answer:
        order = place_order(user_id=user_id, quantities={product_id: quantity}, expected_total=expected_total)
        return Answer(status=303, body={}, location=reverse("storefront:order", args=[order.pk]))

    request = KeyedRequest(user_id, _ROUTE, str(key), fingerprint("POST", _ROUTE, f"{product_id} {quantity}".encode()))
    patiently = Retrying(
        retry=retry_if_exception_type(IdempotencyKeyInUse), wait=wait_fixed(0.1), stop=stop_after_delay(3), reraise=True
    )
    return patiently(answer_once, request, place).location
