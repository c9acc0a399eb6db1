"""How the pages write money and the states of orders."""

from django import template
from django.utils.formats import number_format
from django.utils.functional import Promise

from product.orders.models import Order
from product.storefront.wording import OrderWording, failure_text
from servicekit.money import CURRENCIES, format_amount

register = template.Library()

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "¥", "INR": "₹", "KRW": "₩", "TRY": "₺", "UAH": "₴"}


@register.filter
def money(minor: int, currency: str) -> str:
    """Minor units as people read them: €1,234.50; with the code where the currency has no sign of its own."""
    number = number_format(format_amount(abs(minor), currency), CURRENCIES[currency], force_grouping=True)
    sign = "\N{MINUS SIGN}" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency}"


@register.filter
def wording(order: Order) -> OrderWording:
    """The states of an order in plain words."""
    return OrderWording.of(order)


@register.filter
def failure_wording(code: str) -> str | Promise:
    return failure_text(code)
