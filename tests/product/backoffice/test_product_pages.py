"""Products in the back office: found, added, changed and never over somebody else's change, taken out."""

from typing import Any

from django.contrib.admin.models import LogEntry

from product.catalogue.models import Product, StockMovement
from product.catalogue.services import change_product
from servicekit.ids import new_id
from tests.product.factories import make_category, make_order, make_product
from tests.product.storefront.browser import Browser, Form, Page
from tests.product.storefront.fake_services import user_id_of

PRODUCTS = "/backoffice/products"


def edit_form(clerk: Browser, product: Product) -> Form:
    """As the page shows it now, to be sent later."""
    path = f"{PRODUCTS}/{product.pk}"
    shown = {
        "description": product.description,
        "category": str(product.category_id),
        "currency": product.currency,
        "is_active": "on",
    }
    return Form(path, "post", clerk.open(path).form(path).fields | shown)


def add(clerk: Browser, **values: str) -> Page:
    path = f"{PRODUCTS}/new"
    asked = {
        "name": "Desk lamp",
        "sku": "LAMP-1",
        "price": "19,99",
        "currency": "EUR",
        "stock": "12",
        "is_active": "on",
    }
    category = {"category": str(make_category().pk)}
    return clerk.submit(
        Form(path, "post", clerk.open(path).form(path).fields | asked | category), follow=True, **values
    )


def test_finds_products_by_the_shops_own_search_hidden_ones_too(clerk: Browser) -> None:
    make_product(name="Desk lamp", sku="LAMP-1")
    make_product(name="Floor lamp", is_active=False)
    make_product(name="Mug")

    found = clerk.open(f"{PRODUCTS}?search=lamp").text
    hidden = clerk.open(f"{PRODUCTS}?shown=hidden").text

    assert "Desk lamp" in found
    assert "Floor lamp" in found
    assert "Mug" not in found
    assert "Floor lamp" in hidden
    assert "Desk lamp" not in hidden
    assert "Nothing found" in clerk.open(f"{PRODUCTS}?search=nothingofthekind").text


def test_adds_a_product_with_its_stock_as_a_movement(clerk: Browser) -> None:
    page = add(clerk)

    product = Product.objects.get()
    assert (product.name, product.slug, product.price_minor) == ("Desk lamp", "desk-lamp", 1999)
    assert page.response.redirect_chain[-1][0] == f"{PRODUCTS}/{product.pk}"
    movement = StockMovement.objects.get()
    assert (movement.quantity, movement.actor_id) == (12, user_id_of("grace"))
    assert LogEntry.objects.get().object_id == str(product.pk)


def test_what_is_wrong_with_a_new_product_is_told_beside_its_field(clerk: Browser) -> None:
    make_product(sku="LAMP-1")

    for said, values in (
        ("Another product has this SKU", {}),
        ("no amount of that currency", {"price": "19.999", "sku": "LAMP-2"}),
        ("more than nothing", {"price": "0", "sku": "LAMP-2"}),
        ("This address is taken", {"slug": "import", "sku": "LAMP-2"}),
    ):
        page = add(clerk, **values)
        assert page.status == 422
        assert said in page.text
    assert Product.objects.count() == 1


def test_changes_what_was_changed_and_nothing_else(clerk: Browser) -> None:
    product = make_product(name="Desk lamp", price_minor=1999)

    page = clerk.submit(edit_form(clerk, product), follow=True, price="24.50", tags="brass, desk")

    changed = Product.objects.get()
    assert "Saved." in page.text
    assert (changed.name, changed.price_minor, changed.tags) == ("Desk lamp", 2450, ["brass", "desk"])
    assert changed.version == product.version + 1
    assert "price_minor" in LogEntry.objects.get().get_change_message()


def test_a_form_that_says_nothing_new_changes_nothing(clerk: Browser) -> None:
    product = make_product()

    clerk.submit(edit_form(clerk, product), follow=True)

    assert Product.objects.get().version == product.version


def test_a_sale_is_no_other_state(clerk: Browser) -> None:
    product = make_product(name="Lamp")
    form = edit_form(clerk, product)
    make_order(product=product)

    clerk.submit(form, follow=True, name="Desk lamp")

    assert Product.objects.get().name == "Desk lamp"


def test_somebody_elses_change_is_not_overwritten(clerk: Browser) -> None:
    product = make_product(name="Lamp")
    form = edit_form(clerk, product)
    change_product(product_id=product.pk, actor_id=new_id(), changes={"name": "Brass lamp"})

    page = clerk.submit(form, name="Desk lamp")

    assert page.status == 422
    assert "Somebody has changed this product meanwhile" in page.text
    assert 'value="Desk lamp"' in page.html
    assert Product.objects.get().name == "Brass lamp"


def test_a_product_is_hidden_by_its_tick(clerk: Browser) -> None:
    product = make_product()
    form = edit_form(clerk, product)
    del form.fields["is_active"]

    clerk.submit(form)

    assert Product.objects.get().is_active is False
    assert clerk.open(f"/products/{product.slug}").status == 404


def test_pieces_are_counted_on_the_products_page_too(clerk: Browser) -> None:
    product = make_product(on_hand=40)
    page = clerk.open(f"{PRODUCTS}/{product.pk}")

    page = clerk.submit(page.form(f"/backoffice/stock/{product.pk}"), follow=True, quantity="2")

    assert page.response.redirect_chain[-1][0] == f"{PRODUCTS}/{product.pk}"
    assert "Here 42" in page.text


def test_takes_a_product_out_and_keeps_it_for_its_orders(clerk: Browser) -> None:
    sold, fresh = make_product(), make_product()
    make_order(product=sold)

    for product in (sold, fresh):
        path = f"{PRODUCTS}/{product.pk}"
        page = clerk.submit(clerk.open(path).form(f"{path}/deletion"), follow=True)
        assert f"{product.name} is out of the catalogue." in page.text

    assert list(Product.objects.values_list("pk", flat=True)) == [sold.pk]
    assert clerk.open(f"{PRODUCTS}/{sold.pk}").status == 404


def test_costs_no_more_with_more_products(clerk: Browser, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_product()

    with django_assert_num_queries(3):  # the session, the products, their pictures
        clerk.open(PRODUCTS)
