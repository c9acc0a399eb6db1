"""Every page in Russian: nothing of it is left in English, but for names and what somebody wrote."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import available_timezones

from playwright.sync_api import Page, expect

from product.catalogue.csv.columns import BODY, QUANTITY
from servicekit.money import CURRENCIES
from stack.shop import ROOT
from tests.browser.conftest import OpenPage
from tests.browser.pages import prepare_pages
from tests.browser.people import sign_in_as_staff
from tests.running_shop import RunningShop
from tests.russian import untranslated

_CATALOGUE = ROOT / "product" / "catalogue" / "demo" / "catalogue.json"
_WRITTEN = ["nothingofthekind", "lamp", "staff", "DHL", "LAMP", "2:05 pm"]
"""What people and programs wrote into the shop of the tests."""


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(part)


def time_zones() -> set[str]:
    return {zone.replace("_", " ") for zone in available_timezones()}


def written_by_tests(shop: RunningShop) -> Iterator[str]:
    """They share the shop."""
    for (name,) in shop.rows("product", "SELECT name FROM products UNION SELECT carrier FROM orders"):
        yield name
    for service in ("product", "payment"):
        for (detail,) in shop.rows(service, "SELECT detail FROM parked_messages"):
            yield detail


@contextmanager
def in_russian(page: Page) -> Iterator[None]:
    """What is chosen stays with the account, and staff's is shared by all tests."""
    choose(page, "Русский")
    yield
    choose(page, "English")


def choose(page: Page, language: str) -> None:
    page.goto("/")
    page.get_by_role("button", name=language).click()
    expect(page.get_by_role("button", name=language)).to_have_attribute("aria-pressed", "true")


def test_no_page_is_left_in_english(shop: RunningShop, open_page: OpenPage) -> None:
    user, guest, clerk = open_page(), open_page(expected_statuses=[404]), open_page()
    pages = prepare_pages(shop, user)
    sign_in_as_staff(shop, clerk, "/backoffice/")
    demo = json.loads(_CATALOGUE.read_text("utf-8"))
    data = {*_WRITTEN, BODY, QUANTITY, *CURRENCIES, *time_zones(), *strings(demo), *written_by_tests(shop)}
    found = {}

    for page, paths in ((guest, pages.for_guests), (user, pages.for_users), (clerk, pages.for_staff)):
        with in_russian(page):
            for path in paths:
                page.goto(path)
                found[path] = untranslated(page.content(), data=data)

    assert {path: texts for path, texts in found.items() if texts} == {}
