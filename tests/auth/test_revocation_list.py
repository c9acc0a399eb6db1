"""The public list of sessions whose tokens are to be refused: for when the broker does not deliver the news."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, update

from auth.database import transaction
from auth.housekeeping import purge
from auth.sessions.models import RevokedSession
from auth.sessions.revocation_list import PublishedRevocations
from servicekit.revocations import LIST_PATH, RevocationList
from tests.auth.factories import as_user, make_user, sign_in


@pytest.fixture(autouse=True)
async def _fresh_list(app: FastAPI, client: httpx2.AsyncClient) -> None:
    async with transaction() as session:
        await session.execute(delete(RevokedSession))
    forget(app)


def forget(app: FastAPI) -> None:
    """As two seconds later."""
    app.state.revocations = PublishedRevocations()


async def listed(client: httpx2.AsyncClient) -> dict[UUID, datetime]:
    response = await client.get(LIST_PATH)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    return RevocationList.model_validate_json(response.content).until_by_session


def session_of(tokens: httpx2.Response) -> tuple[UUID, datetime]:
    """Its id, and when its token expires."""
    claims = jwt.decode(tokens.json()["access_token"], options={"verify_signature": False})
    return UUID(claims["sid"]), datetime.fromtimestamp(claims["exp"], UTC)


async def test_names_ended_sessions_until_their_tokens_are_refused_anyway(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    ended, live = await sign_in(client, "ada"), await sign_in(client, "ada")

    await client.post("/logout", headers=as_user(ended))

    ((session_id, until),) = (await listed(client)).items()
    expected_id, expires_at = session_of(ended)
    assert session_id == expected_id
    assert timedelta(seconds=30) <= until - expires_at < timedelta(seconds=31)
    assert session_id != session_of(live)[0]


async def test_names_the_sessions_of_a_deleted_account(client: httpx2.AsyncClient) -> None:
    """Their own rows are gone by then."""
    user = await make_user(username="ada")
    tokens = [await sign_in(client, "ada") for _ in range(3)]

    await client.delete(f"/api/v1/users/{user.id}", headers=as_user(tokens[0]))

    assert set(await listed(client)) == {session_of(answer)[0] for answer in tokens}


async def test_says_nothing_of_whom_they_were(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")
    await client.post("/logout", headers=as_user(await sign_in(client, "ada")))

    body = (await client.get(LIST_PATH)).text

    assert "ada" not in body
    assert str(user.id) not in body


async def test_leaves_out_and_deletes_what_is_over(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    await client.post("/logout", headers=as_user(await sign_in(client, "ada")))
    async with transaction() as session:
        await session.execute(update(RevokedSession).values(until=datetime.now(UTC) - timedelta(seconds=1)))

    assert await listed(client) == {}
    assert (await purge())["revocations"] == 1


async def test_the_database_is_asked_once_however_many_ask(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    token = await sign_in(client, "ada")
    first = await listed(client)
    await client.post("/logout", headers=as_user(token))

    later = await asyncio.gather(*(listed(client) for _ in range(20)))

    assert first == {}
    assert later == [{}] * 20
