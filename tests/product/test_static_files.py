"""Styles and scripts come compressed, under names that change with their content, so that browsers ask only once."""

import gzip
import re
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from django.templatetags.static import static
from django.test import Client

pytestmark = pytest.mark.django_db  # what is no file is looked for among the pages

_STYLES = "storefront/css/pages.css"


class Fetched(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes


def fetch(url: str, **headers: str) -> Fetched:
    response = Client().get(url, headers=headers)
    content = response.getvalue()
    response.close()
    return Fetched(response.status_code, response.headers, content)


def test_the_name_says_the_content_and_holds_for_good() -> None:
    url = static(_STYLES)

    found = fetch(url)

    assert re.fullmatch(r"/static/storefront/css/pages\.[0-9a-f]{12}\.css", url)
    assert found.status == 200
    assert "immutable" in found.headers["Cache-Control"]


def test_the_plain_name_serves_the_same_for_a_minute() -> None:
    named, plain = fetch(static(_STYLES)), fetch(f"/static/{_STYLES}")

    assert plain.content == named.content
    assert plain.headers["Cache-Control"] == "max-age=60, public"


def test_text_travels_compressed() -> None:
    script = static("django_htmx/htmx-2.min.js")
    plain = fetch(script)

    compressed = fetch(script, **{"Accept-Encoding": "gzip"})

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in compressed.headers["Vary"]
    assert len(compressed.content) < len(plain.content) / 2
    assert gzip.decompress(compressed.content) == plain.content


def test_a_name_of_other_content_is_not_found() -> None:
    assert fetch("/static/storefront/css/pages.0123456789ab.css").status == 404


def test_a_file_that_is_not_there_keeps_its_name() -> None:
    assert static("storefront/nothing.css") == "/static/storefront/nothing.css"
