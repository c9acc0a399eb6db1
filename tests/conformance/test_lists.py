"""Lists that grow without end: a page at a time, by cursor."""

import pytest

from tests.conformance.surface import SURFACES
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json

LISTS = [(service, path) for service, surface in SURFACES.items() for path in surface.lists]
UNENDING = [(service, path) for service, path in LISTS if path != "/api/v1/products"]


@pytest.fixture(scope="module")
def customer(shop: RunningShop) -> Customer:
    """With five orders, and so five payments."""
    customer, product = shop.new_customer(), shop.new_product()
    for order in [customer.buy(product) for _ in range(5)]:
        customer.wait_for(order["id"], "paid")
    return customer


@pytest.mark.parametrize(("service", "path"), LISTS)
def test_a_page_has_results_and_neighbours(customer: Customer, service: str, path: str) -> None:
    page = customer.read(service, path, limit=2)

    assert {"results", "next", "previous"} <= page.keys()
    assert len(page["results"]) == 2
    assert page["next"].startswith(customer.urls[service] + path)
    assert page["previous"] is None


@pytest.mark.parametrize(("service", "path"), UNENDING)
@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_the_pages_together_are_the_list(customer: Customer, service: str, path: str, limit: int) -> None:
    whole = customer.read(service, path, limit=100)["results"]

    pages = all_pages(customer, service, path, limit)

    assert [item for page in pages for item in page] == whole
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert len(whole) == 5


@pytest.mark.parametrize(("service", "path"), UNENDING)
def test_the_newest_comes_first(customer: Customer, service: str, path: str) -> None:
    times = [item.get("placed_at") or item["created_at"] for item in customer.read(service, path)["results"]]

    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(("service", "path"), UNENDING)
def test_a_page_leads_back_to_the_one_before(customer: Customer, service: str, path: str) -> None:
    first = customer.read(service, path, limit=2)
    second = follow(customer, first["next"])

    back = follow(customer, second["previous"])

    assert back["results"] == first["results"]


@pytest.mark.parametrize(("service", "path"), UNENDING)
def test_what_is_added_meanwhile_shifts_nothing(shop: RunningShop, service: str, path: str) -> None:
    customer, product = shop.new_customer(), shop.new_product()
    for order in [customer.buy(product) for _ in range(3)]:
        customer.wait_for(order["id"], "paid")
    first = customer.read(service, path, limit=2)
    customer.wait_for(customer.buy(product)["id"], "paid")

    rest = follow(customer, first["next"])

    seen = [item["id"] for item in [*first["results"], *rest["results"]]]
    assert len(set(seen)) == len(seen) == 3


def all_pages(customer: Customer, service: str, path: str, limit: int) -> list[list[Json]]:
    page = customer.read(service, path, limit=limit)
    pages = [page["results"]]
    while page["next"]:
        page = follow(customer, page["next"])
        pages.append(page["results"])
    return pages


def follow(customer: Customer, url: str) -> Json:
    """The page behind the link of another."""
    response = customer.http.get(url, headers={"Authorization": f"Bearer {customer.token}"})
    assert response.status_code == 200, response.text
    page: Json = response.json()
    return page
