"""Money: strings with a currency outside, integer minor units inside. Never a float, never a silent rounding."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

# ISO 4217 exponents: how many decimals the currency's minor unit has.
CURRENCIES = {
    "AUD": 2, "BRL": 2, "CAD": 2, "CHF": 2, "CNY": 2, "CZK": 2, "DKK": 2, "EUR": 2, "GBP": 2, "HUF": 2, "INR": 2,
    "JPY": 0, "KRW": 0, "KWD": 3, "MXN": 2, "NOK": 2, "NZD": 2, "PLN": 2, "RUB": 2, "SEK": 2, "TND": 3, "TRY": 2,
    "UAH": 2, "USD": 2,
}  # fmt: skip

# Fits PostgreSQL's bigint with room for a million such amounts in one sum.
MAX_MINOR = 9_000_000_000_000

_AMOUNT = re.compile(r"(-?)(\d{1,13})(?:\.(\d{1,3}))?", re.ASCII)


class InvalidAmount(ValueError):
    """The text is not an amount of the currency: wrong form, too many decimals, or out of range."""


def parse_amount(text: str, currency: str) -> int:
    """Return `text` ("19.99") in minor units (1999). Raises `InvalidAmount`.

    Fewer decimals than the currency has are fine ("20" is 20.00 EUR); more are refused, even zeros.
    """
    exponent = _exponent(currency)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise InvalidAmount("must be a decimal number in a string, such as 19.99")
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > exponent:
        raise InvalidAmount(f"{currency} has {exponent} decimals")
    minor = int(whole + fraction.ljust(exponent, "0"))
    if minor > MAX_MINOR:
        raise InvalidAmount("is too large")
    return -minor if sign else minor


def format_amount(minor: int, currency: str) -> str:
    """Return minor units (1999) as a decimal string with all of the currency's decimals ("19.99")."""
    exponent = _exponent(currency)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(exponent + 1, "0")
    if exponent == 0:
        return sign + digits
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"


def _exponent(currency: str) -> int:
    try:
        return CURRENCIES[currency]
    except KeyError:
        raise InvalidAmount(f"unknown currency {currency!r}") from None


def _known_currency(value: str) -> str:
    if value not in CURRENCIES:
        raise ValueError("must be a known ISO 4217 currency code")
    return value


Currency = Annotated[str, AfterValidator(_known_currency)]
"""Pydantic type: an ISO 4217 code of `CURRENCIES`."""

Amount = Annotated[str, StringConstraints(pattern=r"^-?\d{1,13}(\.\d{1,3})?$")]
"""Pydantic type: a decimal string. Its decimals are checked by `parse_amount`, which knows the currency."""
