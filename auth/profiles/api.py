"""Reading and changing profiles, and finding people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request

from auth.accounts.errors import LastAdmin
from auth.accounts.models import User
from auth.accounts.queries import find_user, find_user_by_id
from auth.accounts.schemas import UserResponse
from auth.database import DatabaseUnavailable, transaction
from auth.dependencies import CurrentUser, require_self_or_admin
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.pagination import Page, next_link, previous_link
from auth.profiles import queries, services
from auth.profiles.schemas import PublicProfile, UserChanges, UserSearch
from auth.request_bodies import CheckedBodyRoute
from servicekit.problems import Forbidden, NotFound, Unauthenticated, ValidationFailed
from servicekit.text import Text

router = APIRouter(prefix="/api/v1/users", tags=["profiles"], route_class=CheckedBodyRoute)

_FOUND_OR_NOT = problem_responses(Unauthenticated, NotFound, ValidationFailed, DatabaseUnavailable)


@router.get("/me", response_model=UserResponse, responses=problem_responses(Unauthenticated, DatabaseUnavailable))
async def read_own_account(user: CurrentUser) -> User:
    """The account that the access token belongs to."""
    return user


@router.get(
    "/search",
    response_model=Page[PublicProfile],
    responses=problem_responses(Unauthenticated, ValidationFailed, DatabaseUnavailable),
)
async def search_users(
    search: Annotated[UserSearch, Query()], _user: CurrentUser, request: Request
) -> Page[PublicProfile]:
    """People by user name and display name: the beginning is enough, and a typo does no harm."""
    async with transaction() as session:
        users = await queries.search_users(session, search)
    return Page(
        results=[PublicProfile.model_validate(user) for user in users[: search.limit]],
        next=next_link(request, offset=search.offset, limit=search.limit, has_more=len(users) > search.limit),
        previous=previous_link(request, offset=search.offset, limit=search.limit),
    )


@router.get("/@{username}", response_model=UserResponse | PublicProfile, responses=_FOUND_OR_NOT)
async def read_user_by_name(
    username: Annotated[Text, Path(max_length=32)], caller: CurrentUser
) -> UserResponse | PublicProfile:
    """Oneself in full, others in public. Admins see everyone in full."""
    async with transaction() as session:
        return _as_seen_by(caller, await find_user(session, name_or_email=username))


@router.get("/{user_id:uuid}", response_model=UserResponse | PublicProfile, responses=_FOUND_OR_NOT)
async def read_user(user_id: UUID, caller: CurrentUser) -> UserResponse | PublicProfile:
    """Oneself in full, others in public. Admins see everyone in full."""
    async with transaction() as session:
        return _as_seen_by(caller, await find_user_by_id(session, user_id))


@router.patch(
    "/{user_id:uuid}",
    response_model=UserResponse,
    dependencies=[Depends(require_self_or_admin)],
    responses=problem_responses(*UNUSABLE_BODY, Unauthenticated, Forbidden, NotFound, LastAdmin, DatabaseUnavailable),
)
async def update_user(user_id: UUID, changes: UserChanges, caller: CurrentUser) -> User:
    """Change a profile: one's own, or as an admin anyone's with their role and whether they may sign in."""
    if changes.model_fields_set & {"role", "is_active"} and caller.role != "admin":
        raise Forbidden
    return await services.update_user(user_id=user_id, changes=changes.model_dump(exclude_unset=True))


def _as_seen_by(caller: User, user: User | None) -> UserResponse | PublicProfile:
    """Raises `NotFound` for nobody, and for an account that is blocked, which only admins see."""
    if user is not None and (caller.role == "admin" or caller.id == user.id):
        return UserResponse.model_validate(user)
    if user is None or not user.is_active:
        raise NotFound
    return PublicProfile.model_validate(user)
