"""Whatever ends a session at auth ends it everywhere: product and payment refuse its tokens, and the shop signs out."""

import re
from collections.abc import Callable, Iterator

import httpx2
import pytest

from tests.running_shop import RunningShop
from tests.shop_client import PASSWORD, Customer, Visitor
from tests.waiting import wait_until

WITHIN_SECONDS = 60
PRIVATE = {"product": "/api/v1/orders", "payment": "/api/v1/wallets", "auth": "/api/v1/users/me"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"

End = Callable[[Customer, str], httpx2.Response]
"""Ends the session with this id, by the customer from another session."""

WAYS: dict[str, End] = {
    "one session": lambda customer, session_id: customer.call(
        "DELETE", "auth", f"{sessions_of(customer)}/{session_id}"
    ),
    "all others": lambda customer, _: customer.call("DELETE", "auth", sessions_of(customer)),
    "signing out everywhere": lambda customer, _: customer.call("POST", "auth", "/logout", params={"all": "true"}),
    "a new password": lambda customer, _: customer.post(
        "auth", "/change-password", {"old_password": PASSWORD, "new_password": f"{PASSWORD} anew"}
    ),
    "deleting the account": lambda customer, _: customer.call("DELETE", "auth", f"/api/v1/users/{customer.user_id}"),
}


def sessions_of(customer: Customer) -> str:
    return f"/api/v1/users/{customer.user_id}/sessions"


def current_session_id(visitor: Visitor, customer: Customer) -> str:
    (current,) = [each["id"] for each in visitor.read("auth", sessions_of(customer))["results"] if each["current"]]
    return str(current)


def is_refused(visitor: Visitor, service: str) -> bool:
    status = visitor.get(service, PRIVATE[service]).status_code
    assert status in {200, 401}
    return status == 401


@pytest.mark.parametrize("end", WAYS.values(), ids=WAYS)
def test_a_token_of_an_ended_session_is_refused_by_all_three(shop: RunningShop, customer: Customer, end: End) -> None:
    stolen = shop.visitor.sign_in(customer.username, PASSWORD)
    session_id = current_session_id(stolen, customer)
    assert not any(is_refused(stolen, service) for service in PRIVATE)

    answer = end(customer, session_id)

    assert answer.status_code == 204
    assert is_refused(stolen, "auth")
    wait_until(lambda: all(is_refused(stolen, service) for service in PRIVATE), timeout_seconds=WITHIN_SECONDS)


def test_the_session_that_ends_the_others_goes_on(shop: RunningShop, customer: Customer) -> None:
    other = shop.visitor.sign_in(customer.username, PASSWORD)

    customer.call("DELETE", "auth", sessions_of(customer))
    wait_until(lambda: is_refused(other, "product") and is_refused(other, "payment"), timeout_seconds=WITHIN_SECONDS)

    assert not any(is_refused(customer, service) for service in PRIVATE)


class Browser:
    """A browser at the shop's pages."""

    def __init__(self, shop: RunningShop) -> None:
        self.http = httpx2.Client(
            base_url=shop.addresses.urls["product"],
            headers={"Accept": "text/html", "User-Agent": FIREFOX, "X-Forwarded-For": "192.0.2.66, 198.51.100.7"},
            trust_env=False,
        )

    def sign_in(self, username: str) -> None:
        page = self.http.get("/sign-in").text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        form = {"csrfmiddlewaretoken": found[1], "username": username, "password": PASSWORD}
        assert self.http.post("/sign-in", data=form).status_code == 302

    @property
    def is_signed_in(self) -> bool:
        return self.http.get("/orders").status_code == 200


@pytest.fixture
def browser(shop: RunningShop, customer: Customer) -> Iterator[Browser]:
    browser = Browser(shop)
    with browser.http:
        browser.sign_in(customer.username)
        yield browser


def test_a_browser_is_signed_out_too(customer: Customer, browser: Browser) -> None:
    assert browser.is_signed_in

    customer.call("DELETE", "auth", sessions_of(customer))

    wait_until(lambda: not browser.is_signed_in, timeout_seconds=WITHIN_SECONDS)


def test_the_list_of_sessions_names_the_browser_behind_the_shop(customer: Customer, browser: Browser) -> None:
    """And its address, as the proxy in front of the shop has seen it, not as the browser has made it up."""
    sessions = customer.read("auth", sessions_of(customer))["results"]

    (of_browser,) = [each for each in sessions if not each["current"]]
    assert (of_browser["client"], of_browser["os"], of_browser["device_type"]) == ("Firefox 141", "Linux", "desktop")
    assert of_browser["address"] == "198.51.100.7"


def test_what_a_deleted_customer_has_not_paid_is_cancelled_and_their_money_frozen(
    shop: RunningShop, customer: Customer
) -> None:
    too_dear = shop.new_product(price="5000.00", stock=3)
    order = customer.buy(too_dear)
    customer.wait_for(order["id"], "failed")

    customer.call("DELETE", "auth", f"/api/v1/users/{customer.user_id}")

    def cancelled() -> bool:
        found = shop.staff.read("product", f"/api/v1/orders/{order['id']}")
        return (found["status"], found["cancellation_reason"]) == ("cancelled", "user_deleted")

    wait_until(cancelled, timeout_seconds=WITHIN_SECONDS)
    assert shop.stock(too_dear) == (3, 0, 0)
    frozen = "SELECT count(*) FROM wallets WHERE user_id = %s AND is_frozen"
    wait_until(lambda: shop.number("payment", frozen, customer.user_id) == 1, timeout_seconds=WITHIN_SECONDS)
