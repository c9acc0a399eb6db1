"""The shop window, as somebody sees it who only follows links and sends forms."""

from pytest_django import DjangoAssertNumQueries

from product.catalogue.models import ProductImage
from tests.product.factories import make_category, make_product
from tests.product.storefront.browser import Browser


def test_shows_name_price_and_stock_of_each_product(visitor: Browser) -> None:
    make_product(name="Stoneware mug", price_minor=2490, on_hand=20)
    make_product(name="Desk lamp", price_minor=118900, on_hand=3)
    make_product(name="Fountain pen", on_hand=0)

    page = visitor.open("/products")

    assert page.status == 200
    assert "Stoneware mug €24.90 In stock" in page.text
    assert "Desk lamp €1,189.00 Only 3 left" in page.text
    assert "Sold out" in page.text


def test_finds_products_by_what_is_typed(visitor: Browser) -> None:
    make_product(name="Stoneware mug")
    make_product(name="Desk lamp")

    page = visitor.submit(visitor.open("/").form("/products"), search="mug")

    assert "Stoneware mug" in page.text
    assert "Desk lamp" not in page.text


def test_offers_a_way_on_when_nothing_is_found(visitor: Browser) -> None:
    page = visitor.open("/products?search=zzzzzz")

    assert page.status == 200
    assert "Nothing found" in page.text


def test_keeps_category_and_search_in_the_links_for_sorting(visitor: Browser) -> None:
    make_product(name="Stoneware mug", category=make_category(slug="kitchen"))

    page = visitor.open("/products?category=kitchen&search=mug")

    assert "?search=mug&category=kitchen&ordering=price" in page.links


def test_sorts_by_price(visitor: Browser) -> None:
    make_product(name="Dear", price_minor=900)
    make_product(name="Cheap", price_minor=100)

    page = visitor.open("/products?ordering=price")

    assert page.text.index("Cheap") < page.text.index("Dear")


def test_leads_to_the_next_page_and_back(visitor: Browser) -> None:
    for _ in range(25):
        make_product()
    first = visitor.open("/products")

    second = visitor.open("/products" + next(link for link in first.links if "cursor=" in link))

    shown = [{link for link in page.links if link.startswith("/products/")} for page in (first, second)]
    assert [len(links) for links in shown] == [24, 1]
    assert not shown[0] & shown[1]
    assert any("cursor=" in link for link in second.links)


def test_filters_by_price_and_stock_and_keeps_what_else_was_chosen(visitor: Browser) -> None:
    make_product(name="Cheap", price_minor=100, on_hand=3)
    make_product(name="Fitting", price_minor=1000, on_hand=3)
    make_product(name="Gone", price_minor=1000, on_hand=0)

    form = next(form for form in visitor.open("/products?ordering=price").forms if "min_price" in form.fields)
    page = visitor.submit(form, min_price="9,50", max_price="20", in_stock="1")

    assert "Fitting" in page.text
    assert "Cheap" not in page.text
    assert "Gone" not in page.text
    assert form.fields["ordering"] == "price"


def test_a_price_that_makes_no_sense_filters_nothing(visitor: Browser) -> None:
    make_product(name="Stoneware mug")

    assert "Stoneware mug" in visitor.open("/products?min_price=cheap&max_price=-3").text


def test_the_front_page_shows_the_departments_and_what_is_new(
    visitor: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kitchen = make_category(slug="kitchen", name="Kitchen")
    make_category(slug="empty", name="Nothing here")
    office = make_category(slug="office", name="Office")
    make_product(category=make_category(slug="pens", name="Pens", parent=office))
    for _ in range(9):
        make_product(name="Stoneware mug", category=kitchen)

    with django_assert_max_num_queries(4):
        page = visitor.open("/")

    assert "/products?category=kitchen" in page.links
    assert "/products?category=office" in page.links
    assert not {"/products?category=empty", "/products?category=pens"} & set(page.links)
    assert page.text.count("Stoneware mug") == 8


def test_suggests_products_while_one_types(visitor: Browser) -> None:
    product = make_product(name="Stoneware mug")
    make_product(name="Desk lamp")

    page = visitor.open("/suggestions?search=stonew")

    assert f"/products/{product.slug}" in page.links
    assert "Desk lamp" not in page.text
    assert "<html" not in page.html


def test_an_address_of_old_leads_to_the_first_page(visitor: Browser) -> None:
    page = visitor.open("/products?ordering=price&cursor=from-another-time")

    assert page.status == 302
    assert page.response.headers["Location"] == "/products?ordering=price"


def test_an_unknown_category_is_not_found(visitor: Browser) -> None:
    assert visitor.open("/products?category=nowhere").status == 404


def test_asks_the_database_as_often_for_many_products_as_for_one(
    visitor: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(24):
        make_product()

    with django_assert_num_queries(3):
        visitor.open("/products")


def test_a_product_page_offers_no_more_than_there_is(visitor: Browser) -> None:
    product = make_product(name="Desk lamp", description="Stands on three legs.", on_hand=3)

    page = visitor.open(f"/products/{product.slug}")

    assert "Stands on three legs." in page.text
    assert 'max="3"' in page.html
    assert page.form("/cart/items").fields["product"] == product.slug


def test_a_sold_out_product_cannot_be_bought(visitor: Browser) -> None:
    product = make_product(on_hand=0)

    page = visitor.open(f"/products/{product.slug}")

    assert "All sold" in page.text
    assert "/cart/items" not in [form.action for form in page.forms]


def test_a_hidden_product_is_not_found(visitor: Browser) -> None:
    product = make_product(is_active=False)

    assert visitor.open(f"/products/{product.slug}").status == 404


def test_pictures_have_their_size_so_that_nothing_jumps(visitor: Browser) -> None:
    product = make_product()
    ProductImage.objects.create(product=product, file="products/lamp.webp", width=800, height=600)

    page = visitor.open(f"/products/{product.slug}")

    assert 'width="800" height="600"' in page.html
