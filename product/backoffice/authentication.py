"""Who is at the admin's door: whoever is signed in at the shop, by the same browser session and the same token.

There is nothing to log in to here. Signing in, its throttles, a new session key, and the end of a session that auth has
revoked are the storefront's: `storefront/sessions.py` is asked at every request.
"""

from django.contrib.auth import authenticate
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from product.backoffice.models import StaffMember
from product.storefront import sessions


class StorefrontBackend(BaseBackend):
    """Django's authentication backend, the only one: there are no passwords that another could check."""

    def authenticate(self, request: HttpRequest | None) -> StaffMember | None:  # type: ignore[override]
        """The account behind the session's token. Raises `KeysUnavailable` while tokens cannot be checked."""
        principal = None if request is None else sessions.shopper(request)
        return None if principal is None else StaffMember.of(principal)


class StaffMemberMiddleware(AuthenticationMiddleware):
    """Sets `request.user`, found out when somebody asks: pages of the shop do not."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: authenticate(request) or AnonymousUser())  # type: ignore[assignment]
