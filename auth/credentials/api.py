"""Changing one's password."""

from fastapi import APIRouter, status

from auth.accounts.errors import TooManyPasswordChecks, WrongPassword
from auth.credentials import services
from auth.credentials.schemas import PasswordChange
from auth.database import DatabaseUnavailable
from auth.dependencies import CurrentThrottles, CurrentUser, Hasher, TokenPrincipal
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.request_bodies import CheckedBodyRoute
from servicekit.problems import TooManyRequests, Unauthenticated

router = APIRouter(tags=["accounts"], route_class=CheckedBodyRoute)


@router.post(
    "/change-password",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(
        *UNUSABLE_BODY, Unauthenticated, WrongPassword, TooManyRequests, DatabaseUnavailable, TooManyPasswordChecks
    ),
)
async def change_password(
    change: PasswordChange, user: CurrentUser, principal: TokenPrincipal, hasher: Hasher, throttles: CurrentThrottles
) -> None:
    """Set a new password. The other sessions end; this one goes on."""
    async with throttles.password_check(user_id=user.id, failure=WrongPassword):
        await services.change_password(
            user=user,
            session_id=principal.session_id,
            old_password=change.old_password.get_secret_value(),
            new_password=change.new_password.get_secret_value(),
            hasher=hasher,
        )
