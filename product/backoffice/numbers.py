"""Counts, shares and places in time, short enough for charts, as the reader's language writes them (CLDR, by Babel)."""

from datetime import datetime

from babel.dates import format_skeleton, format_time
from babel.numbers import format_decimal, format_percent
from django.utils import timezone

from product.storefront import display
from product.storefront.formats import locale_in_use


def number(value: int) -> str:
    """1,234."""
    return str(format_decimal(value, locale=locale_in_use()))


def share(part: int, whole: int) -> str:
    """2.5%; nothing of nothing is nothing."""
    return str(format_percent(part / whole if whole else 0, format="#,##0.#%", locale=locale_in_use()))


def hour(moment: datetime) -> str:
    """14:00, or 2 PM for those who have chosen twelve hours."""
    pattern = "h a" if display.current().time_format == "12h" else "HH:mm"
    return str(format_time(timezone.localtime(moment), pattern, locale=locale_in_use()))


def short_day(moment: datetime) -> str:
    """Nov 21."""
    return str(format_skeleton("MMMd", timezone.localtime(moment), locale=locale_in_use()))
