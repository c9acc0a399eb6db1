"""How the pages of operations write ages, and the codes of the machinery."""

from datetime import datetime, timedelta

from babel.dates import format_timedelta
from django import template
from django.utils import timezone
from django.utils.functional import Promise

from product.backoffice.operations import findings
from product.backoffice.operations.wording import cause_text, reason_text
from product.storefront.formats import locale_in_use

register = template.Library()


@register.filter
def ago(moment: datetime) -> str:
    """ "12 seconds ago"."""
    past = min(timedelta(0), moment - timezone.now())
    return format_timedelta(past, add_direction=True, threshold=1.2, locale=locale_in_use())


@register.filter
def duration(seconds: float) -> str:
    """ "12 seconds"."""
    return format_timedelta(timedelta(seconds=seconds), threshold=1.2, locale=locale_in_use())


@register.filter
def reason(code: str) -> str | Promise:
    """Why a message is parked."""
    return reason_text(code)


@register.filter
def cause(name: str) -> str | Promise:
    """Who or what made something happen to an order."""
    return cause_text(name)


register.filter("meaning", findings.meaning)
register.filter("subject", findings.subject)
register.filter("detail", findings.detail)
