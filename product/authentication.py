"""Who is calling: access tokens of auth, verified here with its cached keys. Auth is never asked about a request."""

from functools import cache

from django.conf import settings

from servicekit.tokens import JwksCache, Principal, TokenVerifier


@cache
def _verifier() -> TokenVerifier:
    keys = JwksCache(f"{settings.AUTH_URL}/.well-known/jwks.json")
    return TokenVerifier(
        keys.find, issuer=settings.ENVIRONMENT.token_issuer, audience=settings.ENVIRONMENT.token_audience
    )


def verify_token(token: str) -> Principal:
    """The caller, by the word of the token. Raises `InvalidToken`, or `KeysUnavailable` without any key."""
    return _verifier().verify(token)
