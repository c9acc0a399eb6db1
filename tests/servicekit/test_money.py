"""Amounts: exact strings in, exact strings out, everything else refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.money import CURRENCIES, MAX_MINOR, InvalidAmount, format_amount, parse_amount


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("19.99", "EUR", 1999), ("20", "EUR", 2000), ("0.5", "USD", 50), ("500", "JPY", 500), ("1.234", "KWD", 1234)],
)
def test_reads_an_amount_in_its_currency(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,00",
        "1e3",
        "NaN",
        "Infinity",
        "1.999",
        " 1",
        "1 ",
        "+1",
        ".5",
        "1.",
        "٣",
        "0x10",
        "99999999999999.00",
        "--1",
    ],
)
def test_refuses_what_is_not_an_amount(text: str) -> None:
    with pytest.raises(InvalidAmount):
        parse_amount(text, "EUR")


def test_refuses_decimals_that_the_currency_has_not() -> None:
    with pytest.raises(InvalidAmount, match="0 decimals"):
        parse_amount("10.0", "JPY")


def test_refuses_an_unknown_currency() -> None:
    with pytest.raises(InvalidAmount, match="unknown currency"):
        parse_amount("1", "XXX")


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(sorted(CURRENCIES)))
def test_formatting_and_reading_are_inverse(minor: int, currency: str) -> None:
    assert parse_amount(format_amount(minor, currency), currency) == minor
