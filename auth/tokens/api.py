"""Signing in, checking a token against the database, and the public keys for those who check by themselves."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Response

from auth.accounts.errors import TooManyPasswordChecks
from auth.accounts.models import User
from auth.accounts.schemas import UserResponse
from auth.database import DatabaseUnavailable
from auth.dependencies import CurrentUser, Hasher, Issuer
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.request_bodies import CheckedBodyRoute
from auth.tokens import services
from auth.tokens.errors import InvalidCredentials
from auth.tokens.schemas import PasswordGrant, PublicKeySet, TokenResponse
from servicekit.problems import Unauthenticated

router = APIRouter(tags=["tokens"], route_class=CheckedBodyRoute)


@router.post(
    "/token",
    response_model=TokenResponse,
    responses=problem_responses(*UNUSABLE_BODY, InvalidCredentials, DatabaseUnavailable, TooManyPasswordChecks),
)
async def token(
    grant: Annotated[PasswordGrant, Form()], hasher: Hasher, issuer: Issuer, response: Response
) -> TokenResponse:
    """Sign in with user name or e-mail address and password (OAuth 2 password grant)."""
    access_token = await services.sign_in(
        name_or_email=grant.username, password=grant.password.get_secret_value(), hasher=hasher, issuer=issuer
    )
    response.headers["Cache-Control"] = "no-store"
    return TokenResponse(access_token=access_token, expires_in=int(issuer.lifetime.total_seconds()))


@router.post("/verify", response_model=UserResponse, responses=problem_responses(Unauthenticated, DatabaseUnavailable))
async def verify(user: CurrentUser) -> User:
    """The user behind the token, checked against the database: the session is live and the account active."""
    return user


@router.get("/.well-known/jwks.json", response_model=PublicKeySet)
async def public_keys(issuer: Issuer, response: Response) -> dict[str, Any]:
    """The keys that access tokens are to be checked with."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return {"keys": issuer.keys.public_jwks}
