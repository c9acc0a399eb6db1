"""The cart of a guest and of a customer, and ordering what is in it."""

import pytest

from product.catalogue.models import Product
from product.orders.models import Order
from tests.product.factories import make_product
from tests.product.storefront.browser import Browser, Page
from tests.product.storefront.fake_services import PASSWORD


def add(browser: Browser, product: Product, quantity: int = 1) -> Page:
    """Returns the page to which it leads."""
    form = browser.open(f"/products/{product.slug}").form("/cart/items")
    return browser.submit(form, quantity=str(quantity), follow=True)


@pytest.fixture(params=["guest", "customer"])
def anybody(request: pytest.FixtureRequest, visitor: Browser) -> Browser:
    if request.param == "customer":
        visitor.sign_in("ada")
    return visitor


def test_shows_what_was_put_in_with_its_sum(anybody: Browser) -> None:
    add(anybody, make_product(name="Stoneware mug", price_minor=1850, on_hand=9), 2)
    added = add(anybody, make_product(name="Desk lamp", price_minor=12900, on_hand=9))

    page = anybody.open("/cart")

    assert "Desk lamp is in your cart." in added.text
    assert "Stoneware mug €18.50 €37.00" in page.text
    assert "Total €166.00" in page.text
    assert '<span class="count">3</span>' in page.html


def test_putting_in_again_adds_up_to_what_there_is(anybody: Browser) -> None:
    product = make_product(on_hand=3)

    add(anybody, product, 2)
    page = add(anybody, product, 2)

    assert "There are only 3 left. They are in your cart." in page.text
    assert anybody.open("/cart").form(f"/cart/items/{product.pk}").fields["quantity"] == "3"


def test_changes_and_takes_out(anybody: Browser) -> None:
    product = make_product(price_minor=1000, on_hand=9)
    add(anybody, product)

    changed = anybody.submit(anybody.open("/cart").form(f"/cart/items/{product.pk}"), quantity="4", follow=True)
    emptied = anybody.submit(changed.form(f"/cart/items/{product.pk}"), remove="yes", follow=True)

    assert "Total €40.00" in changed.text
    assert "Your cart is empty" in emptied.text


def test_tells_what_is_gone_and_does_not_lead_to_the_checkout(anybody: Browser) -> None:
    product = make_product(name="Desk lamp", on_hand=2)
    add(anybody, product)
    Product.objects.filter(pk=product.pk).update(is_active=False)

    page = anybody.open("/cart")

    assert "Desk lamp" in page.text
    assert "This is not for sale any more." in page.text
    assert "/checkout" not in page.links


def test_tells_once_that_a_price_has_changed(anybody: Browser) -> None:
    product = make_product(price_minor=1000, on_hand=2)
    add(anybody, product)
    Product.objects.filter(pk=product.pk).update(price_minor=1200)

    assert "The price has changed: it was €10.00." in anybody.open("/cart").text
    assert "The price has changed" not in anybody.open("/cart").text


def test_a_guests_cart_survives_signing_in_and_is_bought(visitor: Browser) -> None:
    product = make_product(price_minor=1000, on_hand=5)
    add(visitor, product, 2)

    away = visitor.open("/checkout").response.headers["Location"]
    checkout = visitor.submit(visitor.open(away).form("/sign-in"), username="ada", password=PASSWORD, follow=True)
    visitor.submit(checkout.form("/checkout"))

    assert Order.objects.get().total_minor == 2000
    assert "Your cart is empty" in visitor.open("/cart").text


def test_of_two_windows_with_the_same_cart_one_orders_it(shopper: Browser) -> None:
    add(shopper, make_product(on_hand=5))
    first, second = shopper.open("/checkout").form("/checkout"), shopper.open("/checkout").form("/checkout")

    shopper.submit(first)
    page = shopper.submit(second, follow=True)

    assert Order.objects.count() == 1
    assert "Your cart was ordered already" in page.text


def test_a_price_that_changed_after_the_last_look_is_not_charged(shopper: Browser) -> None:
    product = make_product(price_minor=1000, on_hand=5)
    add(shopper, product)
    form = shopper.open("/checkout").form("/checkout")
    Product.objects.filter(pk=product.pk).update(price_minor=1500)

    page = shopper.submit(form)

    assert page.status == 409
    assert "The price has changed since you opened this page." in page.text
    assert not Order.objects.exists()


def test_an_empty_cart_has_no_checkout(shopper: Browser) -> None:
    assert shopper.open("/checkout").response.headers["Location"] == "/cart"


@pytest.mark.parametrize("quantity", ["0", "-1", "100", "many", ""])
def test_a_quantity_that_makes_no_sense_puts_nothing_in(visitor: Browser, quantity: str) -> None:
    product = make_product(on_hand=200)
    form = visitor.open(f"/products/{product.slug}").form("/cart/items")

    page = visitor.submit(form, quantity=quantity)

    assert page.response.headers["Location"] == f"/products/{product.slug}"
    assert "Your cart is empty" in visitor.open("/cart").text
