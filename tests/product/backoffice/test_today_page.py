"""The first page of the back office: how today and the last thirty days went, and what waits for somebody."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from product.backoffice.chart import HEIGHT
from product.backoffice.course import day_so_far, last_days
from product.orders.models import Order
from tests.product.factories import failed, make_order, make_product, receive, refunded, succeeded
from tests.product.storefront.browser import Browser

TODAY = "/backoffice/"


def placed(moment: datetime, **product: Any) -> Order:
    order = make_order(product=make_product(**product))
    Order.objects.filter(pk=order.pk).update(placed_at=moment)
    return order


def test_tells_what_came_in_and_what_did_not(clerk: Browser) -> None:
    paid, declined = (make_order(product=make_product(price_minor=2500)) for _ in range(2))
    receive(succeeded(paid), failed(declined))

    page = clerk.open(TODAY)

    assert "Orders 2" in page.text
    assert "Revenue €25.00" in page.text
    assert "Average order €25.00" in page.text
    assert "Payments declined 50%" in page.text
    assert "Orders to ship 1" in page.text


def test_a_shop_without_orders_has_a_page_too(clerk: Browser) -> None:
    page = clerk.open(TODAY)

    assert "Revenue €0.00" in page.text
    assert "No orders yet." in page.text


def test_counts_what_is_nearly_gone(clerk: Browser) -> None:
    make_product(on_hand=5)
    make_product(on_hand=6)
    make_product(on_hand=0, is_active=False)

    assert "Low stock 1" in clerk.open(TODAY).text


def test_writes_numbers_as_the_reader_does(clerk: Browser) -> None:
    receive(succeeded(make_order(product=make_product(price_minor=123450))))

    page = clerk.open(TODAY, headers={"Accept-Language": "ru"})

    assert "1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€" in page.html


def test_hours_and_days_are_those_of_the_readers_time_zone(db: None) -> None:
    """Half past eleven in the evening in London is tomorrow in Berlin."""
    london = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    placed(london)

    with timezone.override("Europe/Berlin"):
        day = day_so_far(london + timedelta(hours=3))
    with timezone.override("Europe/London"):
        next_day = day_so_far(london + timedelta(hours=3))

    assert [slot.when for slot in day.slots if slot.figures.placed] == ["00:00"]
    assert next_day.total.placed == 0


def test_every_day_of_the_month_has_its_place(db: None) -> None:
    now = timezone.now()
    placed(now - timedelta(days=29))
    placed(now - timedelta(days=31))

    month = last_days(now)

    assert [slot.figures.placed for slot in month.slots] == [1, *[0] * 29]
    assert month.total.placed == 1


def test_revenue_is_what_was_kept_by_currency(db: None) -> None:
    now = timezone.now()
    euros, dollars, unpaid = placed(now), placed(now, currency="USD", price_minor=700), placed(now)
    receive(succeeded(euros), succeeded(dollars))
    receive(refunded(euros, amount="2.50", total_refunded="2.50"))

    total = last_days(now).total

    assert [(money.currency, money.minor) for money in total.revenue] == [("EUR", 750), ("USD", 700)]
    assert total.placed == 3
    assert unpaid.payment_status == "unpaid"


def test_bars_are_as_high_as_their_values(db: None) -> None:
    now = timezone.now()
    for moment in (now, now, now - timedelta(days=1)):
        placed(moment)

    orders, revenue, declined = last_days(now).charts

    assert [bar.height for bar in orders.bars[-2:]] == [HEIGHT // 2, HEIGHT]
    assert orders.highest == "2"
    assert {bar.height for bar in revenue.bars + declined.bars} == {0}


def test_costs_a_statement_for_each_chart_and_count(clerk: Browser, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_order()
    clerk.open(TODAY)

    with django_assert_num_queries(5):  # the session, the day, the month, to ship, low stock
        clerk.open(TODAY)
