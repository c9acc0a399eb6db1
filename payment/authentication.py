"""Who is calling: access tokens of auth, verified here with its cached keys. Auth is never asked about a request."""

from typing import Any, cast

import structlog
from apiflask import HTTPTokenAuth
from apiflask.exceptions import HTTPError
from flask import current_app

from payment.database import DatabaseUnavailable
from servicekit.principal import Principal
from servicekit.problems import Forbidden, Problem, Unauthenticated, Unavailable
from servicekit.revocations import RevocationsUnknown
from servicekit.tokens import InvalidToken, KeysUnavailable, TokenVerifier

VERIFIER = "token_verifier"
"""Where the app keeps its `TokenVerifier`, among its extensions."""

STAFF = ["staff", "admin"]
"""The roles of those who run the shop."""

signed_in = HTTPTokenAuth(name="token", description="An access token from auth's `POST /token`.")

_log = structlog.get_logger(__name__)


class SigningKeysUnavailable(Unavailable):
    """Auth has not been reached since this process started: until then no token can be checked."""

    code = "signing_keys_unavailable"
    title = "Signing in cannot be checked at the moment"


SIGN_IN_PROBLEMS: tuple[type[Problem], ...] = (Unauthenticated, SigningKeysUnavailable)


def caller() -> Principal:
    """Who sent the request at hand. Only in views that require a token."""
    return cast("Principal", signed_in.current_user)


@signed_in.verify_token  # type: ignore[untyped-decorator]
def _verify(token: str) -> Principal | None:
    """Every fault of the token gets the same answer; the log knows which it was."""
    verifier: TokenVerifier = current_app.extensions[VERIFIER]
    try:
        return verifier.verify(token)
    except InvalidToken as error:
        _log.info("token.refused", reason=str(error))
        return None
    except KeysUnavailable as error:
        raise SigningKeysUnavailable from error
    except RevocationsUnknown as error:
        raise DatabaseUnavailable from error


@signed_in.get_user_roles  # type: ignore[untyped-decorator]
def _roles(principal: Principal) -> str:
    return principal.role


@signed_in.error_processor
def _refuse(error: HTTPError) -> Any:
    raise Unauthenticated if error.status_code == Unauthenticated.status else Forbidden
