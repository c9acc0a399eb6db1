"""Accounts that admins create for others."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.auth.factories import bearer, make_user, registration, sign_in


async def test_creates_an_account_under_the_given_id(client: httpx2.AsyncClient) -> None:
    user_id = str(uuid4())
    headers = await bearer(client, await make_user(role="admin"))

    answer = await client.post("/api/v1/users", json=registration(user_id=user_id, username="keeper"), headers=headers)

    assert answer.status_code == 201
    assert (answer.json()["id"], answer.headers["Location"]) == (user_id, f"/api/v1/users/{user_id}")
    assert answer.json()["role"] == "customer"
    assert (await sign_in(client, "keeper")).status_code == 200


async def test_an_account_may_be_staff_or_blocked_from_the_start(client: httpx2.AsyncClient) -> None:
    headers = await bearer(client, await make_user(role="admin"))

    staff = await client.post("/api/v1/users", json=registration(role="staff"), headers=headers)
    blocked = await client.post("/api/v1/users", json=registration(is_active=False), headers=headers)

    assert staff.json()["role"] == "staff"
    assert blocked.json()["is_active"] is False
    assert (await sign_in(client, blocked.json()["username"])).status_code == 401


async def test_refuses_what_is_taken(client: httpx2.AsyncClient) -> None:
    taken = await make_user()
    headers = await bearer(client, await make_user(role="admin"))

    codes = {}
    for field, value in (("user_id", str(taken.id)), ("username", taken.username), ("email", taken.email)):
        answer = await client.post("/api/v1/users", json=registration(**{field: value}), headers=headers)
        codes[field] = (answer.status_code, answer.json()["code"])

    assert codes == {
        "user_id": (409, "user_id_taken"),
        "username": (409, "username_taken"),
        "email": (409, "email_taken"),
    }


async def test_an_id_is_never_given_twice(client: httpx2.AsyncClient) -> None:
    gone = await make_user()
    headers = await bearer(client, await make_user(role="admin"))
    await client.delete(f"/api/v1/users/{gone.id}", headers=headers)

    answer = await client.post("/api/v1/users", json=registration(user_id=str(gone.id)), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "user_id_taken")


@pytest.mark.parametrize("role", ["customer", "staff"])
async def test_is_for_admins_only(client: httpx2.AsyncClient, role: str) -> None:
    headers = await bearer(client, await make_user(role=role))

    answer = await client.post("/api/v1/users", json=registration(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"user_id": "7"}, "/user_id"),
        ({"id": str(uuid4())}, "/id"),
        ({"role": "root"}, "/role"),
        ({"is_active": "yes"}, "/is_active"),
        ({"password": "password1"}, "/password"),
        ({"deleted": True}, "/deleted"),
    ],
)
async def test_refuses_a_wrong_value_and_says_where(
    client: httpx2.AsyncClient, wrong: dict[str, Any], pointer: str
) -> None:
    headers = await bearer(client, await make_user(role="admin"))

    answer = await client.post("/api/v1/users", json=registration(**wrong), headers=headers)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
