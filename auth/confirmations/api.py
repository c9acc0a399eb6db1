"""A forgotten password, another e-mail address, and proving an address: asked for here, confirmed by a mailed token."""

from fastapi import APIRouter, Response, status

from auth.accounts.errors import EmailTaken, TooManyPasswordChecks, WrongPassword
from auth.accounts.password_policy import WeakPassword, refuse_weak_password
from auth.confirmations import services
from auth.confirmations.errors import InvalidConfirmation
from auth.confirmations.schemas import EmailChangeRequest, EmailConfirmation, PasswordReset, PasswordResetRequest
from auth.database import DatabaseUnavailable
from auth.dependencies import CurrentClient, CurrentThrottles, CurrentUser, Hasher
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.request_bodies import CheckedBodyRoute
from servicekit.problems import TooManyRequests, Unauthenticated, ValidationFailed

router = APIRouter(tags=["confirmations"], route_class=CheckedBodyRoute)

_CONFIRMED = problem_responses(*UNUSABLE_BODY, InvalidConfirmation, DatabaseUnavailable)


@router.post(
    "/password-reset",
    status_code=status.HTTP_202_ACCEPTED,
    response_class=Response,
    responses=problem_responses(*UNUSABLE_BODY, TooManyRequests, DatabaseUnavailable),
)
async def request_password_reset(
    request: PasswordResetRequest, client: CurrentClient, throttles: CurrentThrottles
) -> None:
    """Have a single-use token sent to the account with this address. Says nothing of whether there is one."""
    await throttles.mail(email=request.email, client=client)
    await services.request_password_reset(email=request.email)


@router.post(
    "/password-reset/confirm",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(*UNUSABLE_BODY, InvalidConfirmation, DatabaseUnavailable, TooManyPasswordChecks),
)
async def confirm_password_reset(reset: PasswordReset, hasher: Hasher) -> None:
    """Set a new password by the token of the e-mail. Every session ends. A password that is refused costs no token."""
    user = await services.find_user_of_reset_token(token=reset.token)
    password = reset.new_password.get_secret_value()
    try:
        refuse_weak_password(password, names=(user.username, user.email))
    except WeakPassword as error:
        raise ValidationFailed([{"pointer": "/new_password", "message": str(error)}]) from error
    await services.reset_password(token=reset.token, password_hash=await hasher.hash(password))


@router.post(
    "/email-change",
    status_code=status.HTTP_202_ACCEPTED,
    response_class=Response,
    responses=problem_responses(
        *UNUSABLE_BODY, Unauthenticated, WrongPassword, TooManyRequests, DatabaseUnavailable, TooManyPasswordChecks
    ),
)
async def request_email_change(
    change: EmailChangeRequest,
    user: CurrentUser,
    client: CurrentClient,
    throttles: CurrentThrottles,
    hasher: Hasher,
) -> None:
    """Have a token sent to the new address. Until it is confirmed, the old one stays."""
    await throttles.mail(email=change.new_email, client=client)
    async with throttles.password_check(user_id=user.id, failure=WrongPassword):
        await services.request_email_change(
            user=user, new_email=change.new_email, password=change.password.get_secret_value(), hasher=hasher
        )


@router.post(
    "/email-change/confirm",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(*UNUSABLE_BODY, InvalidConfirmation, EmailTaken, DatabaseUnavailable),
)
async def confirm_email_change(confirmation: EmailConfirmation) -> None:
    """Make the new address the account's, by the token that was sent there."""
    await services.change_email(token=confirmation.token)


@router.post(
    "/email-confirmation",
    status_code=status.HTTP_202_ACCEPTED,
    response_class=Response,
    responses=problem_responses(Unauthenticated, TooManyRequests, DatabaseUnavailable),
)
async def request_email_confirmation(user: CurrentUser, client: CurrentClient, throttles: CurrentThrottles) -> None:
    """Have another token sent to the account's address. Nothing is sent when it is confirmed already."""
    await throttles.mail(email=user.email, client=client)
    await services.request_email_confirmation(user=user)


@router.post("/email-confirmation/confirm", status_code=status.HTTP_204_NO_CONTENT, responses=_CONFIRMED)
async def confirm_email(confirmation: EmailConfirmation) -> None:
    """Prove the account's address by the token that was sent there."""
    await services.confirm_email(token=confirmation.token)
