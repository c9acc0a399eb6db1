"""Amounts of money that callers name."""

from typing import Annotated

from pydantic import StringConstraints

from servicekit.money import InvalidAmount, parse_amount
from servicekit.problems import ValidationFailed

PositiveAmount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,13}(\.[0-9]{1,3})?$")]
"""Pydantic type: a decimal string. Its decimals, and that it is not zero, are checked where the currency is known."""


def positive_minor(amount: str, currency: str) -> int:
    """The body's `amount` in minor units. Raises `ValidationFailed` for zero, and for what the currency cannot say."""
    try:
        minor = parse_amount(amount, currency)
    except InvalidAmount as error:
        raise ValidationFailed([{"pointer": "/amount", "message": str(error)}]) from error
    if minor <= 0:
        raise ValidationFailed([{"pointer": "/amount", "message": "must be more than nothing"}])
    return minor
