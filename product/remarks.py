"""Text that is kept by parts, so that whoever reads it later is told in their language, and programs in English."""

from typing import NotRequired, TypedDict

from django.utils.translation import gettext


class Remark(TypedDict):
    """`words` are English, marked for translation where they are written, with places for `values`.

    `column` is the column of a file that they are about.
    """

    words: str
    column: NotRequired[str]
    values: NotRequired[dict[str, str | int]]


def in_english(remark: Remark | str) -> str:
    """Reports of earlier versions hold text."""
    return remark if isinstance(remark, str) else _text(remark, remark["words"])


def translated(remark: Remark | str) -> str:
    return remark if isinstance(remark, str) else _text(remark, gettext(remark["words"]))


def _text(remark: Remark, words: str) -> str:
    text = words % remark.get("values", {})
    return f"{remark['column']}: {text}" if "column" in remark else text
