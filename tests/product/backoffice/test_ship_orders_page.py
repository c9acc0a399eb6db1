"""Orders to ship, in the back office: the oldest first, moved on by one click, in place or with a whole page."""

from typing import Any

from django.contrib.admin.models import LogEntry

from product.orders.models import Order, OrderEvent
from product.orders.services import cancel_order
from servicekit.principal import Principal
from tests.product.factories import make_order, make_product, receive, succeeded
from tests.product.records import types_published
from tests.product.storefront.browser import Browser, Page
from tests.product.storefront.fake_services import user_id_of

ORDERS = "/backoffice/orders"
HTMX = {"HX-Request": "true"}


def paid(**overrides: Any) -> Order:
    order = make_order(**overrides)
    receive(succeeded(order))
    return order


def press(clerk: Browser, page: Page, path: str, *, in_place: bool = False, **values: str) -> Page:
    """A button of the page: with htmx, or as a browser without it sends the form."""
    form = page.form(path)
    if in_place:
        return Page(clerk.client.post(path, form.fields | values, headers=HTMX))
    return clerk.submit(form, follow=True, **values)


def test_lists_what_is_paid_and_still_here_the_oldest_first(clerk: Browser) -> None:
    lamp = make_product(name="Desk lamp", sku="LAMP-1")
    first, second, unpaid = paid(product=lamp, quantity=3), paid(), make_order()

    page = clerk.open(ORDERS)

    assert page.text.index(first.number) < page.text.index(second.number)
    assert unpaid.number not in page.text
    assert "3 \N{MULTIPLICATION SIGN} Desk lamp LAMP-1" in page.text


def test_ships_in_place_and_says_so_in_the_row(clerk: Browser) -> None:
    order = paid()

    row = press(
        clerk, clerk.open(ORDERS), f"{ORDERS}/{order.pk}/ship", in_place=True, carrier="Royal Mail", tracking="RM1"
    )

    assert row.html.lstrip().startswith(f'<li class="task" id="order-{order.pk}"')
    assert "Shipped. Royal Mail, tracking number RM1" in row.text
    assert Order.objects.get().fulfillment_status == "shipped"
    assert OrderEvent.objects.get(type="shipped").actor_id == user_id_of("grace")
    assert "order.shipped" in types_published()
    assert LogEntry.objects.get().object_id == str(order.pk)


def test_the_row_that_was_shipped_offers_to_mark_it_as_delivered(clerk: Browser) -> None:
    order = paid()
    row = press(clerk, clerk.open(ORDERS), f"{ORDERS}/{order.pk}/ship", in_place=True)

    row = press(clerk, row, f"{ORDERS}/{order.pk}/deliver", in_place=True)

    assert "Delivered." in row.text
    assert row.forms == []
    assert Order.objects.get().status == "completed"


def test_all_of_it_works_without_javascript(clerk: Browser) -> None:
    order = paid()

    page = press(clerk, clerk.open(ORDERS), f"{ORDERS}/{order.pk}/ship", carrier="DHL")
    assert f"{order.number}: Shipped." in page.text
    assert "All is shipped" in page.text
    page = press(clerk, clerk.open(f"{ORDERS}?stage=on_the_way"), f"{ORDERS}/{order.pk}/deliver")

    assert f"{order.number}: Delivered." in page.text
    assert "Nothing is on its way" in page.text


def test_a_click_on_an_old_page_tells_the_state_of_now(clerk: Browser, staff: Principal) -> None:
    order = paid()
    old_page = clerk.open(ORDERS)
    cancel_order(order_id=order.pk, principal=staff)

    row = press(clerk, old_page, f"{ORDERS}/{order.pk}/ship", in_place=True)

    assert row.status == 200
    assert "Nothing was done" in row.text
    assert "Being cancelled" in row.text
    assert row.forms == []
    assert not LogEntry.objects.exists()


def test_a_carrier_that_is_too_long_ships_nothing(clerk: Browser) -> None:
    order = paid()

    row = press(clerk, clerk.open(ORDERS), f"{ORDERS}/{order.pk}/ship", in_place=True, carrier="x" * 101)

    assert "too long" in row.text
    assert Order.objects.get().fulfillment_status == "unfulfilled"


def test_a_customer_ships_nothing(visitor: Browser) -> None:
    order = paid()
    visitor.sign_in("ada")
    token = visitor.open("/").form("/sign-out").fields["csrfmiddlewaretoken"]

    answer = visitor.client.post(f"{ORDERS}/{order.pk}/ship", {"csrfmiddlewaretoken": token})

    assert answer.status_code == 403
    assert Order.objects.get().fulfillment_status == "unfulfilled"


def test_costs_no_more_with_more_orders(clerk: Browser, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        paid()

    with django_assert_num_queries(5):  # the session, orders, lines, products, pictures
        clerk.open(ORDERS)


def test_pages_follow_one_another(clerk: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr("product.backoffice.views.orders._PAGE_SIZE", 1)
    first, second = paid(), paid()

    page = clerk.open(ORDERS)
    next_page = clerk.open(ORDERS + next(link for link in page.links if "cursor" in link))

    assert first.number in page.text
    assert second.number not in page.text
    assert second.number in next_page.text
    assert clerk.open(f"{ORDERS}?cursor=nonsense").status == 302
