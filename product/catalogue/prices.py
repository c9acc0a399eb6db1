"""A price as a value: to be compared, remembered and agreed to."""

from typing import NamedTuple

from servicekit.money import format_amount


class Price(NamedTuple):
    """An amount in minor units of its currency. Equal only when both are."""

    minor: int
    currency: str

    @property
    def amount(self) -> str:
        """As a decimal string ("19.99")."""
        return format_amount(self.minor, self.currency)
