"""The category tree, and how staff changes it."""

import pytest

from product.catalogue.models import Category
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import make_category, make_product


def test_shows_the_tree_in_its_order(api: Api) -> None:
    kitchen = make_category(name="Kitchen", slug="kitchen", position=2)
    make_category(name="Light", slug="light", position=1)
    make_category(name="Mugs", slug="mugs", parent=kitchen)

    roots = api.get("/api/v1/categories").json()["results"]

    assert [root["slug"] for root in roots] == ["light", "kitchen"]
    assert [child["slug"] for child in roots[1]["children"]] == ["mugs"]


def test_creates_a_category_below_another(staff_api: Api) -> None:
    make_category(slug="kitchen")

    response = staff_api.post("/api/v1/categories", {"name": "Mugs", "slug": "mugs", "parent": "kitchen"})

    assert response.status_code == 201
    assert response.json()["parent"] == "kitchen"
    assert staff_api.get(response.headers["Location"]).json() == response.json()


def test_refuses_a_slug_that_is_taken(staff_api: Api) -> None:
    make_category(slug="mugs")

    assert_problem(staff_api.post("/api/v1/categories", {"name": "Mugs", "slug": "mugs"}), 409, "slug_taken")


@pytest.mark.parametrize("parent", ["nowhere", "", "a\x00b"], ids=ascii)
def test_refuses_a_parent_that_does_not_exist(staff_api: Api, parent: str) -> None:
    response = staff_api.post("/api/v1/categories", {"name": "Mugs", "slug": "mugs", "parent": parent})

    assert_invalid(response, "/parent")


def test_changes_what_is_given_and_nothing_else(staff_api: Api) -> None:
    kitchen = make_category(slug="kitchen")
    mugs = make_category(name="Mugs", slug="mugs", parent=kitchen, position=3)

    body = staff_api.patch("/api/v1/categories/mugs", {"name": "Cups"}).json()

    assert body == {
        "id": str(mugs.pk),
        "name": "Cups",
        "slug": "mugs",
        "description": "",
        "parent": "kitchen",
        "position": 3,
    }


def test_moves_a_category_to_the_top(staff_api: Api) -> None:
    make_category(slug="mugs", parent=make_category(slug="kitchen"))

    assert staff_api.patch("/api/v1/categories/mugs", {"parent": None}).json()["parent"] is None


@pytest.mark.parametrize("below", ["home", "kitchen", "mugs"])
def test_never_closes_a_circle(staff_api: Api, below: str) -> None:
    home = make_category(slug="home")
    make_category(slug="mugs", parent=make_category(slug="kitchen", parent=home))

    assert_problem(staff_api.patch("/api/v1/categories/home", {"parent": below}), 409, "category_cycle")


def test_deletes_an_empty_category(staff_api: Api) -> None:
    category = make_category()

    assert staff_api.delete(f"/api/v1/categories/{category.pk}").status_code == 204
    assert_problem(staff_api.get(f"/api/v1/categories/{category.pk}"), 404, "category_not_found")


def test_keeps_a_category_that_is_in_use(staff_api: Api) -> None:
    parent = make_category()
    child = make_category(parent=parent)
    make_product(category=child)

    for category in (parent, child):
        assert_problem(staff_api.delete(f"/api/v1/categories/{category.pk}"), 409, "category_in_use")

    assert Category.objects.count() == 2


@pytest.mark.parametrize(("method", "path"), [("post", ""), ("patch", "/mugs"), ("delete", "/mugs")])
def test_is_for_staff(api: Api, customer_api: Api, method: str, path: str) -> None:
    make_category(slug="mugs")

    assert_problem(getattr(api, method)(f"/api/v1/categories{path}", {}), 401)
    assert_problem(getattr(customer_api, method)(f"/api/v1/categories{path}", {}), 403)
