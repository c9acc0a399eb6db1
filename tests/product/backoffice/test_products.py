"""Products in the admin: shown as it is, changed by the use cases, and never over somebody else's change."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from product.catalogue.models import Category, Product, ProductImage, StockMovement
from product.catalogue.services import change_product
from servicekit.ids import new_id
from tests.pictures import make_picture
from tests.product.backoffice.clicks import token_of
from tests.product.factories import make_category, make_order, make_product
from tests.product.records import heaps
from tests.product.storefront.browser import Browser, Form, Page
from tests.product.storefront.fake_services import user_id_of

PRODUCTS = "/admin/catalogue/product/"
NO_PICTURES = {"images-TOTAL_FORMS": "0", "images-INITIAL_FORMS": "0"}


def product_form(clerk: Browser, product: Product) -> Form:
    """As the page shows it now, to be sent later."""
    page = f"{PRODUCTS}{product.pk}/change/"
    shown = {
        "name": product.name,
        "sku": product.sku,
        "slug": product.slug,
        "category": str(product.category_id),
        "description": product.description,
        "price": product.price,
        "currency": product.currency,
        "is_active": "on",
        "pieces": "",
        "shown_version": str(product.version),
    }
    return Form(page, "post", token_of(clerk, page) | NO_PICTURES | shown)


def add_product(clerk: Browser, category: Category, **values: Any) -> Page:
    page = f"{PRODUCTS}add/"
    asked = {
        "name": "Desk lamp",
        "sku": "LAMP-1",
        "slug": "",
        "category": str(category.pk),
        "price": "19.99",
        "currency": "EUR",
        "is_active": "on",
        "pieces": "12",
    }
    return clerk.submit(Form(page, "post", token_of(clerk, page) | NO_PICTURES | asked | values), follow=True)


def test_adds_a_product_with_its_stock_as_a_movement(clerk: Browser) -> None:
    page = add_product(clerk, make_category())

    product = Product.objects.get(sku="LAMP-1")
    assert "was added successfully" in page.text
    assert (product.slug, product.price_minor, heaps(product)) == ("desk-lamp", 1999, (12, 0, 0))
    movement = StockMovement.objects.get(product=product)
    assert (movement.quantity, movement.reason, movement.actor_id) == (12, "initial", user_id_of("grace"))
    assert LogEntry.objects.get().object_id == str(product.pk)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "0"),
        ("price", "1.999"),
        ("price", "1e3"),
        ("slug", "01890000-0000-7000-8000-000000000000"),
        ("currency", "XXX"),
        ("name", ""),
    ],
)
def test_refuses_what_the_api_refuses(clerk: Browser, field: str, value: str) -> None:
    page = add_product(clerk, make_category(), **{field: value})

    assert "Please correct the error" in page.text
    assert not Product.objects.exists()


def test_a_taken_sku_is_told_and_what_was_typed_is_kept(clerk: Browser) -> None:
    taken = make_product(sku="LAMP-1")

    page = add_product(clerk, taken.category, name="Another lamp")

    assert page.status == 200
    assert 'value="Another lamp"' in page.html
    assert Product.objects.count() == 1


def test_changes_what_was_changed_and_raises_the_version(clerk: Browser) -> None:
    product = make_product()

    clerk.submit(product_form(clerk, product), price="25.00")

    changed = Product.objects.get(pk=product.pk)
    assert (changed.price_minor, changed.version, changed.name) == (2500, product.version + 1, product.name)


def test_saving_an_unchanged_page_changes_nothing(clerk: Browser) -> None:
    product = make_product()

    clerk.submit(product_form(clerk, product))

    assert Product.objects.get(pk=product.pk).version == product.version


def test_a_page_that_is_out_of_date_overwrites_nothing(clerk: Browser) -> None:
    product = make_product()
    form = product_form(clerk, product)
    change_product(product_id=product.pk, actor_id=new_id(), changes={"name": "Named by a colleague"})

    page = clerk.submit(form, description="Mine", follow=True)

    assert "changed this product meanwhile" in page.text
    assert "Mine" in page.html
    assert Product.objects.get(pk=product.pk).name == "Named by a colleague"
    assert Product.objects.get(pk=product.pk).description == ""
    assert not LogEntry.objects.exists()


def test_pieces_come_in_and_go_out_while_shoppers_buy(clerk: Browser) -> None:
    product = make_product(on_hand=10)
    form = product_form(clerk, product)
    make_order(product=product, quantity=3)

    clerk.submit(form, pieces="5")

    assert heaps(product) == (12, 3, 0)
    assert list(StockMovement.objects.filter(product=product).order_by("id").values_list("quantity", flat=True)) == [
        10,
        5,
    ]


def test_a_form_that_is_sent_twice_counts_its_pieces_once(clerk: Browser) -> None:
    product = make_product(on_hand=10)
    form = product_form(clerk, product)

    clerk.submit(form, pieces="5")
    page = clerk.submit(form, pieces="5", follow=True)

    assert "changed this product meanwhile" in page.text
    assert heaps(product) == (15, 0, 0)


def test_more_cannot_be_taken_out_than_is_there_and_nothing_else_is_saved_then(clerk: Browser) -> None:
    product = make_product(on_hand=2)

    page = clerk.submit(product_form(clerk, product), pieces="-3", price="99.00")

    assert "fewer pieces on hand" in page.text
    assert heaps(product) == (2, 0, 0)
    assert Product.objects.get(pk=product.pk).price_minor == product.price_minor


def test_takes_pictures_the_way_of_the_api_and_shows_them(clerk: Browser) -> None:
    product = make_product()
    form = product_form(clerk, product)
    new = {"images-TOTAL_FORMS": "1", "images-0-alt": "In front", "images-0-position": "0"}
    file = SimpleUploadedFile("lamp.png", make_picture("PNG", size=(30, 20)), "image/png")

    clerk.client.post(form.action, form.fields | new | {"images-0-upload": file})

    image = ProductImage.objects.get(product=product)
    assert (image.width, image.height, image.alt) == (30, 20, "In front")
    assert image.file.url in clerk.open(form.action).html


def test_a_file_that_is_no_picture_is_told_and_nothing_is_kept(clerk: Browser) -> None:
    form = product_form(clerk, make_product())
    new = {"images-TOTAL_FORMS": "1", "images-0-alt": "", "images-0-position": "0"}
    file = SimpleUploadedFile("lamp.png", b"<svg onload=alert(1)>", "image/png")

    answer = clerk.client.post(form.action, form.fields | new | {"images-0-upload": file})

    assert "Please correct the error" in answer.content.decode()
    assert not ProductImage.objects.exists()


def test_describes_and_removes_pictures(clerk: Browser) -> None:
    product = make_product()
    form = product_form(clerk, product)
    new = {"images-TOTAL_FORMS": "1", "images-0-alt": "", "images-0-position": "0"}
    file = SimpleUploadedFile("lamp.png", make_picture("PNG", size=(9, 9)), "image/png")
    clerk.client.post(form.action, form.fields | new | {"images-0-upload": file})
    image = ProductImage.objects.get()
    row: dict[str, Any] = {"images-TOTAL_FORMS": "1", "images-INITIAL_FORMS": "1", "images-0-id": str(image.pk)}
    row |= {"images-0-product": str(product.pk), "images-0-position": str(image.position), "images-0-alt": "A lamp"}

    product.refresh_from_db()
    clerk.submit(product_form(clerk, product), **row)
    assert ProductImage.objects.get().alt == "A lamp"

    product.refresh_from_db()
    clerk.submit(product_form(clerk, product), **(row | {"images-0-DELETE": "on"}))
    assert not ProductImage.objects.exists()


def test_deleting_what_was_sold_retires_it(clerk: Browser) -> None:
    product = make_product()
    make_order(product=product)
    page = f"{PRODUCTS}{product.pk}/delete/"

    clerk.submit(Form(page, "post", token_of(clerk, page) | {"post": "yes"}))

    product.refresh_from_db()
    assert product.retired_at is not None
    assert "Save" not in clerk.open(f"{PRODUCTS}{product.pk}/change/").html


def test_deleting_what_was_never_sold_erases_it(clerk: Browser) -> None:
    product = make_product()
    page = f"{PRODUCTS}{product.pk}/delete/"

    clerk.submit(Form(page, "post", token_of(clerk, page) | {"post": "yes"}))

    assert not Product.objects.filter(pk=product.pk).exists()
    assert LogEntry.objects.get().object_repr == product.name


def test_searches_as_the_shop_does(clerk: Browser) -> None:
    make_product(name="Walnut pepper mill", sku="MILL-1")
    make_product(name="Canvas day pack", sku="PACK-1")

    found, mistyped = (clerk.open(f"{PRODUCTS}?q={text}").text for text in ("mills", "canvs"))

    assert "Walnut pepper mill" in found
    assert "Canvas" not in found
    assert "Canvas day pack" in mistyped


def test_filters_by_what_is_for_sale_and_by_category(clerk: Browser) -> None:
    shown, hidden = make_product(name="Shown thing"), make_product(name="Hidden thing", is_active=False)

    page = clerk.open(f"{PRODUCTS}?is_active__exact=0")
    of_category = clerk.open(f"{PRODUCTS}?category__id__exact={shown.category_id}")

    assert hidden.name in page.text
    assert shown.name not in page.text
    assert shown.name in of_category.text
    assert hidden.name not in of_category.text


def test_the_list_costs_the_same_whatever_its_length(clerk: Browser) -> None:
    category = make_category()
    make_product(category=category)
    with CaptureQueriesContext(connection) as few:
        clerk.open(PRODUCTS)
    for _ in range(5):
        make_product(category=category)

    with CaptureQueriesContext(connection) as more:
        clerk.open(PRODUCTS)

    assert len(more) == len(few) <= 6
