"""How the pages write money, times and the states of orders."""

from datetime import datetime

from django import template
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info

from product.orders.models import Order
from product.storefront import display, formats
from product.storefront.wording import MoneyWording, OrderWording, failure_text, refund_text, shipping_text

register = template.Library()

register.filter("money", formats.money)
register.filter("day", formats.day)
register.filter("time_of_day", formats.time_of_day)


@register.filter
def moment(value: datetime) -> str:
    """Day and time, to the second."""
    return f"{formats.day(value)}, {formats.time_of_day(value, with_seconds=True)}"


@register.simple_tag
def chosen_theme() -> str:
    """ "system", "light" or "dark". Known without the request, for error pages."""
    return display.current().theme


@register.simple_tag
def languages_offered() -> list[tuple[str, str, bool]]:
    """Code, name in the language itself, and whether it is the page's."""
    in_use = display.language_in_use()
    return [
        (code, get_language_info(code)["name_local"].capitalize(), code == in_use) for code, _ in settings.LANGUAGES
    ]


@register.filter
def wording(order: Order) -> OrderWording:
    """The states of an order in plain words."""
    return OrderWording.of(order)


@register.filter
def money_wording(order: Order) -> MoneyWording:
    """Where the order's money comes from, and goes back to."""
    return MoneyWording.of(order)


@register.filter
def refund_wording(order: Order) -> str | Promise:
    return refund_text(order)


@register.filter
def shipping_wording(order: Order) -> str:
    return shipping_text(order.carrier, order.tracking)


@register.filter
def failure_wording(order: Order) -> str | Promise:
    return failure_text(order.failure_code, method=order.payment_method_name)
