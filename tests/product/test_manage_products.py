"""Staff creates, changes and deletes products."""

import json
from functools import partial
from typing import Any

import pytest
from django.db import connection

from product.catalogue.models import Product, StockMovement
from servicekit.principal import Principal
from tests.parallel import at_once
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_category, make_order, make_principal, make_product
from tests.product.records import heaps


@pytest.fixture
def mug(db: None) -> dict[str, Any]:
    """What is sent to create one."""
    category = make_category(slug="kitchen")
    return {"sku": "MUG-1", "name": "Green mug", "category": category.slug, "price": "18.50", "currency": "EUR"}


def test_creates_a_product(staff_api: Api, staff: Principal, mug: dict[str, Any]) -> None:
    response = staff_api.post("/api/v1/products", mug | {"stock": 12, "description": "Thrown by hand"})

    assert response.status_code == 201
    body = response.json()
    assert response.headers["Location"] == f"/api/v1/products/{body['id']}"
    assert (body["slug"], body["price"], body["stock"], body["is_active"]) == ("green-mug", "18.50", 12, True)
    movement = StockMovement.objects.get()
    assert (movement.quantity, movement.reason, movement.actor_id) == (12, "initial", staff.user_id)
    assert staff_api.get(response.headers["Location"]).json() == body


def test_gives_a_second_product_of_the_name_another_slug(staff_api: Api, mug: dict[str, Any]) -> None:
    staff_api.post("/api/v1/products", mug)

    second = staff_api.post("/api/v1/products", mug | {"sku": "MUG-2"}).json()

    assert second["slug"] == "green-mug-mug-2"


@pytest.mark.parametrize("name", ["杯子", "0192aaaa-0000-7000-8000-000000000000"])
def test_makes_a_slug_where_the_name_gives_none(staff_api: Api, mug: dict[str, Any], name: str) -> None:
    body = staff_api.post("/api/v1/products", mug | {"name": name}).json()

    assert staff_api.get(f"/api/v1/products/{body['slug']}").json()["id"] == body["id"]


@pytest.mark.parametrize(
    ("change", "code"), [({"slug": "other"}, "sku_taken"), ({"sku": "MUG-2", "slug": "mine"}, "slug_taken")]
)
def test_refuses_what_is_taken(staff_api: Api, mug: dict[str, Any], change: dict[str, str], code: str) -> None:
    staff_api.post("/api/v1/products", mug | {"slug": "mine"})

    assert_problem(staff_api.post("/api/v1/products", mug | change), 409, code)

    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sku", ""),
        ("sku", 7),
        ("name", "x" * 201),
        ("name", "nul\x00"),
        ("name", None),
        ("slug", "Not a slug"),
        ("slug", "0192aaaa-0000-7000-8000-000000000000"),
        ("category", "no-such-category"),
        ("category", 1),
        ("price", 18.5),
        ("price", 18),
        ("price", "18.555"),
        ("price", "-1.00"),
        ("price", "0.00"),
        ("price", "1e3"),
        ("price", "99999999999999"),
        ("currency", "XXX"),
        ("stock", -1),
        ("stock", "1"),
        ("stock", 10**12),
        ("is_active", "true"),
        ("version", 2),
        ("reserved", 0),
    ],
)
def test_refuses_values_that_are_not_valid(staff_api: Api, mug: dict[str, Any], field: str, value: Any) -> None:
    assert_invalid(staff_api.post("/api/v1/products", mug | {field: value}), f"/{field}")

    assert not Product.objects.exists()


def test_refuses_text_that_cannot_be_stored(staff_api: Api, mug: dict[str, Any]) -> None:
    body = json.dumps(mug | {"name": "half a \ud800 pair"})

    assert_invalid(staff_api.post("/api/v1/products", body, content_type="application/json"), "/name")


@pytest.mark.parametrize("field", ["sku", "name", "category", "price", "currency"])
def test_wants_all_that_a_product_needs(staff_api: Api, mug: dict[str, Any], field: str) -> None:
    del mug[field]

    assert_invalid(staff_api.post("/api/v1/products", mug), f"/{field}")


def test_names_every_fault_at_once(staff_api: Api, mug: dict[str, Any]) -> None:
    response = staff_api.post("/api/v1/products", mug | {"name": "", "stock": -1, "colour": "green"})

    assert_invalid(response, "/name", "/stock", "/colour")


def test_changes_what_is_given_and_nothing_else(staff_api: Api) -> None:
    product = make_product(name="Mug", price_minor=1000, slug="mug")

    body = staff_api.patch("/api/v1/products/mug", {"price": "12.50"}).json()

    assert (body["price"], body["name"], body["stock"]) == ("12.50", "Mug", 10)
    assert body["version"] == 2
    product.refresh_from_db()
    assert product.updated_at > product.created_at


def test_counts_stock_as_a_movement(staff_api: Api, staff: Principal) -> None:
    product = make_product(on_hand=10)
    make_order(product=product, quantity=3)

    for on_hand in (20, 15, 15):
        staff_api.patch(f"/api/v1/products/{product.pk}", {"stock": on_hand})

    assert heaps(product) == (15, 3, 0)
    movements = StockMovement.objects.filter(product=product, actor_id=staff.user_id).order_by("id")
    assert [(movement.quantity, movement.reason) for movement in movements] == [(13, "restocked"), (-5, "corrected")]


def test_a_new_currency_needs_a_new_price(staff_api: Api) -> None:
    product = make_product(price_minor=1000, currency="EUR")

    assert_invalid(staff_api.patch(f"/api/v1/products/{product.pk}", {"currency": "JPY"}), "/price")
    body = staff_api.patch(f"/api/v1/products/{product.pk}", {"currency": "JPY", "price": "1500"}).json()

    assert (body["price"], body["currency"]) == ("1500", "JPY")


def test_erases_a_product_that_was_never_ordered(staff_api: Api) -> None:
    product = make_product()

    assert staff_api.delete(f"/api/v1/products/{product.pk}").status_code == 204

    assert not Product.objects.exists()


def test_retires_a_product_that_was_ordered(staff_api: Api) -> None:
    product = make_product(sku="MUG-1")
    make_order(product=product)

    assert staff_api.delete(f"/api/v1/products/{product.pk}").status_code == 204

    assert_problem(staff_api.get(f"/api/v1/products/{product.pk}"), 404)
    assert_problem(staff_api.delete(f"/api/v1/products/{product.pk}"), 404)
    assert Product.objects.get().retired_at is not None
    make_product(sku="MUG-1", slug=product.slug)  # both are free again


@pytest.mark.parametrize(("method", "path"), [("post", "/api/v1/products"), ("patch", "/{}"), ("delete", "/{}")])
def test_is_for_staff(api: Api, customer_api: Api, method: str, path: str) -> None:
    path = path.replace("/{}", f"/api/v1/products/{make_product().pk}")

    assert_problem(getattr(api, method)(path, {}), 401)
    assert_problem(getattr(customer_api, method)(path, {}), 403)


def test_a_change_may_be_bound_to_what_was_read(staff_api: Api) -> None:
    product = make_product()
    path = f"/api/v1/products/{product.pk}"
    tag = staff_api.get(path).headers["ETag"]

    changed = staff_api.patch(path, {"name": "First"}, headers={"If-Match": tag})

    assert changed.status_code == 200
    assert changed.headers["ETag"] == staff_api.get(path).headers["ETag"] != tag
    assert_problem(staff_api.patch(path, {"name": "Second"}, headers={"If-Match": tag}), 412, "product_changed")
    assert staff_api.get(path).json()["name"] == "First"


@pytest.mark.parametrize("condition", ["*", 'W/"1", {}', "{}"])
def test_a_condition_names_any_of_the_states_it_was_meant_for(staff_api: Api, condition: str) -> None:
    path = f"/api/v1/products/{make_product().pk}"
    condition = condition.format(staff_api.get(path).headers["ETag"])

    assert staff_api.patch(path, {"name": "New"}, headers={"If-Match": condition}).status_code == 200


@pytest.mark.parametrize("condition", ["", '"1"', 'W/"1-10-0000000000000000"', '"2-10-0000000000000000"', "nonsense"])
def test_a_condition_that_names_no_state_of_ours_is_not_met(staff_api: Api, condition: str) -> None:
    path = f"/api/v1/products/{make_product().pk}"

    assert_problem(staff_api.patch(path, {"name": "New"}, headers={"If-Match": condition}), 412)
    assert staff_api.get(path).json()["version"] == 1


def test_a_sale_stops_only_those_who_count_the_stock(staff_api: Api) -> None:
    product = make_product(on_hand=10)
    path = f"/api/v1/products/{product.pk}"
    tag = staff_api.get(path).headers["ETag"]
    make_order(product=product, quantity=2)

    assert_problem(staff_api.patch(path, {"stock": 12}, headers={"If-Match": tag}), 412)
    assert staff_api.patch(path, {"name": "Mug"}, headers={"If-Match": tag}).status_code == 200

    assert heaps(product) == (8, 2, 0)


def test_keeps_vendor_tags_and_options(staff_api: Api, mug: dict[str, Any]) -> None:
    options = [{"name": "Size", "value": "M"}, {"name": "Colour", "value": "green"}]
    values = {"vendor": "Pottery Lane", "tags": ["kitchen", "gift"], "handle": "mugs", "options": options}

    body = staff_api.post("/api/v1/products", mug | values).json()

    assert {name: body[name] for name in values} == values
    assert [found["id"] for found in staff_api.get("/api/v1/products?handle=mugs").json()["results"]] == [body["id"]]


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"tags": "kitchen"}, "/tags"),
        ({"tags": ["x" * 51]}, "/tags/0"),
        ({"options": [{"name": "Size"}]}, "/options/0/value"),
        ({"options": [{"name": "Size", "value": "M", "price": "1"}]}, "/options/0/price"),
        ({"slug": "export"}, "/slug"),
    ],
)
def test_refuses_details_that_are_not_valid(
    staff_api: Api, mug: dict[str, Any], values: dict[str, Any], pointer: str
) -> None:
    assert_invalid(staff_api.post("/api/v1/products", mug | values), pointer)


@pytest.mark.django_db(transaction=True)
def test_of_changes_to_one_state_at_one_moment_one_is_made(staff: Principal) -> None:
    path = f"/api/v1/products/{make_product().pk}"
    tag = Api(None).get(path).headers["ETag"]

    def change(number: int) -> int:
        try:
            answer = Api(staff).patch(path, {"name": f"Name {number}"}, headers={"If-Match": tag})
            return int(answer.status_code)
        finally:
            connection.close()

    answers = at_once([partial(change, number) for number in range(6)])

    assert sorted(answers) == [200] + 5 * [412]
    assert Product.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_movements_and_sales_at_one_moment_lose_no_piece(staff: Principal) -> None:
    product = make_product(on_hand=5)
    buyers = [make_principal() for _ in range(3)]

    def restock() -> int:
        try:
            return int(Api(staff).post(f"/api/v1/products/{product.pk}/stock-movements", {"quantity": 2}).status_code)
        finally:
            connection.close()

    def buy(buyer: Principal) -> int:
        try:
            make_order(buyer=buyer, product=product)
            return 201
        finally:
            connection.close()

    assert set(at_once([restock] * 3 + [partial(buy, buyer) for buyer in buyers])) == {201}

    assert heaps(product) == (8, 3, 0)


def test_an_option_is_given_whole_in_a_change_too(staff_api: Api) -> None:
    product = make_product()

    answer = staff_api.patch(f"/api/v1/products/{product.pk}", {"options": [{"name": "Size"}]})

    assert_invalid(answer, "/options/0/value")
