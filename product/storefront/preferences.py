"""A user's preferences in auth, and what their browser shows: brought together when they sign in.

For comfort only: while auth does not answer, the browser goes on showing what it showed before.
"""

from dataclasses import asdict
from zoneinfo import available_timezones

import structlog
from django.http import HttpRequest, HttpResponse

from product.clients import accounts
from product.clients.refusals import Refused, SessionEnded
from product.storefront import display, sessions
from product.storefront.display import Display
from product.storefront.signed_in import account_of
from servicekit.problems import Problem

_OTHER_FORMATS = {"date_format": "YYYY-MM-DD", "time_format": "24h"}
"""Auth's own defaults."""
_USUAL_FORMATS = {"ru": {"date_format": "DD.MM.YYYY", "time_format": "24h"}}

_UNREACHABLE = (Problem, *sessions.UNDECIDED, Refused, SessionEnded)

_log = structlog.get_logger(__name__)


def show_as_preferred(request: HttpRequest, response: HttpResponse) -> None:
    """Have the browser of the user who has just signed in show the shop as they once chose."""
    try:
        principal = sessions.shopper(request)
        if principal is None:
            return
        preferred = accounts.read_preferences(account_of(request, principal))
    except _UNREACHABLE as error:
        _log.info("preferences.unread", error=type(error).__name__)
        return
    display.remember(response, Display.of(preferred.model_dump()), language=preferred.language)


def prefer_what_is_shown(request: HttpRequest, response: HttpResponse, *, timezone: str) -> None:
    """Make what a visitor saw before they registered their preferences, with the time zone that the browser named."""
    language = display.language_in_use()
    chosen = {name: value for name, value in asdict(display.current()).items() if value}
    shown: dict[str, str] = _USUAL_FORMATS.get(language, _OTHER_FORMATS) | chosen
    if timezone in available_timezones():
        shown["timezone"] = timezone
    keep_preferences(request, shown | {"language": language})
    display.remember(response, Display.of(shown), language=language)


def keep_preferences(request: HttpRequest, chosen: dict[str, str]) -> None:
    """In the account of the visitor, if they have one and it can be reached."""
    try:
        principal = sessions.shopper(request)
        if principal is not None:
            accounts.update_preferences(account_of(request, principal), chosen)
    except _UNREACHABLE as error:
        _log.info("preferences.unkept", error=type(error).__name__)
