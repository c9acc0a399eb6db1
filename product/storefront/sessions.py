"""The visitor's sign-in: an access token of auth, kept in Django's server-side session and checked at every request.

The browser only ever holds the session's cookie. Tokens last 15 minutes; then the visitor signs in again.
"""

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from product.authentication import verify_token
from product.clients.auth import Session
from servicekit.tokens import InvalidToken, KeysUnavailable, Principal

_TOKEN = "access_token"  # noqa: S105  (the name of a session entry)


def begin(request: HttpRequest, session: Session) -> None:
    """Sign the visitor in. Of an earlier session neither key nor data nor CSRF token survives."""
    request.session.flush()
    request.session[_TOKEN] = session.access_token
    rotate_token(request)


def end(request: HttpRequest) -> None:
    """Sign the visitor out, deleting the session on the server."""
    request.session.flush()


def shopper(request: HttpRequest) -> Principal | None:
    """Who is signed in, by the word of their token; None for a guest and for one whose token has run out.

    Raises `KeysUnavailable` while a token cannot be checked at all.
    """
    token = request.session.get(_TOKEN)
    if token is None:
        return None
    try:
        return verify_token(token)
    except InvalidToken:
        return None


def access_token(request: HttpRequest) -> str:
    """The token of a visitor who is signed in, to call another service with on their behalf."""
    token: str = request.session[_TOKEN]
    return token


def has_expired(request: HttpRequest) -> bool:
    """Whether this visitor was signed in, but is no longer."""
    try:
        return _TOKEN in request.session and shopper(request) is None
    except KeysUnavailable:
        return False
