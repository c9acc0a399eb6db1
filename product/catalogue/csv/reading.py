"""From the bytes of a file to its rows, one at a time: encodings, separators, quoted line ends, sizes."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO

from django.utils.translation import gettext_noop as _

from product.catalogue.csv.columns import NEEDED, armed
from product.remarks import Remark, in_english
from servicekit.problems import Problem
from servicekit.text import legible

_LARGEST_CELL = 262_144
"""Characters. A quotation mark that is never closed makes the rest of the file one cell."""
_BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]

csv.field_size_limit(_LARGEST_CELL)


class UnusableFile(Problem):
    """The file as a whole: nothing of it was imported, or nothing from the line that `detail` names."""

    status = 422
    code = "unusable_csv"
    title = "The file is not a list of products as CSV"

    def __init__(self, words: str, **values: str | int) -> None:
        """`words` are English, marked for translation, with places for `values`."""
        self.remark = Remark(words=words, values=values)
        super().__init__(in_english(self.remark))


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is the first of the lines that it stands on. A column that the file does not have is not in `cells`."""

    line: int
    cells: dict[str, str]
    has_more_cells_than_columns: bool = False

    def get(self, column: str) -> str | None:
        return self.cells.get(column)


def read_rows(file: BinaryIO, *, charset: str | None = None) -> Iterator[Row]:
    """The rows behind the header, empty ones left out. A byte-order mark outweighs `charset`; without both UTF-8.

    What is no text in that encoding becomes lone surrogates, for which the row is refused later. Raises `UnusableFile`.
    """
    text = TextIOWrapper(file, _encoding(file, charset), errors="surrogateescape", newline="")
    try:
        yield from _rows(text)
    except csv.Error as error:
        raise UnusableFile(_("It cannot be read any further. Is a quotation mark missing?")) from error
    except UnicodeError as error:
        raise UnusableFile(_("It is not text in the encoding that it is said to be in")) from error
    finally:
        if not text.closed:  # garbage is collected in any order, and what holds a failure's traceback is garbage
            text.detach()


def _rows(text: TextIOWrapper) -> Iterator[Row]:
    first = text.readline(_LARGEST_CELL)
    separator = max(",;\t", key=first.count)
    text.seek(0)
    reader = csv.reader(text, delimiter=separator)
    columns = [legible(name.strip()) for name in next(reader, [])]
    _check(columns)
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(columns) - len(cells))
            values = {column: armed(cell.strip()) for column, cell in zip(columns, padded, strict=False)}
            yield Row(line, values, has_more_cells_than_columns=any(cells[len(columns) :]))
        line = reader.line_num + 1


def _check(columns: list[str]) -> None:
    if missing := NEEDED - set(columns):
        raise UnusableFile(_("Columns are missing: %(columns)s"), columns=", ".join(sorted(missing)))
    named = [column for column in columns if column]
    if twice := {column for column in named if named.count(column) > 1}:
        raise UnusableFile(_("Columns appear twice: %(columns)s"), columns=", ".join(sorted(twice)))


def _encoding(file: BinaryIO, charset: str | None) -> str:
    start = file.read(3)
    file.seek(0)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    try:
        known = codecs.lookup(charset or "utf-8")
        b"".decode(known.name)
    except (LookupError, ValueError) as error:
        raise UnusableFile(_("Its encoding is not known")) from error
    return known.name
