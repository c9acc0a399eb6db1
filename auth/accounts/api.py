"""Registering, and reading one's own account."""

from fastapi import APIRouter, Response, status

from auth.accounts import services
from auth.accounts.errors import EmailTaken, TooManyPasswordChecks, UsernameTaken
from auth.accounts.models import User
from auth.accounts.schemas import Registration, UserResponse
from auth.database import DatabaseUnavailable
from auth.dependencies import CurrentUser, Hasher
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.request_bodies import CheckedBodyRoute
from servicekit.problems import Unauthenticated

router = APIRouter(tags=["accounts"], route_class=CheckedBodyRoute)


@router.post(
    "/register",
    status_code=status.HTTP_201_CREATED,
    response_model=UserResponse,
    responses=problem_responses(*UNUSABLE_BODY, UsernameTaken, EmailTaken, DatabaseUnavailable, TooManyPasswordChecks),
)
async def register(registration: Registration, hasher: Hasher, response: Response) -> User:
    """Create an account. It can sign in at once; its wallet is opened when payment hears of it."""
    password_hash = await hasher.hash(registration.password.get_secret_value())
    user = await services.register_user(**registration.model_dump(exclude={"password"}), password_hash=password_hash)
    response.headers["Location"] = "/api/v1/users/me"
    return user


@router.get(
    "/api/v1/users/me",
    response_model=UserResponse,
    responses=problem_responses(Unauthenticated, DatabaseUnavailable),
)
async def read_own_account(user: CurrentUser) -> User:
    """The account that the access token belongs to."""
    return user
