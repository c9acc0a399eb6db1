"""Many buyers at the same moment, each with a connection of their own."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from product.catalogue.errors import OutOfStock
from product.catalogue.models import Product
from product.orders.errors import OrderNotCancellable
from product.orders.models import Order
from product.orders.services import cancel_order, expire_unpaid_orders, place_order
from servicekit.ids import new_id
from tests.parallel import at_once
from tests.product.factories import make_order, make_principal, make_product, receive, succeeded
from tests.product.records import heaps, states, types_published

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Results, or the exceptions raised."""

    def with_own_connection(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:  # noqa: BLE001  (the test looks at it)
            return error
        finally:
            connection.close()

    return at_once([partial(with_own_connection, call) for call in calls])


def buy(*products: Product) -> Order:
    return place_order(user_id=new_id(), quantities={product.pk: 1 for product in products})


def test_one_of_many_gets_the_last_piece() -> None:
    product = make_product(on_hand=1)

    outcomes = together(*[partial(buy, product)] * 12)

    assert Counter(type(outcome) for outcome in outcomes) == {Order: 1, OutOfStock: 11}
    assert heaps(product) == (0, 1, 0)
    assert types_published() == ["order.placed"]


def test_orders_for_the_same_products_in_opposite_order_do_not_deadlock() -> None:
    first, second = make_product(on_hand=100), make_product(on_hand=100)

    outcomes = together(*[partial(buy, first, second), partial(buy, second, first)] * 8)

    assert {type(outcome) for outcome in outcomes} == {Order}
    assert heaps(first) == heaps(second) == (84, 16, 0)


@pytest.mark.parametrize("_round", range(5))
def test_a_cancellation_and_a_success_end_in_one_consistent_state(_round: int) -> None:
    buyer, product = make_principal(), make_product(on_hand=5)
    order = make_order(buyer=buyer, product=product)

    together(
        partial(cancel_order, order_id=order.pk, principal=buyer),
        partial(receive, succeeded(order)),
    )

    # Cancelled first and paid too late, or paid first and then cancelled: the money goes back either way.
    assert states(order) in {("cancelled", "refund_pending"), ("cancelling", "refund_pending")}
    assert heaps(product) == (5, 0, 0)


def test_an_order_is_cancelled_once() -> None:
    buyer, product = make_principal(), make_product(on_hand=5)
    order = make_order(buyer=buyer, product=product)

    outcomes = together(*[partial(cancel_order, order_id=order.pk, principal=buyer)] * 8)

    assert Counter(type(outcome) for outcome in outcomes) == {Order: 1, OrderNotCancellable: 7}
    assert heaps(product) == (5, 0, 0)


def test_several_clocks_share_the_work() -> None:
    product = make_product(on_hand=40)
    for _ in range(20):
        make_order(product=product)
    Order.objects.update(payment_deadline="2020-01-01T00:00:00Z")

    expired = together(*[partial(expire_unpaid_orders, limit=5)] * 4)

    assert sum(expired) <= 20
    while expire_unpaid_orders(limit=5):
        pass
    assert heaps(product) == (40, 0, 0)
    assert types_published().count("order.cancelled") == 20
