"""Orders in the admin: everything is shown, nothing is edited, and what is done goes through the use cases."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from product.orders.models import Order, OrderEvent
from servicekit.ids import new_id
from tests.product.backoffice.clicks import choose, token_of
from tests.product.factories import failed, make_order, make_product, receive, succeeded
from tests.product.records import heaps, states, timeline, types_published
from tests.product.storefront.browser import Browser, Form, Page
from tests.product.storefront.fake_services import FakeServices, user_id_of

LIST = "/admin/orders/order/"


def page_of(order: Order) -> str:
    return f"{LIST}{order.pk}/change/"


def act(clerk: Browser, order: Order, name: str, **details: Any) -> Page:
    """A button of the order's page; the page as it is shown afterwards."""
    return clerk.submit(clerk.open(page_of(order)).form(f"{LIST}{order.pk}/{name}"), follow=True, **details)


def test_shows_lines_timeline_and_why_a_payment_failed(clerk: Browser) -> None:
    order = make_order(product=make_product(sku="LAMP-1", name="Desk lamp"))
    receive(failed(order, code="insufficient_funds"))

    page = clerk.open(page_of(order))

    assert "LAMP-1" in page.text
    assert "Desk lamp" in page.text
    assert "insufficient_funds" in page.text
    assert "Payment declined" in page.text


def test_offers_no_way_to_edit_an_order_by_hand(clerk: Browser) -> None:
    order = make_order()

    edited = Form(page_of(order), "post", token_of(clerk, page_of(order)))

    assert clerk.open(f"{LIST}add/").status == 403
    assert clerk.open(f"{LIST}{order.pk}/delete/").status == 403
    assert clerk.submit(edited, status="completed").status == 403
    assert states(order) == ("pending", "unpaid")


def test_cancels_by_the_use_case(clerk: Browser) -> None:
    product = make_product(on_hand=5)
    order = make_order(product=product, quantity=2)

    page = act(clerk, order, "cancel")

    assert "Cancelled" in page.text
    assert states(order) == ("cancelled", "unpaid")
    assert heaps(product) == (5, 0, 0)
    assert "order.cancelled" in types_published()
    entry = OrderEvent.objects.filter(order=order).latest("id")
    assert (entry.cause, entry.actor_id) == ("staff", user_id_of("grace"))


def test_ships_with_the_carriers_details_and_delivers(clerk: Browser) -> None:
    order = make_order()
    receive(succeeded(order))

    act(clerk, order, "ship", carrier="Royal Mail", tracking="RM123")
    page = act(clerk, order, "deliver")

    order.refresh_from_db()
    assert (order.status, order.fulfillment_status) == ("completed", "delivered")
    assert (order.carrier, order.tracking) == ("Royal Mail", "RM123")
    assert "RM123" in page.text


def test_many_orders_are_shipped_from_the_list(clerk: Browser) -> None:
    paid, unpaid = make_order(), make_order()
    receive(succeeded(paid))

    page = choose(clerk, LIST, "ship_chosen", paid, unpaid)

    assert f"{paid.number}: Shipped." in page.text
    assert [Order.objects.get(pk=order.pk).fulfillment_status for order in (paid, unpaid)] == [
        "shipped",
        "unfulfilled",
    ]


def test_the_log_tells_who_did_what(clerk: Browser) -> None:
    order = make_order()

    act(clerk, order, "cancel")

    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id) == ("grace", str(order.pk))
    assert "Cancelled" in entry.get_change_message()
    assert "grace" in clerk.open("/admin/admin/logentry/").text
    assert "Cancelled" in clerk.open(f"{LIST}{order.pk}/history/").text


def test_an_action_does_what_it_can_and_tells_of_each_order(clerk: Browser) -> None:
    open_order, closed = make_order(), make_order()
    act(clerk, closed, "cancel")

    page = choose(clerk, LIST, "cancel_chosen", open_order, closed)

    assert f"{open_order.number}: Cancelled" in page.text
    assert f"{closed.number}: The order can no longer be cancelled." in page.text
    assert states(open_order) == ("cancelled", "unpaid")
    assert timeline(closed) == ["placed", "cancelled"]


def test_a_button_pressed_on_an_old_page_tells_the_state_instead_of_failing(clerk: Browser) -> None:
    order = make_order()
    old_page = clerk.open(page_of(order))
    act(clerk, order, "cancel")

    page = clerk.submit(old_page.form(f"{LIST}{order.pk}/cancel"), follow=True)

    assert page.status == 200
    assert "can no longer be cancelled" in page.text
    assert LogEntry.objects.count() == 1


def test_shows_only_what_the_state_allows(clerk: Browser) -> None:
    order = make_order()
    act(clerk, order, "cancel")

    assert not [form for form in clerk.open(page_of(order)).forms if form.action.startswith(f"{LIST}{order.pk}")]


def test_does_nothing_to_more_rows_than_can_be_told_of(clerk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("product.backoffice.model_admin.ROWS_AT_ONCE", 1)
    orders = [make_order(), make_order()]

    page = choose(clerk, LIST, "cancel_chosen", *orders)

    assert "choose at most 1 at once" in page.text
    assert [states(order)[0] for order in orders] == ["pending", "pending"]


def test_asks_payment_for_a_refund_on_behalf_of_the_member_of_staff(clerk: Browser, services: FakeServices) -> None:
    order = make_order()
    receive(succeeded(order))
    services.captured[str(order.pk)] = payment_id = str(new_id())

    page = act(clerk, order, "refund", amount="2.50")

    assert "Refund asked of payment" in page.text
    assert list(services.refunds.values()) == [(payment_id, {"amount": "2.50"})]
    assert services.tokens_seen[-1] == clerk.session["access_token"]


def test_the_refund_button_pressed_twice_refunds_once(clerk: Browser, services: FakeServices) -> None:
    order = make_order()
    receive(succeeded(order))
    services.captured[str(order.pk)] = str(new_id())
    form = clerk.open(page_of(order)).form(f"{LIST}{order.pk}/refund")

    clerk.submit(form, amount="2.50")
    clerk.submit(form, amount="2.50")

    assert len(services.refunds) == 1


def test_a_full_refund_can_be_chosen_from_the_list(clerk: Browser, services: FakeServices) -> None:
    orders = [make_order(), make_order()]
    for order in orders:
        receive(succeeded(order))
        services.captured[str(order.pk)] = str(new_id())

    choose(clerk, LIST, "refund_chosen", *orders)
    choose(clerk, LIST, "refund_chosen", *orders)

    assert sorted(services.refunds.values()) == sorted((services.captured[str(order.pk)], {}) for order in orders)


def test_a_refused_refund_is_told_in_plain_words(clerk: Browser, services: FakeServices) -> None:
    order = make_order()
    receive(succeeded(order))
    services.captured[str(order.pk)] = str(new_id())
    services.refund_refusal = (409, {"title": "More than was captured", "code": "refund_exceeds_payment"})

    page = act(clerk, order, "refund", amount="999.00")

    assert "That is more than is left of what was paid." in page.text
    assert not LogEntry.objects.exists()


def test_no_refund_without_a_captured_payment(clerk: Browser, services: FakeServices) -> None:
    page = choose(clerk, LIST, "refund_chosen", make_order())

    assert "Nothing was paid for this order." in page.text


def test_while_payment_is_away_the_rest_is_left_alone(clerk: Browser, services: FakeServices) -> None:
    services.is_payment_away = True

    page = choose(clerk, LIST, "refund_chosen", make_order(), make_order(), make_order())

    assert page.text.count("Payment does not answer right now.") == 1
    assert "2 more were left alone" in page.text


@pytest.mark.parametrize("amount", ["-1", "1e3", "ten", "1.2345"])
def test_an_amount_that_is_none_is_refused_before_anybody_is_asked(
    clerk: Browser, services: FakeServices, amount: str
) -> None:
    order = make_order()
    receive(succeeded(order))

    page = act(clerk, order, "refund", amount=amount)

    assert "Nothing was done" in page.text
    assert services.refunds == {}


def test_finds_an_order_by_number_id_and_customer(clerk: Browser) -> None:
    wanted, other = make_order(), make_order()

    for text in (wanted.number, wanted.pk, wanted.user_id):
        page = clerk.open(f"{LIST}?q={text}")
        assert wanted.number in page.text
        assert other.number not in page.text


def test_searching_for_anything_else_finds_nothing(clerk: Browser) -> None:
    order = make_order()

    assert order.number not in clerk.open(f"{LIST}?q=lamp").text


def test_the_list_costs_the_same_whatever_its_length(clerk: Browser) -> None:
    make_order()
    with CaptureQueriesContext(connection) as few:
        clerk.open(LIST)
    for _ in range(5):
        make_order()

    with CaptureQueriesContext(connection) as more:
        clerk.open(LIST)

    assert len(more) == len(few) <= 4
    assert all("LIMIT 10001" in query["sql"] for query in more if "COUNT(" in query["sql"])


def test_an_orders_page_costs_the_same_whatever_is_on_it(clerk: Browser) -> None:
    order = make_order()
    clerk.open(page_of(order))  # asks what each process asks once
    with CaptureQueriesContext(connection) as short:
        clerk.open(page_of(order))
    OrderEvent.objects.bulk_create(
        OrderEvent(order=order, type="stale", status="pending", cause="clock") for _ in range(20)
    )

    with CaptureQueriesContext(connection) as long:
        clerk.open(page_of(order))

    assert len(long) == len(short) <= 6


def test_says_that_there_are_more_orders_than_it_counts(clerk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("product.backoffice.paginator.COUNTED_AT_MOST", 2)
    for _ in range(3):
        make_order()

    assert "2 and more orders" in clerk.open(LIST).text
