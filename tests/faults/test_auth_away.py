"""Without auth nobody signs in, and everything else goes on: tokens are checked with keys that are already known."""

import httpx2
import pytest

from stack.shop import Shop
from tests.problems import assert_problem
from tests.rest import assert_at_rest
from tests.running_shop import RunningShop
from tests.shop_client import Json
from tests.waiting import wait_until


def test_whoever_is_signed_in_can_buy(machinery: Shop, shop: RunningShop, product: Json) -> None:
    customer = shop.new_customer()
    wait_until(customer.wallets)
    machinery.processes["auth-web"].stop()

    order = customer.wait_for(customer.buy(product)["id"], "paid")

    assert customer.payments(order["id"])[0]["status"] == "succeeded"
    assert customer.wallets()[0]["balance"] == "999.00"
    assert_at_rest(shop)


@pytest.mark.parametrize(("name", "path"), [("product-web", "/api/v1/orders"), ("payment-web", "/api/v1/wallets")])
def test_a_service_that_starts_without_auth_says_so_and_recovers_by_itself(
    machinery: Shop, shop: RunningShop, name: str, path: str
) -> None:
    service = name.partition("-")[0]
    customer = shop.new_customer()
    machinery.processes["auth-web"].stop()
    machinery.processes[name].kill()
    wait_until(lambda: is_up(shop, service))

    assert_problem(customer.get(service, path), 503)

    machinery.processes["auth-web"].start()
    wait_until(lambda: customer.get(service, path).status_code == 200, timeout_seconds=20)


def is_up(shop: RunningShop, service: str) -> bool:
    try:
        return shop.visitor.get(service, "/healthcheck").status_code == 200
    except httpx2.TransportError:
        return False
