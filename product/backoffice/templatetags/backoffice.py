"""The menu of the back office, and how its pages write numbers."""

from django import template

from product import remarks
from product.backoffice import navigation, numbers
from product.backoffice.course import Figures
from product.storefront import formats

register = template.Library()

register.filter("number", numbers.number)
register.filter("translated", remarks.translated)


@register.filter
def counted(value: int, at_most: int) -> str:
    """1,000+ for what was not counted further."""
    return f"{numbers.number(at_most)}+" if value > at_most else numbers.number(value)


@register.filter
def revenue_in(figures: Figures, currency: str) -> str:
    return formats.money(figures.revenue_by_currency.get(currency, 0), currency)


@register.simple_tag(takes_context=True)
def back_office_sections(context: template.Context) -> list[navigation.Section]:
    return navigation.sections(context["request"].path)
