"""The demo catalogue."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from product.catalogue.models import Category, Product, ProductImage, StockMovement
from tests.product.api import Api

pytestmark = pytest.mark.django_db


def seed() -> None:
    call_command("seed_catalogue", verbosity=0)


def test_fills_an_empty_shop(api: Api, settings: Settings) -> None:
    seed()

    products = api.get("/api/v1/products?limit=100").json()["results"]
    assert len(products) >= 24
    assert len(api.get("/api/v1/categories").json()["results"]) == 5
    for product in products:
        (image,) = product["images"]
        assert image["alt"]
        assert (image["width"], image["height"]) == (800, 800)
        assert Path(settings.MEDIA_ROOT, image["url"].removeprefix("/media/")).stat().st_size > 1000
    assert StockMovement.objects.count() == sum(product["in_stock"] for product in products)


def test_does_its_work_once() -> None:
    seed()
    before = set(Product.objects.values_list("id", flat=True))

    seed()

    assert set(Product.objects.values_list("id", flat=True)) == before
    assert ProductImage.objects.count() == len(before)


def test_leaves_alone_what_staff_has_changed() -> None:
    seed()
    Product.objects.filter(sku="KIT-101").update(name="Our own name", price_minor=1)
    deleted = Product.objects.get(sku="KIT-102")
    deleted.delete()
    Category.objects.filter(slug="light").update(name="Lamps")

    seed()

    assert Product.objects.get(sku="KIT-101").name == "Our own name"
    assert not Product.objects.filter(sku="KIT-102").exists()
    assert Category.objects.get(slug="light").name == "Lamps"


def test_puts_back_pictures_that_are_missing(settings: Settings) -> None:
    seed()
    pictures = set(Path(settings.MEDIA_ROOT, "products").iterdir())
    whole = next(path for path in pictures if "-" not in path.name)
    small = next(path for path in pictures if path.name.endswith("-320.webp") and whole.stem not in path.name)
    whole.unlink()
    small.unlink()

    seed()

    assert set(Path(settings.MEDIA_ROOT, "products").iterdir()) == pictures
