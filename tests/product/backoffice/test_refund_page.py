"""Refunds in the back office: an order found by its number, payment asked once per form, and what it says shown."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from product.orders.models import Order
from servicekit.ids import new_id
from tests.product.factories import make_order, make_product, receive, refunded, succeeded
from tests.product.storefront.browser import Browser, Page
from tests.product.storefront.fake_services import FakeServices

REFUNDS = "/backoffice/refunds"


def captured(services: FakeServices) -> Order:
    order = make_order(product=make_product(price_minor=1999))
    receive(succeeded(order))
    services.captured[str(order.pk)] = str(new_id())
    return order


def give_back(clerk: Browser, order: Order, **values: str) -> Page:
    form = clerk.open(f"{REFUNDS}?order={order.number}").form(f"{REFUNDS}/{order.pk}")
    return clerk.submit(form, follow=True, **values)


def test_an_order_is_found_by_number_or_id(clerk: Browser, services: FakeServices) -> None:
    order = captured(services)

    for wanted in (order.number, str(order.pk)):
        assert f"Order {order.number}" in clerk.open(f"{REFUNDS}?order={wanted}").text


@pytest.mark.parametrize("wanted", ["2026-999999", "nonsense", "01234567-89ab-7def-8123-456789abcdef", "%00"])
def test_says_when_there_is_no_such_order(clerk: Browser, wanted: str) -> None:
    page = clerk.open(f"{REFUNDS}?order={wanted}")

    assert page.status == 200
    assert not [form for form in page.forms if form.action.startswith(f"{REFUNDS}/")]


def test_gives_back_a_part_on_behalf_of_the_member_of_staff(clerk: Browser, services: FakeServices) -> None:
    order = captured(services)

    page = give_back(clerk, order, amount="2,50")

    assert "on its way" in page.text
    assert list(services.refunds.values()) == [(services.captured[str(order.pk)], {"amount": "2.50"})]
    assert services.tokens_seen[-1] == clerk.session["access_token"]
    assert "2.50" in LogEntry.objects.get().get_change_message()


def test_without_an_amount_all_that_is_left_is_given_back(clerk: Browser, services: FakeServices) -> None:
    order = captured(services)
    receive(refunded(order, amount="5.00", total_refunded="5.00"))

    assert "€14.99" in clerk.open(f"{REFUNDS}?order={order.number}").text
    give_back(clerk, order)

    assert list(services.refunds.values()) == [(services.captured[str(order.pk)], {})]


def test_a_form_that_is_sent_twice_refunds_once(clerk: Browser, services: FakeServices) -> None:
    order = captured(services)
    form = clerk.open(f"{REFUNDS}?order={order.number}").form(f"{REFUNDS}/{order.pk}")

    clerk.submit(form, amount="2.50")
    clerk.submit(form, amount="2.50")

    assert len(services.refunds) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("refund_exceeds_payment", "more than is left"),
        ("validation_failed", "not an amount of this order"),
        ("something_new", "In payment's own words"),
    ],
)
def test_a_refusal_is_told_beside_the_amount(clerk: Browser, services: FakeServices, code: str, said: str) -> None:
    order = captured(services)
    services.refund_refusal = (409, {"title": "In payment's own words", "code": code})

    page = give_back(clerk, order, amount="99.00")

    assert page.status == 422
    assert said in page.text
    assert not LogEntry.objects.exists()


def test_nothing_is_lost_while_payment_is_away(clerk: Browser, services: FakeServices) -> None:
    order = captured(services)
    form = clerk.open(f"{REFUNDS}?order={order.number}").form(f"{REFUNDS}/{order.pk}")
    services.is_payment_away = True

    page = clerk.submit(form, amount="2.50")

    assert "Nothing is lost" in page.text
    assert "cannot be shown" in page.text
    assert page.form(f"{REFUNDS}/{order.pk}").fields["key"] == form.fields["key"]


def test_an_order_without_money_offers_nothing_to_give_back(clerk: Browser) -> None:
    order = make_order()

    page = clerk.open(f"{REFUNDS}?order={order.number}")

    assert "nothing to give back" in page.text
    assert [form for form in page.forms if form.action.startswith(f"{REFUNDS}/")] == []


def shown(order_id: Any, status: str) -> dict[str, Any]:
    own = {"id": str(new_id()), "order_id": str(order_id), "status": status}
    return own | {"amount": "2.50", "currency": "EUR", "reason": "staff", "created_at": "2026-11-21T12:00:00Z"}


def test_the_latest_are_listed_with_their_orders_and_followed_until_they_are_done(
    clerk: Browser, services: FakeServices
) -> None:
    order = captured(services)
    services.latest_refunds = [shown(order.pk, "pending"), shown(new_id(), "succeeded")]

    page = clerk.open(REFUNDS)
    services.latest_refunds[0]["status"] = "succeeded"
    later = clerk.open(REFUNDS)

    assert order.number in page.text
    assert "Going back" in page.text
    assert "every 3s" in page.html
    assert "every 3s" not in later.html
