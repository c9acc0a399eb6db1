"""Descriptions are plain text here, and HTML in the file."""

import html
import re

import nh3

_LINE_ENDS = re.compile(r"<br\s*/?>|</(?:p|div|li|ul|ol|h[1-6]|tr|table|blockquote)\s*>", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def text_from_html(source: str) -> str:
    """The words of the document, a line per paragraph. Scripts, styles and every tag are gone."""
    flat = " ".join(source.split())
    words = html.unescape(nh3.clean(_LINE_ENDS.sub(lambda end: end[0] + "\n", flat), tags=set()))
    lines = (line.strip() for line in _SPACES.sub(" ", words).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def html_from_text(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")
