"""What happens to orders is seen as it happens, and leads to the order."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from product.backoffice.operations import feed
from product.backoffice.operations.wording import EVENT_TYPES
from product.messaging.inbox import process
from product.orders import states
from product.orders.states import STALE, Transition
from tests.product.factories import delivery, make_order, succeeded
from tests.product.storefront.browser import Browser

PATH = "/backoffice/operations/events"


def pay(order: Any) -> None:
    process([delivery(succeeded(order))])


def test_the_newest_stands_first_with_its_order(clerk: Browser) -> None:
    order = make_order()
    pay(order)

    page = clerk.open(PATH)

    assert page.text.index("payment.succeeded") < page.text.rindex("Order placed")
    assert order.number in page.text
    assert f"/orders/{order.pk}" in page.links


def test_one_type_is_chosen_in_the_address(clerk: Browser) -> None:
    placed, paid = make_order(), make_order()
    pay(paid)

    page = clerk.open(f"{PATH}?type=paid")

    assert f"/orders/{paid.pk}" in page.links
    assert f"/orders/{placed.pk}" not in page.links
    assert f"{PATH}?type=paid" in page.html


def test_nonsense_chooses_nothing(clerk: Browser) -> None:
    order = make_order()

    assert f"/orders/{order.pk}" in clerk.open(f"{PATH}?type=%00x").links


def test_it_moves_until_it_is_paused(clerk: Browser) -> None:
    moving, paused = clerk.open(PATH), clerk.open(f"{PATH}?paused=1")

    assert 'hx-trigger="every 2s"' in moving.html
    assert "hx-trigger" not in paused.html
    assert "Nothing has happened" in moving.text


def test_htmx_gets_the_list_alone(clerk: Browser) -> None:
    make_order()

    part = clerk.open(PATH, headers={"HX-Request": "true"})

    assert part.html.lstrip().startswith("<div")
    assert "Order placed" in part.text


def test_every_move_of_an_order_has_its_words() -> None:
    moves = {value.type for value in vars(states).values() if isinstance(value, Transition)}

    assert set(EVENT_TYPES) == moves | {"placed", STALE}


def test_costs_the_same_however_many_events_there_are(clerk: Browser) -> None:
    for _ in range(5):
        make_order()

    with CaptureQueriesContext(connection) as queries:
        events = feed.latest_events("placed")
        numbers = [event.order.number for event in events]

    assert len(numbers) == 5
    assert len(queries) == 2
