"""What endpoints ask for: the objects of the running app, and the user behind the request."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.database import transaction
from auth.sessions.queries import find_user_of_live_session
from auth.tokens.access_tokens import AccessTokenIssuer
from servicekit.problems import Forbidden, Unauthenticated
from servicekit.tokens import InvalidToken, Principal, TokenVerifier

_bearer = OAuth2PasswordBearer(tokenUrl="/token", description="Sign in with user name or e-mail address and password.")
_log = structlog.get_logger(__name__)


async def _hasher(request: Request) -> PasswordHasher:
    hasher: PasswordHasher = request.app.state.hasher
    return hasher


async def _issuer(request: Request) -> AccessTokenIssuer:
    issuer: AccessTokenIssuer = request.app.state.issuer
    return issuer


async def _verifier(request: Request) -> TokenVerifier:
    verifier: TokenVerifier = request.app.state.verifier
    return verifier


Hasher = Annotated[PasswordHasher, Depends(_hasher)]
Issuer = Annotated[AccessTokenIssuer, Depends(_issuer)]
Verifier = Annotated[TokenVerifier, Depends(_verifier)]


async def _principal(token: Annotated[str, Depends(_bearer)], verifier: Verifier) -> Principal:
    """Who the token says is calling. Every fault of the token gets the same answer; the log knows which it was."""
    try:
        return verifier.verify(token)
    except InvalidToken as error:
        _log.info("token.refused", reason=str(error))
        raise Unauthenticated from error


async def _current_user(principal: Annotated[Principal, Depends(_principal)]) -> User:
    """The caller's account as it is now. Raises `Unauthenticated` when it, or the session, has ended."""
    async with transaction() as session:
        user = await find_user_of_live_session(session, session_id=principal.session_id, user_id=principal.user_id)
    if user is None:
        raise Unauthenticated
    return user


CurrentUser = Annotated[User, Depends(_current_user)]


async def require_staff(user: CurrentUser) -> None:
    """Raises `Forbidden` unless the caller runs the shop (staff or admin), by the database and not by the token."""
    if user.role not in ("staff", "admin"):
        raise Forbidden
