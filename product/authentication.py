"""Who is calling: access tokens of auth, verified here with its cached keys. Auth is never asked about a request."""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from product.revocations.memory import revoked_sessions
from servicekit.principal import Principal
from servicekit.problems import Unauthenticated
from servicekit.tokens import InvalidToken, JwksCache, TokenVerifier

if TYPE_CHECKING:
    # Its module reads the settings, which name the classes of this one.
    from rest_framework.views import APIView


@cache
def _verifier() -> TokenVerifier:
    keys = JwksCache(f"{settings.AUTH_URL}/.well-known/jwks.json")
    return TokenVerifier(
        keys.find,
        issuer=settings.ENVIRONMENT.token_issuer,
        audience=settings.ENVIRONMENT.token_audience,
        is_revoked=revoked_sessions().is_revoked,
    )


def verify_token(token: str) -> Principal:
    """The caller, by the word of the token.

    Raises `InvalidToken`; `KeysUnavailable` and `RevocationsUnknown` while there is nothing to check it against.
    """
    return _verifier().verify(token)


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`. `request.user` becomes a `Principal`, None without the header."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated
        try:
            return verify_token(token.strip()), token
        except InvalidToken as error:
            raise Unauthenticated from error

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return "Bearer"


class SignedIn(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002
        return request.user is not None


class StaffOnly(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002
        return caller_is_staff(request)


class StaffOrReadOnly(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:
        method = request.method or ""
        # What the address does not offer at all is 405 for everybody, not a matter of roles.
        return method in SAFE_METHODS or not hasattr(view, method.lower()) or caller_is_staff(request)


def caller_is_staff(request: Request) -> bool:
    return isinstance(request.user, Principal) and request.user.is_staff


def principal_of(request: Request) -> Principal:
    """The caller, in a view that only those who are signed in reach. Raises `Unauthenticated`."""
    if not isinstance(request.user, Principal):
        raise Unauthenticated
    return request.user
