"""The menu of the back office."""

from django import template

from product.backoffice import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def back_office_sections(context: template.Context) -> list[navigation.Section]:
    return navigation.sections(context["request"].path)
