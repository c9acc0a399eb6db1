"""Thousands of wrong requests, to all operations, by every kind of caller: no 5xx, no hang, nothing but problems."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx2
import pytest

from stack.credentials import SERVICES
from tests.fuzz.shop import caller
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.security.conftest import Figure
from tests.security.invalid_requests import InvalidRequest, invalid_requests, operations_of
from tests.security.scale import sized
from tests.shop_client import Visitor

_COUNT = {
    "auth": sized(short=250, long=3500),
    "product": sized(short=300, long=4500),
    "payment": sized(short=200, long=3000),
}
_SEED = int(os.environ.get("SECURITY_SEED", "1"))
_AT_ONCE = 6
_LONGEST_SECONDS = 10
_REFUSALS = {400, 401, 403, 404, 415, 422}
"""Each step at which a request is refused is reached."""


@pytest.fixture(scope="module")
def callers(shop: RunningShop) -> list[Visitor]:
    return [caller(shop, role) for role in ("anonymous", "customer", "staff", "admin", "customer")]


@pytest.fixture(scope="module")
def ids(shop: RunningShop) -> dict[str, str]:
    """Of things that are there, and that may be spoilt."""
    owner, product = shop.new_customer(), shop.new_product()
    order = owner.buy(product)
    owner.wait_for(order["id"], "paid")
    (payment,), (wallet,) = owner.payments(order["id"]), owner.wallets()
    return {
        "user_id": owner.user_id, "username": owner.username, "order_id": order["id"], "payment_id": payment["id"],
        "wallet_id": wallet["id"], "product_id": product["id"], "id_or_slug": product["slug"],
    }  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", SERVICES)
def test_a_wrong_request_is_refused_in_good_order(
    shop: RunningShop, callers: list[Visitor], ids: dict[str, str], service: str, figure: Figure
) -> None:
    operations = operations_of(shop.visitor.read(service, "/openapi.json"))
    requests = list(invalid_requests(operations, _COUNT[service], Random(_SEED), ids=ids))

    statuses = Counter[int]()

    def fault_of(numbered: tuple[int, InvalidRequest]) -> str | None:
        number, request = numbered
        return _fault(http, service, callers[number % len(callers)], request, statuses)

    with httpx2.Client(trust_env=False, timeout=_LONGEST_SECONDS) as http, ThreadPoolExecutor(_AT_ONCE) as pool:
        wrong = [fault for fault in pool.map(fault_of, enumerate(requests)) if fault]

    assert set(statuses) >= _REFUSALS, f"they do not get far enough: {statuses}"
    print(f"{service}: {dict(sorted(statuses.items()))}")
    figure(f"generated wrong requests to {len(operations)} operations of {service}", len(requests), wrong)


def _fault(
    http: httpx2.Client, service: str, who: Visitor, request: InvalidRequest, statuses: Counter[int]
) -> str | None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers.items()]
    if who.token:
        headers.append((b"Authorization", f"Bearer {who.token}".encode()))
    url = who.urls[service] + request.target
    try:
        answer = http.request(request.operation.method, url, headers=headers, content=request.content)
        statuses[answer.status_code] += 1
        if answer.status_code >= 400:
            assert answer.status_code < 500, answer.text
            assert_problem(answer, answer.status_code)
    except (AssertionError, httpx2.HTTPError, ValueError) as error:
        return f"{type(error).__name__} {str(error)[:200]}\n    for {request}"
    return None
