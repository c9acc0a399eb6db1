"""The catalogues of translations: what code and templates say in English, and what that is in other languages.

Each app with pages has its own, in its `locale/`, where Django looks for it. Made by Babel instead of GNU gettext,
which `makemessages` would need on every machine. The compiled catalogue is committed beside its source, so that nothing
is compiled at start; a test holds them together.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

STOREFRONT = Path(__file__).parent
APPS = (
    STOREFRONT,
    *(STOREFRONT.parent / app for app in ("backoffice", "catalogue", "orders", "messaging", "webhooks")),
)
LANGUAGES = ("ru",)
CATALOGUES = [(app, language) for app in APPS for language in LANGUAGES]

_NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)

_KEYWORDS = dict.fromkeys(
    ["_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "npgettext"]
)

# What `templatize` makes of a template is text with such calls in it, and no Python otherwise.
_CALLS = re.compile(r"""\b(?:n?p?gettext|_)\((?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*"|[\s,]|count)+\)""")


def source_path(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def compiled_path(app: Path, language: str) -> Path:
    return source_path(app, language).with_suffix(".mo")


def messages(app: Path) -> Catalog:
    """Everything that is to be translated, with the files that say it. Line numbers would change with every edit."""
    catalog = Catalog()
    for path in sorted(app.rglob("*")):
        if path.suffix in (".py", ".html"):
            for text, context in _messages_in(path):
                catalog.add(text, locations=[(str(path.relative_to(app)), 0)], context=context)
    return catalog


def read_source(app: Path, language: str) -> Catalog:
    with source_path(app, language).open("rb") as file:
        return read_po(file, locale=language)


def renew(app: Path, language: str) -> Catalog:
    """The app's catalogue with what is new and without what is gone. Nothing is guessed."""
    catalog = read_source(app, language) if source_path(app, language).exists() else Catalog(locale=language)
    catalog.update(messages(app), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = "# Renewed by `make translations`; only the translations are written by hand."
    catalog.project, catalog.version, catalog.fuzzy = "Storefront", "1", False
    # When it was written says nothing, and would make every renewal a change.
    catalog.creation_date = catalog.revision_date = _NO_TIME
    return catalog


def as_source(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog, width=120, omit_header=False, include_lineno=False, sort_output=True)
    return file.getvalue()


def as_compiled(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """What has no translation yet, or not in all plural forms."""
    return [str(message.id) for message in catalog if message.id and not _is_complete(message.string)]


def _is_complete(translation: str | Sequence[str] | None) -> bool:
    return bool(translation) and all(translation or ())


def _messages_in(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """With the context of each, if it has one."""
    text = path.read_text("utf-8")
    code = "\n".join(match[0] for match in _CALLS.finditer(templatize(text))) if path.suffix == ".html" else text
    for _line, function, found, _comments in extract_python(BytesIO(code.encode()), _KEYWORDS, [], {}):
        strings = [part for part in (found if isinstance(found, tuple | list) else [found]) if part]
        if not strings:
            continue
        context = strings.pop(0) if "pgettext" in str(function) else None
        is_plural = "ngettext" in str(function) and len(strings) > 1
        yield (strings[0], strings[1]) if is_plural else strings[0], context
