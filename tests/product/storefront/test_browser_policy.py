"""What browsers are told about every page, and what pages therefore must not contain."""

import re

import pytest

from product.orders.services import place_order
from tests.product.factories import make_product
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import user_id_of


@pytest.fixture
def paths(shopper: Browser) -> list[str]:
    """Every kind of page."""
    product = make_product(on_hand=5)
    order = place_order(user_id=user_id_of("ada"), quantities={product.pk: 1})
    return [
        "/",
        f"/products/{product.slug}",
        "/register",
        "/sign-in",
        f"/checkout?product={product.slug}&quantity=1",
        "/orders",
        f"/orders/{order.pk}",
        "/nowhere",
        "/sign-out",  # takes forms only: 405
    ]


def test_every_page_forbids_what_is_inline_and_what_comes_from_elsewhere(shopper: Browser, paths: list[str]) -> None:
    for path in paths:
        headers = shopper.open(path).response.headers

        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_contains_what_the_policy_forbids(shopper: Browser, paths: list[str]) -> None:
    for path in paths:
        html = shopper.open(path).html

        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|javascript:", html), path
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html), path


def test_every_form_that_changes_something_carries_a_csrf_token(shopper: Browser, paths: list[str]) -> None:
    for path in paths:
        for form in shopper.open(path).forms:
            assert form.method == "get" or form.fields["csrfmiddlewaretoken"], path


def test_pages_about_a_person_are_not_kept_by_caches(shopper: Browser, paths: list[str]) -> None:
    for path in paths[4:7]:
        assert "no-store" in shopper.open(path).response.headers["Cache-Control"]


def test_every_picture_reserves_its_place_so_that_nothing_shifts(shopper: Browser, paths: list[str]) -> None:
    pictures = [
        picture for path in [*paths, "/account"] for picture in re.findall(r"<img[^>]*>", shopper.open(path).html)
    ]

    assert pictures
    for picture in pictures:
        assert re.search(r'\swidth="\d+" height="\d+"', picture), picture
