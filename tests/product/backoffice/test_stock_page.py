"""Low stock in the back office: what is nearly gone, and counting pieces in and out, once per form."""

from typing import Any

from django.contrib.admin.models import LogEntry

from product.backoffice.log import told_by
from product.catalogue.models import Product, StockMovement
from tests.product.factories import make_order, make_product
from tests.product.records import heaps
from tests.product.storefront.browser import Browser, Page
from tests.product.storefront.fake_services import user_id_of

STOCK = "/backoffice/stock"
HTMX = {"HX-Request": "true"}


def count(clerk: Browser, page: Page, product: Product, quantity: str) -> Page:
    """In place, as htmx sends it."""
    path = f"{STOCK}/{product.pk}"
    return Page(clerk.client.post(path, page.form(path).fields | {"quantity": quantity}, headers=HTMX))


def test_lists_what_is_nearly_gone_the_fewest_first(clerk: Browser) -> None:
    few, none = make_product(name="Few", on_hand=2), make_product(name="None", on_hand=0)
    make_product(name="Plenty", on_hand=6)
    make_product(name="Hidden", on_hand=0, is_active=False)

    page = clerk.open(STOCK)

    assert page.text.index(none.name) < page.text.index(few.name)
    assert "Plenty" not in page.text
    assert "Hidden" not in page.text


def test_the_bound_stands_in_the_address(clerk: Browser) -> None:
    make_product(name="Seven left", on_hand=7)

    assert "Seven left" in clerk.open(f"{STOCK}?at_most=7").text
    for nonsense in ("6", "-1", "many", "9" * 30):
        assert "Seven left" not in clerk.open(f"{STOCK}?at_most={nonsense}").text


def test_counts_pieces_in_and_says_so_in_the_row(clerk: Browser) -> None:
    product = make_product(on_hand=1)

    row = count(clerk, clerk.open(STOCK), product, "12")

    assert "+12 pieces counted." in row.text
    assert "Here 13" in row.text
    assert heaps(product) == (13, 0, 0)
    movement = StockMovement.objects.latest("id")
    assert (movement.quantity, movement.reason, movement.actor_id) == (12, "restocked", user_id_of("grace"))
    assert "+12" in told_by(LogEntry.objects.get())


def test_what_is_sent_twice_is_counted_once(clerk: Browser) -> None:
    product = make_product(on_hand=1)
    page = clerk.open(STOCK)

    count(clerk, page, product, "12")
    row = count(clerk, page, product, "12")

    assert heaps(product) == (13, 0, 0)
    assert "Here 13" in row.text
    assert LogEntry.objects.count() == 1


def test_the_row_that_comes_back_counts_anew(clerk: Browser) -> None:
    product = make_product(on_hand=1)

    count(clerk, count(clerk, clerk.open(STOCK), product, "2"), product, "3")

    assert heaps(product) == (6, 0, 0)


def test_pieces_of_orders_cannot_be_taken_away(clerk: Browser) -> None:
    product = make_product(on_hand=3)
    make_order(product=product, quantity=2)

    row = count(clerk, clerk.open(STOCK), product, "-2")

    assert "cannot be taken" in row.text
    assert heaps(product) == (1, 2, 0)


def test_nonsense_is_told_in_the_row(clerk: Browser) -> None:
    product = make_product(on_hand=3)
    page = clerk.open(STOCK)

    for nonsense in ("0", "many", "", "9" * 12):
        assert count(clerk, page, product, nonsense).status == 200
    assert heaps(product) == (3, 0, 0)


def test_works_without_javascript_and_returns_to_the_list(clerk: Browser) -> None:
    product = make_product(name="Mug", on_hand=3)
    page = clerk.open(f"{STOCK}?at_most=9")

    page = clerk.submit(page.form(f"{STOCK}/{product.pk}"), follow=True, quantity="1")

    assert page.response.redirect_chain[-1][0] == f"{STOCK}?at_most=9"
    assert "Mug: +1 piece counted." in page.text
    assert heaps(product) == (4, 0, 0)


def test_pages_follow_one_another(clerk: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr("product.backoffice.views.stock._PAGE_SIZE", 1)
    make_product(name="First", on_hand=1)
    make_product(name="Second", on_hand=1)
    make_product(name="Third", on_hand=2)

    page, names = clerk.open(STOCK), []
    for _ in range(3):
        names.append(next(name for name in ("First", "Second", "Third") if name in page.text))
        page = clerk.open(STOCK + [link for link in page.links if "cursor" in link][-1])

    assert names == ["First", "Second", "Third"]


def test_costs_no_more_with_more_products(clerk: Browser, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_product(on_hand=1)

    with django_assert_num_queries(3):  # the session, the products, their pictures
        clerk.open(STOCK)
