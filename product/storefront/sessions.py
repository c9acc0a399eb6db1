"""The visitor's sign-in: the tokens of auth, kept in Django's server-side session and checked at every request.

The browser only ever holds the session's cookie. An access token lasts 15 minutes; then the refresh token, good for
one use, fetches the next two. When auth refuses that, the visitor is signed out.
"""

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from product.authentication import verify_token
from product.clients import auth
from product.clients.auth import AuthAway, Session, SessionOver
from servicekit.principal import Principal
from servicekit.problems import TooManyRequests
from servicekit.revocations import RevocationsUnknown
from servicekit.tokens import InvalidToken, KeysUnavailable

_ACCESS_TOKEN = "access_token"  # nosec B105  # noqa: S105  (the name of a session entry)
_REFRESH_TOKEN = "refresh_token"  # nosec B105  # noqa: S105

_AUTH_IS_AWAY = "_auth_is_away"

UNDECIDED = (KeysUnavailable, RevocationsUnknown, AuthAway)
"""While one of these is raised nobody can tell whether the visitor is signed in."""

_log = structlog.get_logger(__name__)


def begin(request: HttpRequest, session: Session) -> None:
    """Sign the visitor in. Of an earlier session neither key nor data nor CSRF token survives."""
    request.session.flush()
    _keep(request, session)
    rotate_token(request)


def end(request: HttpRequest) -> None:
    """Sign the visitor out, here and, when it can be reached, at auth: copies of the tokens are worthless then."""
    try:
        if shopper(request):
            auth.sign_out(access_token=access_token(request))
    except (*UNDECIDED, TooManyRequests) as error:
        _log.warning("session.not_ended_at_auth", error=type(error).__name__)
    request.session.flush()


def shopper(request: HttpRequest) -> Principal | None:
    """Who is signed in, by the word of their token; None for a guest and for one whose session has ended.

    An access token that is not good any more is renewed. Raises what is in `UNDECIDED`.
    """
    if _ACCESS_TOKEN not in request.session:
        return None
    try:
        return verify_token(access_token(request))
    except InvalidToken:
        return _renewed(request)


def buyer(request: HttpRequest) -> Principal | None:
    """As `shopper`. Where only confirmed addresses may buy, one that was confirmed a moment ago counts."""
    principal = shopper(request)
    if principal and settings.ENVIRONMENT.require_confirmed_email and not principal.email_verified:
        return _renewed(request)
    return principal


def access_token(request: HttpRequest) -> str:
    """The token of a visitor who is signed in, to call another service with on their behalf."""
    token: str = request.session[_ACCESS_TOKEN]
    return token


def has_expired(request: HttpRequest) -> bool:
    """Whether this visitor was signed in, but is no longer."""
    try:
        return _ACCESS_TOKEN in request.session and shopper(request) is None
    except UNDECIDED:
        return False


def _renewed(request: HttpRequest) -> Principal | None:
    """Saved at once: the old refresh token is used up, whatever becomes of this request."""
    refresh_token = request.session.get(_REFRESH_TOKEN)
    if refresh_token is None:
        return None
    if getattr(request, _AUTH_IS_AWAY, False):
        raise AuthAway
    try:
        _keep(request, auth.refresh(refresh_token=refresh_token))
        request.session.save()
        return verify_token(access_token(request))
    except AuthAway:
        setattr(request, _AUTH_IS_AWAY, True)  # a page asks several times who is there, and waits once
        raise
    except SessionOver:
        del request.session[_REFRESH_TOKEN]
    except UpdateError:  # signed out in another tab meanwhile
        request.session.flush()
    except InvalidToken as error:
        _log.warning("session.unusable_token", reason=str(error))
    return None


def _keep(request: HttpRequest, session: Session) -> None:
    request.session[_ACCESS_TOKEN] = session.access_token
    request.session[_REFRESH_TOKEN] = session.refresh_token
