"""What endpoints ask for: the objects of the running app, and the user behind the request."""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.avatars.pictures import PictureProcessor
from auth.avatars.store import AvatarStore
from auth.database import transaction
from auth.sessions import cache
from auth.sessions.clients import Client
from auth.sessions.policy import SessionPolicy
from auth.sessions.queries import find_active_user, find_user_of_live_session
from auth.sessions.revocation_list import PublishedRevocations
from auth.sessions.services import note_use
from auth.settings import Settings
from auth.throttling.throttles import Throttles
from auth.tokens.access_tokens import AccessTokenIssuer
from servicekit.principal import Principal
from servicekit.problems import Forbidden, NotFound, Unauthenticated
from servicekit.tokens import InvalidToken, TokenVerifier

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


async def _throttles(request: Request) -> Throttles:
    throttles: Throttles = request.app.state.throttles
    return throttles


async def _session_policy(request: Request) -> SessionPolicy:
    policy: SessionPolicy = request.app.state.session_policy
    return policy


async def _client(request: Request) -> Client:
    return Client.of(request)


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _avatars(request: Request) -> AvatarStore:
    avatars: AvatarStore = request.app.state.avatars
    return avatars


async def _pictures(request: Request) -> PictureProcessor:
    pictures: PictureProcessor = request.app.state.pictures
    return pictures


async def _revocations(request: Request) -> PublishedRevocations:
    revocations: PublishedRevocations = request.app.state.revocations
    return revocations


AppSettings = Annotated[Settings, Depends(_settings)]
Avatars = Annotated[AvatarStore, Depends(_avatars)]
Pictures = Annotated[PictureProcessor, Depends(_pictures)]
Hasher = Annotated[PasswordHasher, Depends(_hasher)]
Issuer = Annotated[AccessTokenIssuer, Depends(_issuer)]
Revocations = Annotated[PublishedRevocations, Depends(_revocations)]
Verifier = Annotated[TokenVerifier, Depends(_verifier)]
Policy = Annotated[SessionPolicy, Depends(_session_policy)]
CurrentThrottles = Annotated[Throttles, Depends(_throttles)]
CurrentClient = Annotated[Client, Depends(_client)]


async def _principal(request: Request, token: Annotated[str, Depends(_bearer)], verifier: Verifier) -> Principal:
    """Who the token says is calling. Every fault of the token gets the same answer; the log knows which it was."""
    if len(request.headers.getlist("Authorization")) > 1:
        raise Unauthenticated  # whoever stands in front of us may have looked at the other one
    try:
        return verifier.verify(token)
    except InvalidToken as error:
        _log.info("token.refused", reason=str(error))
        raise Unauthenticated from error


TokenPrincipal = Annotated[Principal, Depends(_principal)]


async def _current_user(principal: TokenPrincipal) -> User:
    """The caller's account as it is now. Raises `Unauthenticated` when it, or the session, has ended."""
    session_id, user_id = principal.session_id, principal.user_id
    is_known = await cache.is_known_live(session_id, user_id=user_id)
    async with transaction() as session:
        if is_known:
            user = await find_active_user(session, user_id=user_id)
        else:
            user = await find_user_of_live_session(session, session_id=session_id, user_id=user_id)
            await note_use(session, session_id=session_id)
    if user is None:
        raise Unauthenticated
    if not is_known:
        await cache.remember_live(session_id, user_id=user_id)
    return user


CurrentUser = Annotated[User, Depends(_current_user)]


async def _verified_principal(principal: TokenPrincipal, _user: CurrentUser) -> Principal:
    """Who is calling, when neither the account nor the session has ended."""
    return principal


VerifiedPrincipal = Annotated[Principal, Depends(_verified_principal)]


async def _account_owner(user_id: UUID, user: CurrentUser) -> User:
    """The caller, when the path names their own account. Raises `NotFound` for that of another."""
    if user.id != user_id:
        raise NotFound
    return user


AccountOwner = Annotated[User, Depends(_account_owner)]


async def require_admin(user: CurrentUser) -> None:
    """Raises `Forbidden` unless the caller is an admin, by the database and not by the token."""
    if user.role != "admin":
        raise Forbidden


async def require_self_or_admin(user_id: UUID, user: CurrentUser) -> None:
    """Raises `NotFound` for the account of another, unless the caller is an admin."""
    if user.id != user_id and user.role != "admin":
        raise NotFound


async def require_staff(user: CurrentUser) -> None:
    """Raises `Forbidden` unless the caller runs the shop (staff or admin), by the database and not by the token."""
    if user.role not in ("staff", "admin"):
        raise Forbidden
