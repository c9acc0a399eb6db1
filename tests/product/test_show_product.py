"""One product, and its pictures."""

from pathlib import Path

import pytest
from pytest_django import Settings

from product.catalogue.media import store_image
from product.catalogue.models import Category, ProductImage
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.factories import make_category, make_order, make_product

NO_ONES_ID = "0192aaaa-0000-7000-8000-000000000000"


def test_is_found_by_id_and_by_slug(api: Api) -> None:
    product = make_product(slug="green-mug", name="Green mug", category=make_category(name="Kitchen", slug="kitchen"))

    by_id, by_slug = (api.get(f"/api/v1/products/{key}").json() for key in (product.pk, "green-mug"))

    assert by_id == by_slug
    assert by_id["name"] == "Green mug"
    assert by_id["category"] == {"id": str(product.category_id), "name": "Kitchen", "slug": "kitchen"}


def test_shows_its_pictures_in_order(api: Api) -> None:
    product = make_product()
    for position, alt in ((1, "back"), (0, "front")):
        ProductImage.objects.create(
            product=product, file="products/x.webp", width=800, height=600, alt=alt, position=position
        )

    images = api.get(f"/api/v1/products/{product.pk}").json()["images"]

    assert [image["alt"] for image in images] == ["front", "back"]
    assert (images[0]["url"], images[0]["width"], images[0]["height"]) == ("/media/products/x.webp", 800, 600)


@pytest.mark.parametrize("key", ["no-such-slug", NO_ONES_ID])
def test_an_unknown_one_is_not_found(api: Api, key: str) -> None:
    assert_problem(api.get(f"/api/v1/products/{key}"), 404, "product_not_found")


def test_a_hidden_one_exists_for_staff_only(customer_api: Api, staff_api: Api) -> None:
    product = make_product(is_active=False)

    assert_problem(customer_api.get(f"/api/v1/products/{product.pk}"), 404)
    assert staff_api.get(f"/api/v1/products/{product.pk}").json()["is_active"] is False


def test_serves_its_picture_for_ever_and_as_nothing_else(api: Api) -> None:
    name = store_image(b"RIFF....WEBP")

    response = api.get(f"/media/{name}")

    assert b"".join(response.streaming_content) == b"RIFF....WEBP"
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response.headers["Cache-Control"]


def test_keeps_one_file_for_one_picture(settings: Settings) -> None:
    assert store_image(b"same") == store_image(b"same")
    assert len(list(Path(settings.MEDIA_ROOT, "products").iterdir())) == 1


@pytest.mark.parametrize("name", ["0" * 64 + ".webp", "../settings.py", "%2e%2e%2fsettings.py", "x.webp"])
def test_a_picture_that_is_none_is_not_found(api: Api, name: str) -> None:
    assert_problem(api.get(f"/media/products/{name}"), 404, "not_found")


def test_a_copy_is_true_until_anything_that_is_shown_changes(api: Api) -> None:
    product = make_product(on_hand=5)
    path = f"/api/v1/products/{product.pk}"
    tag = api.get(path).headers["ETag"]

    unchanged = api.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    make_order(product=product)
    changed = api.get(path, headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["ETag"] == tag
    assert (changed.status_code, changed.json()["stock"]) == (200, 4)


def test_a_category_with_a_new_name_makes_copies_old(api: Api) -> None:
    category = make_category()
    path = f"/api/v1/products/{make_product(category=category).pk}"
    tag = api.get(path).headers["ETag"]
    Category.objects.update(name="Renamed")

    assert api.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_related_ones_share_its_category_and_most_of_its_words(api: Api) -> None:
    category = make_category()
    mug = make_product(name="Green stoneware mug", category=category)
    make_product(name="Green stoneware mug, elsewhere")
    make_product(name="Hidden mug", category=category, is_active=False)
    for name, on_hand in (("Mug", 1), ("Kettle", 1), ("Stoneware mug", 1), ("Green stoneware mug, sold out", 0)):
        make_product(name=name, category=category, on_hand=on_hand)

    found = api.get(f"/api/v1/products/{mug.slug}/related?limit=3").json()["results"]
    everything = api.get(f"/api/v1/products/{mug.slug}/related").json()["results"]

    assert [product["name"] for product in found] == ["Stoneware mug", "Mug", "Kettle"]
    assert everything[-1]["name"] == "Green stoneware mug, sold out"
    assert len(everything) == 4


def test_a_hidden_one_relates_to_nothing(api: Api) -> None:
    assert_problem(api.get(f"/api/v1/products/{make_product(is_active=False).pk}/related"), 404)
