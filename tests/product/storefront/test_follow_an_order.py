"""The list of one's orders, and the page of one order, which follows it by itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from product.orders.models import Order
from product.orders.services import deliver_order, expire_unpaid_orders, place_order, ship_order
from tests.product.factories import failed, make_principal, make_product, receive, refunded, succeeded
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import user_id_of


def _place_order(username: str = "ada", **product: Any) -> Order:
    chosen = make_product(on_hand=5, **product)
    return place_order(user_id=user_id_of(username), quantities={chosen.pk: 1})


def test_lists_own_orders_with_their_state_the_newest_first(shopper: Browser) -> None:
    _place_order(name="Stoneware mug")
    receive(succeeded(_place_order(name="Desk lamp", price_minor=2500)))
    _place_order("grace", name="Fountain pen")

    page = shopper.open("/orders")

    assert page.text.index("Desk lamp") < page.text.index("Stoneware mug")
    assert "€25.00 Paid" in page.text
    assert "Fountain pen" not in page.text


def test_says_kindly_that_there_are_no_orders_yet(shopper: Browser) -> None:
    assert "Nothing here yet" in shopper.open("/orders").text


@pytest.mark.parametrize("path", ["", "/progress"])
def test_the_order_of_somebody_else_does_not_exist(shopper: Browser, path: str) -> None:
    order = _place_order("grace")

    assert shopper.open(f"/orders/{order.pk}{path}").status == 404


def test_an_unknown_order_does_not_exist(shopper: Browser) -> None:
    assert shopper.open(f"/orders/{UUID(int=7)}").status == 404


def test_tells_the_three_states_the_lines_and_the_total(shopper: Browser) -> None:
    order = _place_order(name="Desk lamp", price_minor=12900)

    page = shopper.open(f"/orders/{order.pk}")

    assert order.number in page.text
    assert "Order Placed Payment Waiting for payment Delivery Not shipped yet" in page.text
    assert "Desk lamp 1 \N{MULTIPLICATION SIGN} €129.00 €129.00" in page.text
    assert "Total €129.00" in page.text
    assert "You placed the order" in page.text


def test_says_why_a_payment_was_declined(shopper: Browser) -> None:
    order = _place_order()
    receive(failed(order, code="insufficient_funds"))

    page = shopper.open(f"/orders/{order.pk}")

    assert "The payment was declined. There is not enough money in your wallet for this order." in page.text


def test_words_of_an_expired_order_make_sense_together(shopper: Browser) -> None:
    order = _place_order()
    receive(failed(order, code="insufficient_funds"))
    Order.objects.filter(pk=order.pk).update(payment_deadline=order.placed_at)
    expire_unpaid_orders()

    page = shopper.open(f"/orders/{order.pk}")

    assert "Order Expired Payment Not paid Delivery Not shipped" in page.text
    assert "Nothing was charged" in page.text


def test_an_open_order_asks_every_second_and_refreshes_without_javascript(shopper: Browser) -> None:
    order = _place_order()

    page = shopper.open(f"/orders/{order.pk}")

    assert 'hx-trigger="every 1s"' in page.html
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.html


def test_asks_less_often_when_the_payment_takes_long(shopper: Browser) -> None:
    order = _place_order()
    Order.objects.filter(pk=order.pk).update(updated_at=timezone.now() - timedelta(minutes=2))

    assert 'hx-trigger="every 5s"' in shopper.open(f"/orders/{order.pk}").html


def test_says_so_when_the_payment_takes_longer_than_usual(shopper: Browser) -> None:
    order = _place_order()
    fresh = shopper.open(f"/orders/{order.pk}")
    Order.objects.filter(pk=order.pk).update(updated_at=timezone.now() - timedelta(seconds=11))

    page = shopper.open(_progress_path(fresh.html))

    assert "Paying takes longer than usual" not in fresh.text
    assert page.status == 200
    assert "Paying takes longer than usual" in page.text


def test_a_paid_order_looks_now_and_then_until_it_has_arrived(shopper: Browser) -> None:
    order = _place_order()
    receive(succeeded(order))

    paid = shopper.open(f"/orders/{order.pk}")
    ship_order(order_id=order.pk, principal=make_principal(role="staff"))
    shipped = shopper.open(_progress_path(paid.html))
    deliver_order(order_id=order.pk, principal=make_principal(role="staff"))
    delivered = shopper.open(_progress_path(shipped.html))

    assert 'hx-trigger="every 15s"' in paid.html
    assert "http-equiv" not in paid.html  # a page that is read should not be loaded anew
    assert "Handed to the carrier" in shipped.text
    assert "Delivered. Enjoy it." in delivered.text
    assert "hx-get" not in delivered.html


def test_a_poll_brings_nothing_while_nothing_has_changed(shopper: Browser) -> None:
    order = _place_order()
    progress = _progress_path(shopper.open(f"/orders/{order.pk}").html)

    assert shopper.open(progress).status == 204


def test_a_poll_brings_the_change_and_calms_down(shopper: Browser) -> None:
    order = _place_order()
    progress = _progress_path(shopper.open(f"/orders/{order.pk}").html)
    receive(succeeded(order))

    page = shopper.open(progress)

    assert page.status == 200
    assert "Paid from your wallet" in page.text
    assert 'hx-trigger="every 15s"' in page.html


def _progress_path(html: str) -> str:
    return html.partition('id="progress"')[2].partition('hx-get="')[2].partition('"')[0]


def test_a_declined_order_is_paid_again(shopper: Browser) -> None:
    order = _place_order()
    receive(failed(order))

    page = shopper.submit(shopper.open(f"/orders/{order.pk}").form(f"/orders/{order.pk}/pay"), follow=True)

    order.refresh_from_db()
    assert order.attempt == 2
    assert "You asked to pay again" in page.text
    assert f"/orders/{order.pk}/pay" not in page.html


def test_paying_twice_at_a_time_asks_once(shopper: Browser) -> None:
    order = _place_order()
    receive(failed(order))
    form = shopper.open(f"/orders/{order.pk}").form(f"/orders/{order.pk}/pay")

    shopper.submit(form)
    shopper.submit(form)

    order.refresh_from_db()
    assert order.attempt == 2


def test_an_order_is_cancelled_before_it_is_shipped(shopper: Browser) -> None:
    order = _place_order()

    page = shopper.submit(shopper.open(f"/orders/{order.pk}").form(f"/orders/{order.pk}/cancel"), follow=True)

    assert "This order was cancelled." in page.text
    assert f"/orders/{order.pk}/cancel" not in page.html


def test_nobody_else_cancels_or_pays_it(shopper: Browser) -> None:
    own, order = _place_order(), _place_order("grace")
    form = shopper.open(f"/orders/{own.pk}").form(f"/orders/{own.pk}/cancel")

    for action in ("cancel", "pay"):
        form.action = f"/orders/{order.pk}/{action}"
        assert shopper.submit(form).status == 404
    order.refresh_from_db()
    assert order.status == "pending"


def _ship(order: Order, **how: str) -> None:
    ship_order(order_id=order.pk, principal=make_principal(role="admin"), **how)


def test_tells_who_brings_it_and_by_which_number(shopper: Browser) -> None:
    order = _place_order()
    receive(succeeded(order))
    _ship(order, carrier="DHL", tracking="JD0146")

    page = shopper.open(f"/orders/{order.pk}")

    assert "Brought by DHL, tracking number JD0146" in page.text


def test_says_nothing_of_a_carrier_whom_staff_did_not_name(shopper: Browser) -> None:
    order = _place_order()
    receive(succeeded(order))
    _ship(order)

    page = shopper.open(f"/orders/{order.pk}")

    assert "It is on its way to you." in page.text
    assert "Brought by" not in page.text


@pytest.mark.parametrize(
    ("method", "paid", "place"),
    [("wallet", "Paid from your wallet", "in your wallet"), ("card:tok_good", "Paid by card", "on your card")],
)
def test_tells_how_it_was_paid_and_where_money_went_back_to(
    shopper: Browser, method: str, paid: str, place: str
) -> None:
    chosen = make_product(on_hand=5, price_minor=2000)
    order = place_order(user_id=user_id_of("ada"), quantities={chosen.pk: 1}, payment_method=method)
    receive(succeeded(order))
    receive(refunded(order, amount="5.00", total_refunded="5.00"))

    in_part = shopper.open(f"/orders/{order.pk}").text
    receive(refunded(order, amount="15.00", total_refunded="20.00"))
    in_full = shopper.open(f"/orders/{order.pk}").text

    assert paid in in_part
    assert f"Given back €5.00 of €20.00 is back {place}." in in_part
    assert f"What you paid goes back to your {place.rpartition(' ')[2]}." in in_part
    assert f"Given back The money is back {place}." in in_full
    assert "It is being paid" not in in_full


def test_money_that_came_too_late_is_not_called_never_charged(shopper: Browser) -> None:
    order = _place_order()
    Order.objects.filter(pk=order.pk).update(payment_deadline=order.placed_at)
    expire_unpaid_orders()
    receive(succeeded(order))

    page = shopper.open(f"/orders/{order.pk}")

    assert "The payment came too late" in page.text
    assert "Nothing was charged" not in page.text
