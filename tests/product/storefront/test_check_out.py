"""Buying: from the product page over the checkout to the order, once."""

import threading

import pytest
from django.db import connection

from product.catalogue.models import Product
from product.orders.models import Order
from tests.product.factories import make_product
from tests.product.storefront.browser import Browser, Form
from tests.product.storefront.fake_services import PASSWORD, FakeServices, make_token, user_id_of


def _checkout_form(browser: Browser, product: Product, quantity: int = 1) -> Form:
    return browser.open(f"/checkout?product={product.slug}&quantity={quantity}").form("/checkout")


def test_shows_what_is_bought_the_total_and_what_is_left_in_the_wallet(shopper: Browser) -> None:
    product = make_product(name="Desk lamp", price_minor=12900, on_hand=5)

    page = shopper.submit(
        shopper.open(f"/products/{product.slug}").form("/cart/items"), buy="now", quantity="2", follow=True
    )

    assert "Desk lamp 2 \N{MULTIPLICATION SIGN} €129.00 €258.00" in page.text
    assert "In your wallet €1,000.00" in page.text
    assert "Left afterwards €742.00" in page.text
    assert "Buy for €258.00" in page.text


def test_buys_and_leads_to_the_order(shopper: Browser) -> None:
    product = make_product(price_minor=2490, on_hand=5)

    page = shopper.submit(_checkout_form(shopper, product, 2))

    order = Order.objects.get()
    assert page.response.headers["Location"] == f"/orders/{order.pk}"
    assert (order.user_id, order.total_minor) == (user_id_of("ada"), 4980)


def test_the_same_form_sent_again_buys_once(shopper: Browser) -> None:
    product = make_product(on_hand=5)
    form = _checkout_form(shopper, product)

    first, second = shopper.submit(form), shopper.submit(form)

    assert first.response.headers["Location"] == second.response.headers["Location"]
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_time_buy_once(shopper: Browser) -> None:
    product = make_product(on_hand=5)
    form = _checkout_form(shopper, product)
    answers = []

    def click() -> None:
        answers.append(shopper.submit(form).response.headers["Location"])
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert answers == [f"/orders/{Order.objects.get().pk}"] * 4


def test_two_visits_to_the_checkout_buy_twice(shopper: Browser) -> None:
    product = make_product(on_hand=5)

    shopper.submit(_checkout_form(shopper, product))
    shopper.submit(_checkout_form(shopper, product))

    assert Order.objects.count() == 2


def test_a_new_price_is_shown_before_it_is_charged(shopper: Browser) -> None:
    product = make_product(price_minor=1000, on_hand=5)
    form = _checkout_form(shopper, product)
    Product.objects.filter(pk=product.pk).update(price_minor=1500)

    page = shopper.submit(form)

    assert page.status == 409
    assert "The price has changed" in page.text
    assert not Order.objects.exists()
    shopper.submit(page.form("/checkout"))
    assert Order.objects.get().total_minor == 1500


def test_the_price_sent_by_the_browser_is_not_believed(shopper: Browser) -> None:
    product = make_product(price_minor=1000, on_hand=5)

    page = shopper.submit(_checkout_form(shopper, product), agreed_total="1")

    assert page.status == 409
    assert not Order.objects.exists()


def test_says_so_when_somebody_was_faster(shopper: Browser) -> None:
    product = make_product(on_hand=3)
    form = _checkout_form(shopper, product, 3)
    product.stock.on_hand = 1
    product.stock.save()

    page = shopper.submit(form)

    assert page.status == 409
    assert "Somebody was faster" in page.text
    assert page.form("/checkout").fields["quantity"] == "1"


def test_a_guest_signs_in_and_comes_back_to_the_checkout(visitor: Browser) -> None:
    product = make_product(on_hand=5)

    sign_in = visitor.submit(
        visitor.open(f"/products/{product.slug}").form("/cart/items"), follow=True, buy="now", quantity="2"
    )
    back = visitor.submit(sign_in.form("/sign-in"), follow=True, username="ada", password=PASSWORD)

    assert back.form("/checkout").fields["quantity"] == "2"


def test_a_session_that_ends_in_mid_checkout_comes_back_to_it_and_buys_nothing(
    shopper: Browser, services: FakeServices
) -> None:
    product = make_product(on_hand=5)
    form = _checkout_form(shopper, product, 2)
    session = shopper.session
    session["access_token"] = make_token("ada", lasts_seconds=-60)
    session.save()
    services.refresh_tokens.clear()

    sign_in = shopper.submit(form, follow=True)
    back = shopper.submit(sign_in.form("/sign-in"), follow=True, username="ada", password=PASSWORD)

    assert "Your session has ended" in sign_in.text
    assert back.form("/checkout").fields["quantity"] == "2"
    assert not Order.objects.exists()


def test_works_without_the_balance_while_payment_is_away(shopper: Browser, services: FakeServices) -> None:
    services.is_payment_away = True
    product = make_product(on_hand=5)

    page = shopper.open(f"/checkout?product={product.slug}&quantity=1")

    assert "In your wallet not known right now" in page.text
    assert shopper.submit(page.form("/checkout")).status == 302


def test_asks_payment_in_the_name_of_the_shopper(shopper: Browser, services: FakeServices) -> None:
    product = make_product(on_hand=5)

    shopper.open(f"/checkout?product={product.slug}&quantity=1")

    assert services.tokens_seen == [shopper.session["access_token"]]


def test_shows_nobody_elses_balance(shopper: Browser, services: FakeServices) -> None:
    services.balances = {"grace": "123.45"}
    product = make_product(on_hand=5)

    page = shopper.open(f"/checkout?product={product.slug}&quantity=1")

    assert "123.45" not in page.text
    assert "In your wallet not known right now" in page.text


def test_warns_when_the_wallet_holds_too_little(shopper: Browser, services: FakeServices) -> None:
    services.balances = {"ada": "5.00"}
    product = make_product(price_minor=1000, on_hand=5)

    page = shopper.open(f"/checkout?product={product.slug}&quantity=1")

    assert "the payment will be declined" in page.text


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "two", ""])
def test_a_quantity_that_makes_no_sense_leads_back_to_the_product(shopper: Browser, quantity: str) -> None:
    product = make_product(on_hand=5)

    page = shopper.open(f"/checkout?product={product.slug}&quantity={quantity}")

    assert page.response.headers["Location"] == f"/products/{product.slug}"


def test_a_form_without_its_csrf_token_buys_nothing(shopper: Browser) -> None:
    product = make_product(on_hand=5)

    page = shopper.submit(_checkout_form(shopper, product), csrfmiddlewaretoken="wrong")

    assert page.status == 403
    assert "That did not work" in page.text
    assert not Order.objects.exists()


def _buy_now(browser: Browser, product: Product) -> str:
    """The checkout's address."""
    form = browser.open(f"/products/{product.slug}").form("/cart/items")
    return str(browser.submit(form, buy="now").response.headers["Location"])


def test_going_back_to_the_checkout_after_buying_leads_to_the_order(shopper: Browser) -> None:
    address = _buy_now(shopper, make_product(on_hand=5))
    bought = shopper.submit(shopper.open(address).form("/checkout")).response.headers["Location"]

    back = shopper.open(address)

    assert back.response.headers["Location"] == bought
    assert "You have just ordered this" in shopper.open(bought).text
    assert Order.objects.count() == 1


def test_a_checkout_that_was_reloaded_buys_once_with_its_older_page(shopper: Browser) -> None:
    address = _buy_now(shopper, make_product(on_hand=5))
    older, reloaded = shopper.open(address).form("/checkout"), shopper.open(address).form("/checkout")

    first, second = shopper.submit(older), shopper.submit(reloaded)

    assert first.response.headers["Location"] == second.response.headers["Location"]
    assert Order.objects.count() == 1


def test_buying_again_from_the_product_buys_again(shopper: Browser) -> None:
    product = make_product(on_hand=5)

    for _ in range(2):
        shopper.submit(shopper.open(_buy_now(shopper, product)).form("/checkout"))

    assert Order.objects.count() == 2


def test_another_persons_address_shows_nothing_of_their_order(shopper: Browser, services: FakeServices) -> None:
    services.usernames.add("grace")
    address = _buy_now(shopper, make_product(on_hand=5))
    shopper.submit(shopper.open(address).form("/checkout"))
    stranger = Browser()
    stranger.sign_in("grace")

    assert stranger.open(address).form("/checkout").fields["quantity"] == "1"


def test_signing_in_on_the_way_keeps_the_key(visitor: Browser) -> None:
    address = _buy_now(visitor, make_product(on_hand=5))

    sign_in = visitor.open(visitor.open(address).response.headers["Location"])
    back = visitor.submit(sign_in.form("/sign-in"), follow=True, username="ada", password=PASSWORD)

    assert back.form("/checkout").fields["key"] == address.rpartition("key=")[2]
