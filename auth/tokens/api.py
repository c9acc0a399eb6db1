"""Signing in, checking a token against the database, and the public keys for those who check by themselves."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Response

from auth.accounts.errors import TooManyPasswordChecks
from auth.accounts.models import User
from auth.accounts.queries import find_user
from auth.accounts.schemas import UserResponse
from auth.database import DatabaseUnavailable, transaction
from auth.dependencies import CurrentClient, CurrentThrottles, CurrentUser, Hasher, Issuer, Policy
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.request_bodies import CheckedBodyRoute
from auth.tokens import services
from auth.tokens.errors import InvalidCredentials, InvalidRefreshToken
from auth.tokens.schemas import KnownUser, PublicKeySet, TokenRequest, TokenResponse, UserQuestion
from auth.tokens.services import IssuedTokens
from servicekit.problems import NotFound, TooManyRequests, Unauthenticated

router = APIRouter(tags=["tokens"], route_class=CheckedBodyRoute)


@router.post(
    "/token",
    response_model=TokenResponse,
    responses=problem_responses(
        *UNUSABLE_BODY,
        InvalidCredentials,
        InvalidRefreshToken,
        TooManyRequests,
        DatabaseUnavailable,
        TooManyPasswordChecks,
    ),
)
async def token(
    form: Annotated[TokenRequest, Form()],
    *,
    client: CurrentClient,
    hasher: Hasher,
    issuer: Issuer,
    policy: Policy,
    throttles: CurrentThrottles,
    response: Response,
) -> IssuedTokens:
    """Sign in with user name or e-mail address and password, or stay signed in with a refresh token (OAuth 2)."""
    response.headers["Cache-Control"] = "no-store"
    if form.grant_type == "refresh_token":
        presented = form.refresh_token.get_secret_value()
        return await services.refresh(refresh_token=presented, client=client, issuer=issuer, policy=policy)
    async with throttles.sign_in(name=form.username, client=client) as attempt:
        return await services.sign_in(
            name_or_email=form.username,
            password=form.password.get_secret_value(),
            client=client,
            hasher=hasher,
            issuer=issuer,
            policy=policy,
            attempt=attempt,
        )


@router.post("/verify", response_model=UserResponse, responses=problem_responses(Unauthenticated, DatabaseUnavailable))
async def verify(user: CurrentUser) -> User:
    """The user behind the token, checked against the database: the session is live and the account active."""
    return user


@router.post(
    "/check-user",
    response_model=KnownUser,
    responses=problem_responses(*UNUSABLE_BODY, Unauthenticated, NotFound, DatabaseUnavailable),
)
async def check_user(question: UserQuestion, _user: CurrentUser) -> User:
    """Whether there is an active user of this name, whatever its case, and under which id."""
    async with transaction() as session:
        found = await find_user(session, name_or_email=question.username)
    if found is None or not found.is_active:
        raise NotFound
    return found


@router.get("/.well-known/jwks.json", response_model=PublicKeySet)
async def public_keys(issuer: Issuer, response: Response) -> dict[str, Any]:
    """The keys that access tokens are to be checked with."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return {"keys": issuer.keys.public_jwks}
