"""Registering, closing an account, and what admins do with accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response, status

from auth.accounts import queries, services
from auth.accounts.errors import EmailTaken, LastAdmin, TooManyPasswordChecks, UserIdTaken, UsernameTaken
from auth.accounts.models import User
from auth.accounts.schemas import NewAccount, Registration, UserListing, UserResponse
from auth.database import DatabaseUnavailable, transaction
from auth.dependencies import Avatars, CurrentClient, CurrentThrottles, Hasher, require_admin, require_self_or_admin
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.pagination import CountedPage, next_link, previous_link
from auth.preferences.languages import language_asked_for
from auth.request_bodies import CheckedBodyRoute
from servicekit.problems import Forbidden, NotFound, TooManyRequests, Unauthenticated, ValidationFailed

router = APIRouter(tags=["accounts"], route_class=CheckedBodyRoute)


@router.post(
    "/register",
    status_code=status.HTTP_201_CREATED,
    response_model=UserResponse,
    responses=problem_responses(
        *UNUSABLE_BODY, UsernameTaken, EmailTaken, TooManyRequests, DatabaseUnavailable, TooManyPasswordChecks
    ),
)
async def register(
    registration: Registration,
    client: CurrentClient,
    throttles: CurrentThrottles,
    hasher: Hasher,
    response: Response,
    *,
    accept_language: Annotated[str, Header()] = "",
) -> User:
    """Create an account. It can sign in at once; its wallet is opened when payment hears of it.

    The first of `Accept-Language` that the shop speaks becomes the user's preferred language.
    """
    await throttles.registration(email=registration.email, client=client)
    password_hash = await hasher.hash(registration.password.get_secret_value())
    user = await services.register_user(
        **registration.model_dump(exclude={"password"}),
        password_hash=password_hash,
        language=language_asked_for(accept_language),
    )
    response.headers["Location"] = "/api/v1/users/me"
    return user


@router.get(
    "/api/v1/users",
    response_model=CountedPage[UserResponse],
    dependencies=[Depends(require_admin)],
    responses=problem_responses(Unauthenticated, Forbidden, ValidationFailed, DatabaseUnavailable),
)
async def list_users(listing: Annotated[UserListing, Query()], request: Request) -> CountedPage[UserResponse]:
    """All accounts, or all that were deleted. For admins."""
    async with transaction() as session:
        users, count = await queries.list_users(session, listing)
    offset, limit = listing.offset, listing.limit
    return CountedPage(
        results=[UserResponse.model_validate(user) for user in users],
        next=next_link(request, offset=offset, limit=limit, has_more=offset + limit < count),
        previous=previous_link(request, offset=offset, limit=limit),
        count=count,
    )


@router.post(
    "/api/v1/users",
    status_code=status.HTTP_201_CREATED,
    response_model=UserResponse,
    dependencies=[Depends(require_admin)],
    responses=problem_responses(
        *UNUSABLE_BODY, Unauthenticated, Forbidden, UsernameTaken, EmailTaken, UserIdTaken, DatabaseUnavailable,
        TooManyPasswordChecks,
    ),
)  # fmt: skip
async def create_user(account: NewAccount, hasher: Hasher, response: Response) -> User:
    """Create an account for somebody, with any role. For admins."""
    password_hash = await hasher.hash(account.password.get_secret_value())
    user = await services.register_user(**account.model_dump(exclude={"password"}), password_hash=password_hash)
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    return user


@router.delete(
    "/api/v1/users/{user_id:uuid}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(require_self_or_admin)],
    responses=problem_responses(Unauthenticated, NotFound, LastAdmin, ValidationFailed, DatabaseUnavailable),
)
async def delete_user(user_id: UUID, avatars: Avatars) -> None:
    """Close the account for good: sessions end, the name is free again, personal data is gone. Owner and admins."""
    await services.delete_user(user_id=user_id, avatars=avatars)
