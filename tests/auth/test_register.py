"""Creating an account."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from auth.accounts.models import User
from auth.database import transaction
from auth.messaging.models import OutboxEvent
from servicekit.contracts import CloudEvent, UserRegistered
from tests.auth.factories import PASSWORD, make_user, registration, sign_in


async def count_rows(table: type[User | OutboxEvent]) -> int:
    async with transaction() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_creates_an_account_that_can_sign_in(client: httpx2.AsyncClient) -> None:
    answer = await client.post(
        "/register", json=registration(username="Ada", email="Ada@EXAMPLE.com", first_name="Ada", last_name="Lovelace")
    )

    account = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/v1/users/me"
    assert account == {
        "id": account["id"],
        "username": "Ada",
        "email": "Ada@example.com",
        "email_verified": False,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "display_name": None,
        "bio": None,
        "location": None,
        "website": None,
        "phone_number": None,
        "address": None,
        "is_searchable": True,
        "role": "customer",
        "is_active": True,
        "deleted": False,
        "created_at": account["created_at"],
    }
    assert (await sign_in(client, "ada")).status_code == 200


async def test_tells_the_others_in_the_trace_of_the_request(client: httpx2.AsyncClient) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"

    answer = await client.post(
        "/register",
        json=registration(username="ada", email="ada@example.com"),
        headers={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"},
    )

    async with transaction() as session:
        row = (await session.scalars(select(OutboxEvent))).one()
    event = CloudEvent[UserRegistered].model_validate_json(row.body)
    assert row.type == event.type == "user.registered"
    assert row.event_id == event.id
    assert str(event.data.user_id) == answer.json()["id"]
    assert (event.data.username, event.data.email, event.sequence) == ("ada", "ada@example.com", "1")
    assert event.traceparent is not None
    assert event.traceparent.split("-")[1] == trace_id


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        ({"username": "ADA"}, "username_taken"),
        ({"email": "ADA@example.com"}, "email_taken"),
        ({"username": "Ada", "email": "Ada@example.com"}, "username_taken"),
    ],
)
async def test_refuses_a_name_or_address_that_is_taken_in_any_case(
    client: httpx2.AsyncClient, taken: dict[str, str], code: str
) -> None:
    await make_user(username="ada", email="ada@example.com")

    answer = await client.post("/register", json=registration(**taken))

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert (await count_rows(User), await count_rows(OutboxEvent)) == (1, 1)


async def test_lets_one_of_many_simultaneous_registrations_win(client: httpx2.AsyncClient) -> None:
    bodies = [registration(username="ada") for _ in range(12)]

    answers = await asyncio.gather(*(client.post("/register", json=body) for body in bodies))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 11
    assert (await count_rows(User), await count_rows(OutboxEvent)) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"username": "ab"}, "/username"),
        ({"username": "x" * 33}, "/username"),
        ({"username": "with space"}, "/username"),
        ({"username": "ada@example"}, "/username"),
        ({"username": "ada\n"}, "/username"),
        ({"username": "ädä"}, "/username"),
        ({"username": 12345}, "/username"),
        ({"username": None}, "/username"),
        ({"email": "nobody"}, "/email"),
        ({"email": "a@b"}, "/email"),
        ({"email": "Ada <ada@example.com>"}, "/email"),
        ({"email": "x" * 250 + "@example.com"}, "/email"),
        ({"email": "ada\x00@example.com"}, "/email"),
        ({"first_name": "A\x00da"}, "/first_name"),
        ({"first_name": ""}, "/first_name"),
        ({"last_name": "x" * 101}, "/last_name"),
        ({"last_name": "\ud800"}, "/last_name"),
        ({"password": "short"}, "/password"),
        ({"password": "x1-" * 43}, "/password"),
        ({"password": "Password123"}, "/password"),
        ({"password": "aaaaaaaaaaaa"}, "/password"),
        ({"password": "NUL\x00NUL\x00NUL"}, "/password"),
        ({"username": "ada.lovelace", "password": "Ada.Lovelace"}, "/password"),
        ({"email": "ada@example.com", "password": "ada@example.com"}, "/password"),
        ({"role": "admin"}, "/role"),
        ({"is_active": True}, "/is_active"),
        ({"id": "01a1fabc-6b20-75ab-8eea-be6cfe26a129"}, "/id"),
    ],
)
async def test_refuses_a_wrong_value_and_says_where(
    client: httpx2.AsyncClient, wrong: dict[str, Any], pointer: str
) -> None:
    body = json.dumps(registration(**wrong))

    answer = await client.post("/register", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await count_rows(User) == 0


async def test_names_every_missing_field(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/register", json={})

    assert {error["pointer"] for error in answer.json()["errors"]} == {"/username", "/email", "/password"}


async def test_never_shows_a_password(client: httpx2.AsyncClient) -> None:
    accepted = await client.post("/register", json=registration())
    refused = await client.post("/register", json=registration(username="?"))

    assert PASSWORD not in accepted.text + refused.text
    assert "argon2" not in accepted.text
