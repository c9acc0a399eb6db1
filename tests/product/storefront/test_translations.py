"""The pages in Russian: complete, current, and written as Russian readers write."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from product.storefront import translations
from tests.product.factories import make_product
from tests.product.storefront.browser import Browser


@pytest.mark.parametrize(("app", "language"), translations.CATALOGUES)
def test_nothing_is_left_untranslated_and_the_compiled_catalogue_is_current(app: Path, language: str) -> None:
    """`make translations` renews both."""
    catalog = translations.renew(app, language)

    assert translations.missing(catalog) == []
    assert translations.as_source(catalog) == translations.source_path(app, language).read_bytes()
    assert translations.as_compiled(catalog) == translations.compiled_path(app, language).read_bytes()


@pytest.mark.parametrize(("app", "language"), translations.CATALOGUES)
def test_translations_keep_what_is_filled_in(app: Path, language: str) -> None:
    for message in translations.read_source(app, language):
        assert not [str(error) for error in message.check()], message.id


def test_the_same_words_are_the_same_everywhere() -> None:
    """Django merges all catalogues: of two translations one would be shown in both places."""
    found: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    for app, language in translations.CATALOGUES:
        for message in translations.read_source(app, language):
            found[language, message.context, message.id].add(message.string)

    assert {words for words, texts in found.items() if words[2] and len(texts) > 1} == set()


def test_templates_and_code_are_both_searched() -> None:
    found = translations.messages(translations.STOREFRONT)

    assert "Add to cart" in found  # of a template
    assert "Your cart is empty" in found
    assert "This username is taken." in found  # of a form
    assert ("Only %(on_hand)s left", "Only %(on_hand)s left") in found


def test_speaks_the_language_of_the_browser(visitor: Browser) -> None:
    product = make_product(price_minor=123450, on_hand=3)

    page = visitor.open(f"/products/{product.slug}", headers={"Accept-Language": "ru-RU,ru;q=0.9"})

    assert '<html lang="ru">' in page.html
    assert "1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€" in page.html
    assert "Осталось 3" in page.text
    assert "В корзину" in page.text  # noqa: RUF001


def test_what_was_chosen_counts_more_than_the_browser(visitor: Browser) -> None:
    visitor.submit(visitor.open("/").form("/display"), language="en")

    assert '<html lang="en">' in visitor.open("/", headers={"Accept-Language": "ru"}).html
