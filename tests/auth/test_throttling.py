"""How often passwords may be guessed, accounts made and mails asked for. Counted in PostgreSQL, and in Redis."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import func, select, update

from auth.database import transaction
from auth.main import create_app
from auth.sessions.cache import session_cache
from auth.sessions.clients import Client
from auth.settings import Settings
from auth.throttling.models import ThrottleCounter
from auth.tokens.errors import InvalidCredentials
from auth.tokens.services import find_credentials
from servicekit.problems import TooManyRequests
from tests.auth.factories import PASSWORD, as_user, bearer, make_user, registration, sign_in
from tests.auth.redis_server import free_port, redis_server

PROXY = {"trusted_proxies": "127.0.0.1"}


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@asynccontextmanager
async def app_of(settings: Settings, **overrides: object) -> AsyncIterator[FastAPI]:
    """A further app on the same database, as another web process would be."""
    app = create_app(Settings.model_validate(settings.model_dump(by_alias=False) | overrides))
    yield app
    if app.state.redis is not None:
        await app.state.redis.aclose()


@asynccontextmanager
async def client_of(settings: Settings, **overrides: object) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        app_of(settings, **overrides) as app,
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://auth") as client,
    ):
        yield client


@pytest.fixture(params=["postgresql", "redis"])
async def stores(request: pytest.FixtureRequest, client: httpx2.AsyncClient) -> dict[str, object]:
    """The settings by which counts go to the one store or the other; both begin empty."""
    if request.param == "postgresql":
        return {}
    url = request.getfixturevalue("redis_url")
    async with Redis.from_url(url) as redis:
        await redis.flushall()
    return {"REDIS_URL": url}


async def guess(app: FastAPI) -> str:
    try:
        async with app.state.throttles.sign_in(name="ada", client=Client("", "192.0.2.1")) as attempt:
            await find_credentials("ada", attempt=attempt)
            raise InvalidCredentials  # noqa: TRY301
    except (InvalidCredentials, TooManyRequests) as outcome:
        return outcome.code


async def test_exactly_so_many_of_200_tries_at_once_are_let_through_by_two_processes(
    settings: Settings, stores: dict[str, object]
) -> None:
    async with app_of(settings, **stores) as one, app_of(settings, **stores) as two:
        outcomes = await asyncio.gather(*(guess(process) for _ in range(100) for process in (one, two)))

    assert Counter(outcomes) == {"invalid_credentials": 20, "too_many_requests": 180}


async def test_never_more_passwords_are_checked_than_allowed(settings: Settings, stores: dict[str, object]) -> None:
    await make_user(username="ada")

    async with client_of(settings, throttle_sign_in_per_account="5 per hour", **stores) as client:
        answers = await asyncio.gather(*(sign_in(client, "ada", f"guess-{number}") for number in range(40)))

    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: 35}


async def test_says_when_to_come_back_and_no_more(settings: Settings, stores: dict[str, object]) -> None:
    await make_user(username="ada")

    async with client_of(settings, throttle_sign_in_per_account="1 per 15 minutes", **stores) as client:
        refused = []
        for name in ("ada", "nobody"):
            await sign_in(client, name, "wrong-password")
            refused.append(await sign_in(client, name, PASSWORD))

    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
        assert 880 < int(answer.headers["Retry-After"]) <= 900
    known, unknown = (answer.json() | {"request_id": ""} for answer in refused)
    assert known == unknown


async def test_right_passwords_are_not_counted(settings: Settings, stores: dict[str, object]) -> None:
    await make_user(username="ada")

    async with client_of(settings, throttle_sign_in_per_account="2 per hour", **stores) as client:
        answers = [await sign_in(client, "ada") for _ in range(5)]
        answers += [await sign_in(client, "ada", "wrong-password") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [401, 401, 429]


async def test_one_accounts_guesses_are_no_other_accounts_concern(
    settings: Settings, stores: dict[str, object]
) -> None:
    await make_user(username="ada")
    await make_user(username="eve")

    async with client_of(settings, throttle_sign_in_per_account="1 per hour", **stores) as client:
        guesses = [await sign_in(client, name, "wrong-password") for name in ("ada", "ADA")]
        other = await sign_in(client, "eve")

    assert [answer.status_code for answer in guesses] == [401, 429]
    assert other.status_code == 200


async def test_many_names_from_one_address_are_counted_together(settings: Settings, stores: dict[str, object]) -> None:
    limits = {"throttle_sign_in_per_address": "3 per hour", **PROXY, **stores}

    async def guess(client: httpx2.AsyncClient, number: int, address: str) -> int:
        form = {"grant_type": "password", "username": f"name{number}", "password": "wrong-password"}
        return (await client.post("/token", data=form, headers={"X-Forwarded-For": address})).status_code

    async with client_of(settings, **limits) as client:
        one_network = [await guess(client, number, f"2001:db8::{number}") for number in range(4)]
        another = await guess(client, 5, "2001:db8:0:1::1")

    assert one_network == [401, 401, 401, 429]
    assert another == 401


async def test_a_refusal_by_one_limit_does_not_use_up_the_other(settings: Settings, stores: dict[str, object]) -> None:
    await make_user(username="ada")
    limits = {"throttle_sign_in_per_account": "1 per hour", "throttle_sign_in_per_address": "2 per hour", **stores}

    async with client_of(settings, **limits) as client:
        guesses = [await sign_in(client, "ada", "wrong-password") for _ in range(5)]
        other = await sign_in(client, "nobody", "wrong-password")

    assert [answer.status_code for answer in guesses] == [401, 429, 429, 429, 429]
    assert other.status_code == 401


async def test_registrations_of_one_address_are_counted(settings: Settings, stores: dict[str, object]) -> None:
    async with client_of(settings, throttle_registration_per_address="2 per hour", **stores) as client:
        answers = await asyncio.gather(*(client.post("/register", json=registration()) for _ in range(5)))

    assert Counter(answer.status_code for answer in answers) == {201: 2, 429: 3}


async def test_mail_to_one_address_is_counted_whether_it_is_known_or_not(
    settings: Settings, stores: dict[str, object]
) -> None:
    user = await make_user()

    async with client_of(settings, throttle_mail_per_account="2 per hour", **stores) as client:
        for email in (user.email, "nobody@example.com"):
            codes = [(await client.post("/password-reset", json={"email": email})).status_code for _ in range(3)]
            assert codes == [202, 202, 429]


async def test_a_new_window_begins_when_the_old_one_is_over(client: httpx2.AsyncClient) -> None:
    for _ in range(20):
        await sign_in(client, "nobody")
    before = await sign_in(client, "nobody")
    async with transaction() as session:
        await session.execute(update(ThrottleCounter).values(resets_at=func.now()))

    after = await sign_in(client, "nobody")

    assert (before.status_code, after.status_code) == (429, 401)


async def test_no_names_and_addresses_are_stored(client: httpx2.AsyncClient) -> None:
    await sign_in(client, "somebody@example.com")

    async with transaction() as session:
        keys = (await session.scalars(select(ThrottleCounter.key))).all()
    assert len(keys) == 2
    assert all(len(key) == 32 for key in keys)


async def test_postgresql_counts_while_redis_is_away(settings: Settings, client: httpx2.AsyncClient) -> None:
    away = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}

    async with client_of(settings, throttle_sign_in_per_account="2 per hour", **away) as lonely:
        answers = [await sign_in(lonely, "nobody") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]


async def test_live_sessions_are_remembered_in_redis_and_forgotten_when_they_end(
    app: FastAPI, client: httpx2.AsyncClient, redis_url: str
) -> None:
    user = await make_user(username="ada")
    tokens = await sign_in(client, "ada")

    async with Redis.from_url(redis_url) as redis, session_cache(redis):
        await redis.flushall()
        live = [(await client.post("/verify", headers=as_user(tokens))).status_code for _ in range(2)]
        remembered = await redis.keys("auth-session:*")
        racing = [asyncio.create_task(client.post("/verify", headers=as_user(tokens))) for _ in range(20)]
        await client.delete(f"/api/v1/users/{user.id}/sessions", headers=await bearer(client, user))
        await asyncio.gather(*racing)
        ended = (await client.post("/verify", headers=as_user(tokens))).status_code

    assert live == [200, 200]
    assert len(remembered) == 1
    assert ended == 401


async def test_a_cache_that_is_away_changes_no_answer(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")
    headers = await bearer(client, user)

    async with Redis.from_url(f"redis://127.0.0.1:{free_port()}/0") as redis, session_cache(redis):
        before = await client.post("/verify", headers=headers)
        ended = await client.post("/logout", headers=headers)
        after = await client.post("/verify", headers=headers)

    assert [answer.status_code for answer in (before, ended, after)] == [200, 204, 401]
