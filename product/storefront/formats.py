"""Money, days and times as the reader's language and preferences write them (CLDR, by Babel)."""

from datetime import datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from django.utils import timezone

from product.storefront import display
from servicekit.money import format_amount

_DATE_PATTERNS = {
    "YYYY-MM-DD": "yyyy-MM-dd",
    "DD.MM.YYYY": "dd.MM.yyyy",
    "DD/MM/YYYY": "dd/MM/yyyy",
    "MM/DD/YYYY": "MM/dd/yyyy",
    "": "medium",
}
_TIME_PATTERNS = {"24h": ("HH:mm", "HH:mm:ss"), "12h": ("h:mm a", "h:mm:ss a"), "": ("short", "medium")}


def locale_in_use() -> Locale:
    return Locale.parse(display.language_in_use(), sep="-")


def money(minor: int, currency: str) -> str:
    """Minor units as people read them: €1,234.50, or 1 234,50 € in Russian."""
    text: str = format_currency(Decimal(format_amount(minor, currency)), currency, locale=locale_in_use())
    return text.replace("-", "\N{MINUS SIGN}", 1)


def day(moment: datetime) -> str:
    """2026-11-21, or as it is usual in the language."""
    pattern = _DATE_PATTERNS[display.current().date_format]
    return format_date(timezone.localtime(moment), pattern, locale=locale_in_use())


def time_of_day(moment: datetime, *, with_seconds: bool = False) -> str:
    """14:05. Who has chosen no time zone is told which one it is."""
    chosen = display.current()
    pattern = _TIME_PATTERNS[chosen.time_format][with_seconds]
    text = format_time(timezone.localtime(moment), pattern, locale=locale_in_use())
    return f"{text} UTC" if chosen.timezone == "UTC" else text
