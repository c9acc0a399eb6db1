"""How a visitor wants the shop to look: theme, time zone, and how days and times are written.

A user's preferences are auth's. The browser keeps a copy in a cookie, so that no page needs auth, or the database, to
be rendered as its reader wants it. The language is Django's own matter (`LocaleMiddleware` and its cookie).
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Literal, Self, cast, get_args
from urllib.parse import parse_qsl, urlencode
from zoneinfo import available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import check_for_language, get_language

Theme = Literal["system", "light", "dark"]
DateFormat = Literal["", "YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY"]
TimeFormat = Literal["", "12h", "24h"]

COOKIE = "display"
_TIME_ZONES = available_timezones()
"""Asked once: it opens six hundred files."""
_YEAR_SECONDS = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Display:
    """An empty format stands for what is usual in the language."""

    theme: Theme = "system"
    timezone: str = "UTC"
    date_format: DateFormat = ""
    time_format: TimeFormat = ""

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Self:
        """Take what is sound of these values; a cookie may hold anything."""
        zone = values.get("timezone", "")
        return cls(
            theme=cast("Theme", _one_of(Theme, values.get("theme"), "system")),
            timezone=zone if zone in _TIME_ZONES else "UTC",
            date_format=cast("DateFormat", _one_of(DateFormat, values.get("date_format"), "")),
            time_format=cast("TimeFormat", _one_of(TimeFormat, values.get("time_format"), "")),
        )


_current: ContextVar[Display] = ContextVar("display", default=Display())  # noqa: B039  (it is frozen)


def current() -> Display:
    """For the page that is being rendered."""
    return _current.get()


def remember(response: HttpResponse, display: Display, *, language: str | None = None) -> None:
    """Have the browser show it so from now on."""
    _set_cookie(response, COOKIE, urlencode(asdict(display)))
    if language and is_offered(language):
        _set_cookie(response, settings.LANGUAGE_COOKIE_NAME, language)


def is_offered(language: str) -> bool:
    return language in dict(settings.LANGUAGES) and check_for_language(language)


def language_in_use() -> str:
    return get_language() or settings.LANGUAGE_CODE


class DisplayMiddleware:
    """Reads the cookie, and makes its time zone that of the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        display = Display.of(dict(parse_qsl(request.COOKIES.get(COOKIE, "")[:500])))
        token = _current.set(display)
        try:
            with timezone.override(display.timezone):
                return self.get_response(request)
        finally:
            _current.reset(token)


def _one_of(kind: object, value: str | None, default: str) -> str:
    return value if value is not None and value in get_args(kind) else default


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
