"""Checking an access token against the database."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import update

from auth.accounts.models import User
from auth.database import transaction
from auth.sessions.models import UserSession
from auth.tokens.signing_keys import SigningKey, SigningKeys
from tests.auth.factories import bearer, make_user


@pytest.fixture
def key(keys_dir: Path) -> SigningKey:
    return SigningKeys.load(keys_dir).current


def claims_of(headers: dict[str, str]) -> dict[str, Any]:
    token = headers["Authorization"].removeprefix("Bearer ")
    return jwt.decode(token, options={"verify_signature": False})


async def test_returns_the_user_behind_the_token(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="Ada")
    headers = await bearer(client, user)

    verified = await client.post("/verify", headers=headers)
    read = await client.get("/api/v1/users/me", headers=headers)

    assert (verified.status_code, read.status_code) == (200, 200)
    assert verified.json() == read.json()
    assert verified.json()["id"] == str(user.id)
    assert verified.json()["username"] == "Ada"


async def test_shows_the_account_as_it_is_now(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    headers = await bearer(client, user)
    async with transaction() as session:
        await session.execute(update(User).where(User.id == user.id).values(role="staff"))

    answer = await client.post("/verify", headers=headers)

    assert answer.json()["role"] == "staff"


@pytest.mark.parametrize(
    "end",
    [
        update(UserSession).values(ended_at=datetime.now(UTC)),
        update(UserSession).values(expires_at=datetime.now(UTC)),
        update(User).values(is_active=False),
    ],
    ids=["session ended", "session expired", "account closed"],
)
async def test_refuses_a_good_token_whose_session_or_account_is_over(client: httpx2.AsyncClient, end: Any) -> None:
    user = await make_user()
    headers = await bearer(client, user)
    async with transaction() as session:
        await session.execute(end)

    answer = await client.post("/verify", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _segment(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value).encode())


def _sign(claims: dict[str, Any], key: SigningKey, **header: Any) -> str:
    return jwt.encode(claims, key.private_key, "ES256", headers={"typ": "at+jwt", "kid": key.id} | header)


def _unsigned(claims: dict[str, Any], key: SigningKey) -> str:
    return f"{_segment({'alg': 'none', 'typ': 'at+jwt', 'kid': key.id})}.{_segment(claims)}."


def _signed_with_the_public_key(claims: dict[str, Any], key: SigningKey) -> str:
    """By hand: PyJWT itself refuses to."""
    signed = f"{_segment({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.id})}.{_segment(claims)}"
    secret = key.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _signed_with_a_key_it_brings(claims: dict[str, Any], key: SigningKey) -> str:
    own = generate_private_key(SECP256R1())
    jwk = jwt.algorithms.ECAlgorithm.to_jwk(own.public_key(), as_dict=True)
    return jwt.encode(claims, own, "ES256", headers={"typ": "at+jwt", "kid": key.id, "jwk": jwk})


FORGERIES: dict[str, Callable[[dict[str, Any], SigningKey], str]] = {
    "not a token": lambda _claims, _key: "x.y.z",
    "empty": lambda _claims, _key: "",
    "not ascii": lambda _claims, _key: "ä.ö.ü",
    "unsigned": _unsigned,
    "public key as secret": _signed_with_the_public_key,
    "its own key": _signed_with_a_key_it_brings,
    "unknown key": lambda claims, key: _sign(claims, key, kid="other"),
    "no key id": lambda claims, key: jwt.encode(claims, key.private_key, "ES256", headers={"typ": "at+jwt"}),
    "another type": lambda claims, key: _sign(claims, key, typ="JWT"),
    "expired": lambda claims, key: _sign(claims | {"exp": int(time.time()) - 60}, key),
    "another audience": lambda claims, key: _sign(claims | {"aud": "elsewhere"}, key),
    "many audiences": lambda claims, key: _sign(claims | {"aud": [claims["aud"], "elsewhere"]}, key),
    "another issuer": lambda claims, key: _sign(claims | {"iss": "elsewhere"}, key),
    "role unknown": lambda claims, key: _sign(claims | {"role": "owner"}, key),
    "subject no uuid": lambda claims, key: _sign(claims | {"sub": "1"}, key),
    "another user": lambda claims, key: _sign(claims | {"sub": str(uuid4())}, key),
    "another session": lambda claims, key: _sign(claims | {"sid": str(uuid4())}, key),
    "no expiry": lambda claims, key: _sign({k: v for k, v in claims.items() if k != "exp"}, key),
    "no session": lambda claims, key: _sign({k: v for k, v in claims.items() if k != "sid"}, key),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
async def test_refuses_a_forged_token_like_a_missing_one(
    client: httpx2.AsyncClient, key: SigningKey, forge: Callable[[dict[str, Any], SigningKey], str]
) -> None:
    user = await make_user()
    token = forge(claims_of(await bearer(client, user)), key)

    forged = await client.post("/verify", headers={b"Authorization": f"Bearer {token}".encode()})
    missing = await client.post("/verify")

    assert forged.status_code == missing.status_code == 401
    assert forged.headers["WWW-Authenticate"] == missing.headers["WWW-Authenticate"] == "Bearer"
    assert forged.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
