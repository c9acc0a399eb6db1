"""Five hundred races of a cancellation against its payment: each order ends in one consistent state."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, connections

from payment.reconciliation.stock import STOCK_CHECKS
from product.orders.models import Order
from product.orders.services import cancel_order
from servicekit.principal import Principal
from tests.invariants import ORDERS
from tests.parallel import at_once
from tests.product.factories import make_order, make_principal, make_product, receive, refunded, succeeded
from tests.product.records import heaps, timeline

pytestmark = pytest.mark.django_db(transaction=True)

RACES = 500
PER_ROUND = 10
"""Orders that are raced for at the same time, each by two."""


def test_every_race_ends_in_one_consistent_state() -> None:
    buyer, product = make_principal(), make_product(on_hand=RACES)
    orders = [make_order(buyer=buyer, product=product) for _ in range(RACES)]

    for start in range(0, RACES, PER_ROUND):
        raced = orders[start : start + PER_ROUND]
        at_once([act for order in raced for act in (cancellation(order, buyer), payment(order))])

    found = Counter(Order.objects.values_list("status", "payment_status"))
    # Cancelled and paid too late, or paid and then cancelled: the money goes back either way.
    assert set(found) <= {("cancelled", "refund_pending"), ("cancelling", "refund_pending")}
    assert sum(found.values()) == RACES
    assert heaps(product) == (RACES, 0, 0)
    receive(*[refunded(order) for order in orders])
    assert set(Order.objects.values_list("status", "payment_status")) == {("cancelled", "refunded")}
    assert {tuple(sorted(timeline(order))) for order in orders} <= {
        ("cancellation_requested", "paid", "placed", "refunded"),
        ("cancelled", "paid_late", "placed", "refund_requested", "refunded"),
    }
    assert violations() == {}


def cancellation(order: Order, buyer: Principal) -> Callable[[], None]:
    return partial(alone, partial(cancel_order, order_id=order.pk, principal=buyer))


def payment(order: Order) -> Callable[[], None]:
    return partial(alone, partial(receive, succeeded(order)))


def alone(act: Callable[[], object]) -> None:
    """With a connection of its own."""
    try:
        act()
    finally:
        connections.close_all()


def violations() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for name, query in (STOCK_CHECKS | ORDERS).items():
            cursor.execute(query)
            found[name] = cursor.fetchall()
    return {name: rows for name, rows in found.items() if rows}
