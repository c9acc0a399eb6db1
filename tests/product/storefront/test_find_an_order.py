"""My orders, narrowed by their states and by when they were placed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from product.orders.models import Order
from product.orders.services import place_order
from servicekit.ids import new_id
from tests.product.factories import make_product, receive, succeeded
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import user_id_of


def _place_order(**product: Any) -> Order:
    return place_order(user_id=user_id_of("ada"), quantities={make_product(on_hand=50, **product).pk: 1})


@pytest.mark.parametrize("query", ["status=confirmed", "payment=paid", "status=confirmed&payment=paid&period=30"])
def test_shows_those_alone_that_were_chosen(shopper: Browser, query: str) -> None:
    _place_order(name="Stoneware mug")
    receive(succeeded(_place_order(name="Desk lamp")))

    page = shopper.open(f"/orders?{query}")

    assert "Desk lamp" in page.text
    assert "Stoneware mug" not in page.text


def test_a_period_leaves_out_what_is_older(shopper: Browser) -> None:
    _place_order(name="Stoneware mug")
    old = Order(id=new_id(), user_id=user_id_of("ada"), currency="EUR", total_minor=700)
    old.placed_at = timezone.now() - timedelta(days=40)
    long_ago = old.placed_at.timestamp() * 1000
    old.id = type(old.id)(int=(int(long_ago) << 80) | (old.id.int & ((1 << 80) - 1)))
    old.save(force_insert=True)

    assert "€7.00" not in shopper.open("/orders?period=30").text
    assert "€7.00" in shopper.open("/orders?period=90").text


def test_the_choice_is_still_made_on_the_page_and_on_the_next_one(shopper: Browser) -> None:
    product = make_product(on_hand=50)
    for _ in range(21):
        place_order(user_id=user_id_of("ada"), quantities={product.pk: 1})

    page = shopper.open("/orders?status=pending&period=30")
    (next_path,) = [link for link in page.links if "cursor=" in link]
    second = shopper.open(f"/orders{next_path}")

    assert '<option value="pending" selected>Placed</option>' in page.html
    assert next_path.startswith("?status=pending&period=30&cursor=")
    assert second.html.count("order-row") == 1
    assert '<option value="30" selected>' in second.html


def test_nothing_that_fits_is_told_apart_from_no_orders_at_all(shopper: Browser) -> None:
    _place_order()

    page = shopper.open("/orders?status=cancelled")

    assert "No such orders" in page.text
    assert "/orders" in page.links
    assert "Nothing here yet" not in page.text
    assert '<option value="cancelled" selected>' in page.html


def test_nonsense_counts_as_not_chosen(shopper: Browser) -> None:
    _place_order(name="Desk lamp")

    assert "Desk lamp" in shopper.open("/orders?status=lost&payment=&period=%00").text


def test_a_cursor_that_is_not_ours_leads_to_the_beginning_of_the_same_list(shopper: Browser) -> None:
    page = shopper.open("/orders?status=pending&cursor=mine")

    assert page.response.headers["Location"] == "/orders?status=pending"
