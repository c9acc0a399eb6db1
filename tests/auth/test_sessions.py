"""The list of one's sessions, and ending them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import jwt
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from auth.database import transaction
from auth.main import create_app
from auth.messaging.models import OutboxEvent
from auth.sessions.models import UserSession
from auth.settings import Settings
from tests.auth.factories import PASSWORD, as_user, bearer, make_user, refresh, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
IPAD = IPHONE.replace("iPhone;", "iPad;").replace("CPU iPhone OS", "CPU OS")
GALAXY = "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


async def sign_in_from(client: httpx2.AsyncClient, **headers: str) -> httpx2.Response:
    form = {"grant_type": "password", "username": "ada", "password": PASSWORD}
    return await client.post("/token", data=form, headers={name.replace("_", "-"): headers[name] for name in headers})


async def revoked_events() -> list[dict[str, str]]:
    async with transaction() as session:
        bodies = await session.scalars(
            select(OutboxEvent.body).where(OutboxEvent.type == "session.revoked").order_by(OutboxEvent.id)
        )
        return [json.loads(body)["data"] for body in bodies]


@pytest.mark.parametrize(
    ("user_agent", "device_type", "system", "program"),
    [
        (FIREFOX, "desktop", "Linux", "Firefox 141"),
        (IPHONE, "mobile", "iOS 17", "Mobile Safari 17"),
        (IPAD, "tablet", "iOS 17", "Mobile Safari 17"),
        (GALAXY, "tablet", "Android 14", "Chrome 126"),
        (GOOGLEBOT, "bot", None, "Googlebot 2"),
        ("", "unknown", None, None),
        ("(;/{}%\x01" * 2000, "unknown", None, None),
    ],
)
async def test_names_the_device(
    client: httpx2.AsyncClient, user_agent: str, device_type: str, system: str | None, program: str | None
) -> None:
    user = await make_user(username="ada")
    tokens = await sign_in_from(client, User_Agent=user_agent)

    answer = await client.get(f"/api/v1/users/{user.id}/sessions", headers=as_user(tokens))

    [listed] = answer.json()["results"]
    assert (listed["device_type"], listed["os"], listed["client"]) == (device_type, system, program)


async def test_lists_the_newest_first_and_marks_the_one_that_asks(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")
    old, new = await sign_in(client, "ada"), await sign_in(client, "ada")

    answer = await client.get(f"/api/v1/users/{user.id}/sessions", headers=as_user(old))

    assert answer.status_code == 200
    assert answer.json().keys() == {"results", "count", "next", "previous"}
    assert [listed["current"] for listed in answer.json()["results"]] == [False, True]
    claims = jwt.decode(new.json()["access_token"], options={"verify_signature": False})
    assert answer.json()["results"][0]["id"] == claims["sid"]
    for listed in answer.json()["results"]:
        assert listed["address"] == "127.0.0.1"
        expires_at = datetime.fromisoformat(listed["expires_at"])
        assert timedelta(days=13.9) < expires_at - datetime.now(UTC) < timedelta(days=14)


async def test_believes_a_forwarded_address_only_from_a_trusted_proxy(
    app: FastAPI, client: httpx2.AsyncClient, settings: Settings
) -> None:
    user = await make_user(username="ada")
    behind_proxy = create_app(settings.model_copy(update={"trusted_proxies": "127.0.0.1, 10.0.0.0/8"}))
    forwarded = "6.6.6.6, 203.0.113.9, 10.1.2.3"

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(behind_proxy), base_url="http://auth") as proxied:
        await sign_in_from(proxied, X_Forwarded_For=forwarded)
    tokens = await sign_in_from(client, X_Forwarded_For=forwarded)

    answer = await client.get(f"/api/v1/users/{user.id}/sessions", headers=as_user(tokens))
    assert [listed["address"] for listed in answer.json()["results"]] == ["127.0.0.1", "203.0.113.9"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_of_others_are_not_to_be_found(client: httpx2.AsyncClient, method: str) -> None:
    ada, eve = await make_user(), await make_user(role="admin")
    await bearer(client, ada)
    headers = await bearer(client, eve)

    answers = [
        await client.request(method, f"/api/v1/users/{id_}/sessions", headers=headers) for id_ in (ada.id, uuid4())
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_found")] * 2


async def test_one_ends_at_once_and_the_others_are_told_until_when_its_tokens_live(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")
    lost, mine = await sign_in(client, "ada"), await sign_in(client, "ada")
    claims = jwt.decode(lost.json()["access_token"], options={"verify_signature": False})

    answer = await client.delete(f"/api/v1/users/{user.id}/sessions/{claims['sid']}", headers=as_user(mine))

    assert answer.status_code == 204
    assert (await client.post("/verify", headers=as_user(lost))).status_code == 401
    assert (await refresh(client, lost.json()["refresh_token"])).status_code == 401
    assert (await client.post("/verify", headers=as_user(mine))).status_code == 200
    [event] = await revoked_events()
    assert (event["session_id"], event["user_id"]) == (claims["sid"], str(user.id))
    until = datetime.fromisoformat(event["until"])
    assert (
        timedelta(0)
        <= until - datetime.fromtimestamp(claims["exp"], UTC) - timedelta(seconds=30)
        < timedelta(seconds=1)
    )


async def test_one_that_is_not_there_cannot_be_ended(client: httpx2.AsyncClient) -> None:
    ada, eve = await make_user(username="ada"), await make_user()
    theirs = await sign_in(client, "ada")
    sid = jwt.decode(theirs.json()["access_token"], options={"verify_signature": False})["sid"]
    headers = await bearer(client, eve)

    answers = [await client.delete(f"/api/v1/users/{eve.id}/sessions/{id_}", headers=headers) for id_ in (sid, uuid4())]

    assert {answer.status_code for answer in answers} == {404}
    assert (await client.post("/verify", headers=as_user(theirs))).status_code == 200
    assert ada.id != eve.id


async def test_all_others_end_together(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")
    others = [await sign_in(client, "ada") for _ in range(3)]
    mine = await sign_in(client, "ada")

    answer = await client.delete(f"/api/v1/users/{user.id}/sessions", headers=as_user(mine))

    assert answer.status_code == 204
    assert {(await client.post("/verify", headers=as_user(other))).status_code for other in others} == {401}
    assert (await client.post("/verify", headers=as_user(mine))).status_code == 200
    assert len(await revoked_events()) == 3


async def test_the_oldest_goes_when_there_are_too_many(client: httpx2.AsyncClient, settings: Settings) -> None:
    user = await make_user(username="ada")
    first = await sign_in(client, "ada")
    second = await sign_in(client, "ada")
    await asyncio.gather(*(sign_in(client, "ada") for _ in range(settings.max_active_sessions - 1)))

    answer = await client.get(f"/api/v1/users/{user.id}/sessions", headers=as_user(second))

    assert answer.json()["count"] == settings.max_active_sessions
    assert (await client.post("/verify", headers=as_user(first))).status_code == 401
    assert len(await revoked_events()) == 1


async def test_in_use_are_noted_at_most_once_a_minute(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    headers = await bearer(client, user)

    async def seen_after_a_request() -> datetime:
        await client.post("/verify", headers=headers)
        async with transaction() as session:
            return (await session.scalars(select(UserSession.last_seen_at))).one()

    first = await seen_after_a_request()
    second = await seen_after_a_request()
    async with transaction() as session:
        await session.execute(update(UserSession).values(last_seen_at=first - timedelta(minutes=2)))
    third = await seen_after_a_request()

    assert first == second
    assert third >= first


async def test_two_who_end_the_same_sessions_do_not_stand_in_each_others_way(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")
    tokens = [await sign_in(client, "ada") for _ in range(6)]

    answers = await asyncio.gather(
        *(client.delete(f"/api/v1/users/{user.id}/sessions", headers=as_user(each)) for each in tokens)
    )

    assert {answer.status_code for answer in answers} <= {204, 401}
    events = await revoked_events()
    assert len(events) == len({UUID(event["session_id"]) for event in events})
