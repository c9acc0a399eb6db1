"""From a password to an access token."""

import asyncio
import statistics
import time
from datetime import UTC, datetime
from uuid import UUID

import httpx2
import jwt
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select, update

from auth.accounts.models import User
from auth.database import transaction
from auth.sessions.models import UserSession
from auth.settings import Settings
from tests.auth.factories import PASSWORD, bearer, make_user, sign_in


@pytest.mark.parametrize("name", ["ada", "ADA", "ada@example.com", "Ada@Example.COM"])
async def test_accepts_user_name_or_address_in_any_case(client: httpx2.AsyncClient, name: str) -> None:
    await make_user(username="Ada", email="ada@example.com")

    answer = await sign_in(client, name)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("bearer", 900)
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "refresh_token"}


async def test_opens_a_session_and_names_it_in_the_token(client: httpx2.AsyncClient, settings: Settings) -> None:
    user = await make_user(username="Ada", role="staff")

    token = (await sign_in(client, "ada")).json()["access_token"]

    async with transaction() as session:
        opened = (await session.scalars(select(UserSession))).one()
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims == {
        "iss": settings.token_issuer,
        "aud": settings.token_audience,
        "sub": str(user.id),
        "sid": str(opened.id),
        "role": "staff",
        "username": "Ada",
        "email_verified": False,
        "iat": claims["iat"],
        "exp": claims["iat"] + 900,
        "jti": str(UUID(claims["jti"])),
    }
    assert opened.user_id == user.id
    assert abs(opened.tokens_expire_at - datetime.fromtimestamp(claims["exp"], UTC)).total_seconds() < 2


async def test_signs_with_es256_and_names_type_and_key(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")

    token = (await sign_in(client, "ada")).json()["access_token"]

    [published] = (await client.get("/.well-known/jwks.json")).json()["keys"]
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "typ": "at+jwt", "kid": published["kid"]}


async def test_answers_alike_whatever_is_wrong(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada", email="ada@example.com")
    closed = await make_user(username="closed")
    async with transaction() as session:
        await session.execute(update(User).where(User.id == closed.id).values(is_active=False))

    answers = [
        await sign_in(client, "ada", "wrong-password"),
        await sign_in(client, "ada@example.com", "wrong-password"),
        await sign_in(client, "nobody"),
        await sign_in(client, "nobody@example.com"),
        await sign_in(client, "%"),
        await sign_in(client, "closed"),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    bodies = [answer.json() for answer in answers]
    assert all(body.pop("request_id") for body in bodies)
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["code"] == "invalid_credentials"


async def test_takes_as_long_for_an_unknown_user_as_for_a_wrong_password(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")

    seconds: dict[str, list[float]] = {"ada": [], "nobody": []}
    for _ in range(9):
        for name, durations in seconds.items():  # in turns: the machine may have other things to do
            started = time.perf_counter()
            await sign_in(client, name, "wrong-password")
            durations.append(time.perf_counter() - started)

    ratio = statistics.median(seconds["nobody"]) / statistics.median(seconds["ada"])

    # Without a hash for nobody it would be a tenth.
    assert 0.5 < ratio < 2


async def test_replaces_a_hash_that_is_weaker_than_todays(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")
    weak = PasswordHash((Argon2Hasher(memory_cost=1024, time_cost=1, parallelism=1),)).hash(PASSWORD)
    async with transaction() as session:
        await session.execute(update(User).where(User.id == user.id).values(password_hash=weak))

    first, second = await sign_in(client, "ada"), await sign_in(client, "ada")

    async with transaction() as session:
        stored = await session.scalar(select(User.password_hash))
    assert (first.status_code, second.status_code) == (200, 200)
    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_takes_a_password_in_whatever_way_its_characters_are_composed(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada", password="caf\u00e9 au lait")

    answer = await sign_in(client, "ada", "cafe\u0301 au lait")

    assert answer.status_code == 200


async def test_ignores_parameters_that_it_does_not_know(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    form = {"grant_type": "password", "username": "ada", "password": PASSWORD, "scope": "", "client_id": "shop"}

    answer = await client.post("/token", data=form)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"grant_type": "client_credentials"}, "/grant_type"),
        ({"username": "ada\x00"}, "/username"),
        ({"username": "x" * 255}, "/username"),
        ({"password": "x\x00"}, "/password"),
        ({"password": "x" * 129}, "/password"),
    ],
)
async def test_refuses_a_form_that_cannot_be_right(
    client: httpx2.AsyncClient, wrong: dict[str, str], pointer: str
) -> None:
    form = {"grant_type": "password", "username": "ada", "password": PASSWORD} | wrong

    answer = await client.post("/token", data=form)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_leaves_the_event_loop_free_while_hashing(client: httpx2.AsyncClient) -> None:
    flood = [asyncio.create_task(sign_in(client, "nobody")) for _ in range(20)]
    longest = 0.0

    while not all(task.done() for task in flood):
        started = time.perf_counter()
        await asyncio.sleep(0)
        await client.get("/healthcheck")
        longest = max(longest, time.perf_counter() - started)

    assert {task.result().status_code for task in flood} == {401}
    assert longest < 0.3


async def test_serves_many_sign_ins_of_one_user_at_once(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")

    headers = await asyncio.gather(*(bearer(client, user) for _ in range(10)))

    answers = await asyncio.gather(*(client.post("/verify", headers=header) for header in headers))
    assert [answer.status_code for answer in answers] == [200] * 10
