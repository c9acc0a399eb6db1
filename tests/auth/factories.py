"""What tests of auth begin with: settings, keys, accounts, tokens. Defaults that work, and overrides."""

from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from auth.accounts import services
from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.settings import Settings

PASSWORD = "tangerine-8-boats"
_numbers = count(1)
_hasher = PasswordHasher(threads=1)


def make_settings(**overrides: Any) -> Settings:
    return Settings.model_validate({"ENVIRONMENT": "test", "port": 1, **overrides})


def write_key(path: Path, key: PrivateKeyTypes | None = None) -> None:
    key = key or generate_private_key(SECP256R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def registration(**overrides: Any) -> dict[str, Any]:
    """The body of a registration, different from all others."""
    number = next(_numbers)
    return {"username": f"user{number}", "email": f"user{number}@example.com", "password": PASSWORD} | overrides


async def make_user(**overrides: Any) -> User:
    fields = registration(**overrides)
    return await services.register_user(password_hash=await _hasher.hash(fields.pop("password")), **fields)


async def sign_in(client: httpx2.AsyncClient, name: str, password: str = PASSWORD) -> httpx2.Response:
    return await client.post("/token", data={"grant_type": "password", "username": name, "password": password})


async def bearer(client: httpx2.AsyncClient, user: User) -> dict[str, str]:
    """The headers of a request by this user."""
    answer = await sign_in(client, user.username)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def refresh(client: httpx2.AsyncClient, refresh_token: str, **headers: str) -> httpx2.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return await client.post("/token", data=form, headers=headers)


def as_user(tokens: httpx2.Response) -> dict[str, str]:
    """The headers of a request with the access token of this answer."""
    return {"Authorization": f"Bearer {tokens.json()['access_token']}"}
