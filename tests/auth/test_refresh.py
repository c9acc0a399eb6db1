"""Staying signed in: refresh tokens, rotated with every use."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import jwt
import pytest
from sqlalchemy import func, select, update

from auth.accounts.models import User
from auth.database import transaction
from auth.messaging.models import OutboxEvent
from auth.sessions.models import RefreshToken, UserSession
from tests.auth.factories import as_user, make_user, refresh, sign_in


@pytest.fixture
async def signed_in(client: httpx2.AsyncClient) -> httpx2.Response:
    await make_user(username="ada")
    return await sign_in(client, "ada")


async def pass_time(**period: float) -> None:
    """As if all that has happened had happened so much earlier."""
    earlier = timedelta(**period)
    async with transaction() as session:
        await session.execute(update(RefreshToken).values(rotated_at=RefreshToken.rotated_at - earlier))
        await session.execute(
            update(UserSession).values(
                created_at=UserSession.created_at - earlier, expires_at=UserSession.expires_at - earlier
            )
        )


async def test_gives_an_access_token_of_the_same_session_and_a_new_refresh_token(
    client: httpx2.AsyncClient, signed_in: httpx2.Response
) -> None:
    answer = await refresh(client, signed_in.json()["refresh_token"])

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.json()["refresh_token"] != signed_in.json()["refresh_token"]
    old, new = (
        jwt.decode(tokens.json()["access_token"], options={"verify_signature": False}) for tokens in (signed_in, answer)
    )
    assert (new["sid"], new["sub"]) == (old["sid"], old["sub"])
    assert new["jti"] != old["jti"]
    assert (await client.post("/verify", headers=as_user(answer))).status_code == 200


async def test_goes_on_and_on(client: httpx2.AsyncClient, signed_in: httpx2.Response) -> None:
    tokens = signed_in
    seen = {tokens.json()["refresh_token"]}
    for _ in range(5):
        tokens = await refresh(client, tokens.json()["refresh_token"])
        seen.add(tokens.json()["refresh_token"])

    assert len(seen) == 6


async def test_shows_the_role_as_it_is_now(client: httpx2.AsyncClient, signed_in: httpx2.Response) -> None:
    async with transaction() as session:
        await session.execute(update(User).values(role="staff"))

    answer = await refresh(client, signed_in.json()["refresh_token"])

    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert claims["role"] == "staff"


async def test_gives_the_same_client_the_same_successor_again_for_a_while(
    client: httpx2.AsyncClient, signed_in: httpx2.Response
) -> None:
    first = await refresh(client, signed_in.json()["refresh_token"])
    await pass_time(seconds=5)
    second = await refresh(client, signed_in.json()["refresh_token"])

    assert second.status_code == 200
    assert second.json()["refresh_token"] == first.json()["refresh_token"]
    assert (await refresh(client, second.json()["refresh_token"])).status_code == 200


async def test_gives_all_of_many_tabs_at_once_the_same_successor(
    client: httpx2.AsyncClient, signed_in: httpx2.Response
) -> None:
    answers = await asyncio.gather(*(refresh(client, signed_in.json()["refresh_token"]) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    async with transaction() as session:
        live = select(func.count()).select_from(RefreshToken).where(RefreshToken.rotated_at.is_(None))
        assert await session.scalar(live) == 1


async def test_ends_the_session_when_a_used_token_comes_again(
    client: httpx2.AsyncClient, signed_in: httpx2.Response
) -> None:
    first = await refresh(client, signed_in.json()["refresh_token"])
    await pass_time(seconds=11)

    reused = await refresh(client, signed_in.json()["refresh_token"])

    assert (reused.status_code, reused.json()["code"]) == (401, "invalid_refresh_token")
    assert (await refresh(client, first.json()["refresh_token"])).status_code == 401
    assert (await client.post("/verify", headers=as_user(first))).status_code == 401
    async with transaction() as session:
        events = (await session.scalars(select(OutboxEvent.type))).all()
    assert events.count("session.revoked") == 1


async def test_ends_the_session_when_another_client_brings_a_used_token(
    client: httpx2.AsyncClient, signed_in: httpx2.Response
) -> None:
    first = await refresh(client, signed_in.json()["refresh_token"])

    reused = await refresh(client, signed_in.json()["refresh_token"], **{"User-Agent": "a thief's"})

    assert reused.status_code == 401
    assert (await refresh(client, first.json()["refresh_token"])).status_code == 401


@pytest.mark.parametrize("end", ["idle", "old", "ended", "closed", "unknown"])
async def test_refuses_alike_whatever_is_wrong(
    client: httpx2.AsyncClient, signed_in: httpx2.Response, end: str
) -> None:
    token = signed_in.json()["refresh_token"]
    if end == "idle":
        await pass_time(days=14.1)
    elif end == "old":
        for _ in range(3):
            await pass_time(days=9.9)
            token = (await refresh(client, token)).json()["refresh_token"]
        await pass_time(days=0.4)
    elif end == "ended":
        await client.post("/logout", headers=as_user(signed_in))
    elif end == "closed":
        async with transaction() as session:
            await session.execute(update(User).values(is_active=False))
    else:
        token = "x" * 43

    answer = await refresh(client, token)

    assert answer.status_code == 401
    assert answer.json() | {"request_id": ""} == {
        "type": "urn:storefront:problem:invalid_refresh_token",
        "title": "This refresh token is not valid",
        "status": 401,
        "code": "invalid_refresh_token",
        "request_id": "",
    }


async def test_gives_no_access_token_that_outlives_the_session(
    client: httpx2.AsyncClient, signed_in: httpx2.Response
) -> None:
    token = signed_in.json()["refresh_token"]
    for _ in range(3):
        await pass_time(days=9.9)
        token = (await refresh(client, token)).json()["refresh_token"]
    await pass_time(days=0.299)

    answer = await refresh(client, token)

    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    async with transaction() as session:
        opened = (await session.scalars(select(UserSession))).one()
    assert 0 < answer.json()["expires_in"] < 120
    assert datetime.fromtimestamp(claims["exp"], UTC) <= opened.expires_at


async def test_stores_no_token_that_could_be_used(client: httpx2.AsyncClient, signed_in: httpx2.Response) -> None:
    second = await refresh(client, signed_in.json()["refresh_token"])

    async with transaction() as session:
        rows = [repr(vars(row)) for row in await session.scalars(select(RefreshToken))]
        rows += [repr(vars(row)) for row in await session.scalars(select(UserSession))]
    for tokens in (signed_in, second):
        assert not any(tokens.json()["refresh_token"] in row for row in rows)


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"grant_type": "refresh_token"}, "/refresh_token"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 129}, "/refresh_token"),
        ({"grant_type": "refresh_token", "refresh_token": "x\x00"}, "/refresh_token"),
        ({"grant_type": "password", "username": "ada"}, "/password"),
        ({"grant_type": "password", "password": "x"}, "/username"),
    ],
)
async def test_refuses_a_form_without_what_its_grant_needs(
    client: httpx2.AsyncClient, form: dict[str, str], pointer: str
) -> None:
    answer = await client.post("/token", data=form)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
