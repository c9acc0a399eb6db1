"""The columns, and how a cell is written so that a spreadsheet program takes it for text."""

import re

HANDLE, TITLE, BODY, VENDOR = "Handle", "Title", "Body (HTML)", "Vendor"
TYPE, TAGS, PUBLISHED, STATUS = "Type", "Tags", "Published", "Status"
SKU, PRICE, QUANTITY = "Variant SKU", "Variant Price", "Variant Inventory Qty"
CURRENCY = "Variant Currency"
"""Ours: Shopify's files do not say. Absent, it is the currency that the import names."""
IMAGE, IMAGE_POSITION, IMAGE_ALT = "Image Src", "Image Position", "Image Alt Text"
OPTIONS = [(f"Option{number} Name", f"Option{number} Value") for number in (1, 2, 3)]

WRITTEN = [
    *(HANDLE, TITLE, BODY, VENDOR, TYPE, TAGS, PUBLISHED),
    *(column for option in OPTIONS for column in option),
    *(SKU, QUANTITY, PRICE, CURRENCY, IMAGE, IMAGE_POSITION, IMAGE_ALT, STATUS),
]
NEEDED = {HANDLE, TITLE, PRICE}
NO_OPTION = ("Title", "Default Title")
"""How Shopify writes a product without variants."""

# What a spreadsheet would run as a formula, and the apostrophe with which that is prevented.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_DISARMED = re.compile(r"''*[=+\-@\t\r\n]")


def disarmed(text: str) -> str:
    """The cell for a text. `armed` gives exactly the text back."""
    return f"'{text}" if _FORMULA.match(text) else text


def armed(cell: str) -> str:
    """The text of a cell."""
    return cell[1:] if _DISARMED.match(cell) else cell
