"""Signing out, and the list of one's sessions."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from auth.database import DatabaseUnavailable, transaction
from auth.dependencies import AccountOwner, Revocations, TokenPrincipal, VerifiedPrincipal
from auth.errors import problem_responses
from auth.sessions import queries, services
from auth.sessions.models import UserSession
from auth.sessions.schemas import SessionList, SessionResponse
from servicekit.problems import NotFound, Unauthenticated, ValidationFailed
from servicekit.revocations import LIST_PATH, RevocationList

router = APIRouter(tags=["sessions"])

_ONE_USERS = "/api/v1/users/{user_id:uuid}/sessions"
_REFUSALS = problem_responses(Unauthenticated, NotFound, ValidationFailed, DatabaseUnavailable)


@router.post(
    "/logout",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(Unauthenticated, ValidationFailed, DatabaseUnavailable),
)
async def logout(principal: VerifiedPrincipal, *, all: bool = False) -> None:  # noqa: A002
    """End this session, or every session of the user. Its tokens are refused from now on, elsewhere within a minute."""
    if all:
        await services.end_all_sessions(user_id=principal.user_id)
    else:
        await services.end_session(user_id=principal.user_id, session_id=principal.session_id)


@router.get(_ONE_USERS, response_model=SessionList, responses=_REFUSALS)
async def list_sessions(owner: AccountOwner, principal: TokenPrincipal) -> SessionList:
    """The sessions that are open: one per sign-in."""
    async with transaction() as session:
        found = await queries.live_sessions(session, user_id=owner.id)
    results = [_rendered(each, current_id=principal.session_id) for each in found]
    return SessionList(results=results, count=len(results))


@router.delete(_ONE_USERS, status_code=status.HTTP_204_NO_CONTENT, responses=_REFUSALS)
async def revoke_other_sessions(owner: AccountOwner, principal: TokenPrincipal) -> None:
    """End all sessions but the one that asks."""
    await services.end_all_sessions(user_id=owner.id, except_session_id=principal.session_id)


@router.delete(_ONE_USERS + "/{session_id:uuid}", status_code=status.HTTP_204_NO_CONTENT, responses=_REFUSALS)
async def revoke_session(owner: AccountOwner, session_id: UUID) -> None:
    """End one session."""
    await services.end_session(user_id=owner.id, session_id=session_id)


@router.get(LIST_PATH, response_model=RevocationList, responses=problem_responses(DatabaseUnavailable))
async def revoked_sessions(published: Revocations) -> Response:
    """The sessions that ended before their access tokens expire. Who checks tokens refuses those of these sessions."""
    return Response(
        await published.body(), media_type="application/json", headers={"Cache-Control": "public, max-age=2"}
    )


def _rendered(session: UserSession, *, current_id: UUID) -> SessionResponse:
    columns = SessionResponse.model_fields.keys() - {"current"}
    return SessionResponse(
        **{name: getattr(session, name) for name in columns},
        current=session.id == current_id,
    )
