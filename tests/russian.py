"""What a page in Russian says in Latin letters, apart from names and data."""

import re
from collections.abc import Collection
from html.parser import HTMLParser

_ALLOWED = frozenset(
    "storefront English API CSV JSON PNG JPEG WebP SKU SMS UTC EUR URL UUID HTTPS NUL TRUE FALSE Shopify RabbitMQ"
    " Django HeadlessChrome Chrome Linux auth product payment relay consumer reconcile handle"
    " unrouted dlq JavaScript".casefold().split()
)
"""Names, formats, and words that are the same in Russian or name parts of the machinery."""
_TOLD = ("alt", "aria-label", "placeholder", "title", "data-confirm")
_SILENT = ("script", "style", "code", "pre")
_IDENTIFIER = re.compile(r"\S*[\d./_@:\\=]\S*")
"""Addresses, ids, types of event, numbers of articles, time zones."""
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]+")


class _Texts(HTMLParser):
    """Everything that the page shows or a screen reader says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent_depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent_depth += tag in _SILENT
        attributes = dict(attrs)
        self.texts += [attributes[name] or "" for name in _TOLD if name in attributes]
        if tag == "input" and attributes.get("type") in {"submit", "button"}:
            self.texts.append(attributes.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent_depth -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent_depth:
            self.texts.append(data)


def untranslated(html: str, *, data: Collection[str]) -> list[str]:
    """Texts with Latin words. `data` are names, descriptions and the like, which stay as somebody wrote them."""
    longest_first = sorted(filter(None, data), key=len, reverse=True)
    return sorted({text for text in map(_one_line, _Texts(html).texts) if _latin_words(text, longest_first)})


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _latin_words(text: str, data: list[str]) -> list[str]:
    for phrase in data:
        text = text.replace(phrase, " ")
    return [word for word in _LATIN.findall(_IDENTIFIER.sub(" ", text)) if word.strip("-'").casefold() not in _ALLOWED]
