"""Reading and changing profiles, and by admins the rights of users."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select

from auth.accounts.models import User
from auth.database import transaction
from auth.messaging.models import OutboxEvent
from servicekit.contracts import CloudEvent, UserUpdated
from tests.auth.factories import bearer, make_user, sign_in

PROFILE = {
    "display_name": "Ada L.",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "bio": "Poetical science.",
    "location": "London",
    "website": "https://ada.example/notes",
    "phone_number": "+44 20 7946 0958",
    "address": {"street": "St James's Square", "building": "12", "city": "London", "postal_code": "SW1Y 4JH",
                "country": "GB"},
    "is_searchable": False,
}  # fmt: skip


async def change(client: httpx2.AsyncClient, caller: User, user: User, changes: dict[str, Any]) -> httpx2.Response:
    return await client.patch(f"/api/v1/users/{user.id}", json=changes, headers=await bearer(client, caller))


async def updates() -> list[UserUpdated]:
    async with transaction() as session:
        rows = select(OutboxEvent.body).where(OutboxEvent.type == "user.updated").order_by(OutboxEvent.id)
        bodies = (await session.scalars(rows)).all()
    return [CloudEvent[UserUpdated].model_validate_json(body).data for body in bodies]


async def test_keeps_what_its_owner_says(client: httpx2.AsyncClient) -> None:
    user = await make_user()

    answer = await change(client, user, user, PROFILE)

    account = (await client.get("/api/v1/users/me", headers=await bearer(client, user))).json()
    assert answer.status_code == 200
    assert answer.json() == account
    assert PROFILE.items() <= account.items()


async def test_changes_only_what_is_given_and_removes_what_is_null(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    await change(client, user, user, PROFILE)

    account = (await change(client, user, user, {"bio": None, "address": {"city": "Paris", "building": None}})).json()

    assert (account["bio"], account["display_name"]) == (None, "Ada L.")
    assert account["address"] == {
        "street": "St James's Square", "building": None, "city": "Paris", "postal_code": "SW1Y 4JH", "country": "GB",
    }  # fmt: skip


async def test_tells_the_others_which_fields_changed_and_nothing_when_none_did(client: httpx2.AsyncClient) -> None:
    user = await make_user()

    for _ in range(2):
        await change(client, user, user, {"bio": "Hello", "location": "Here"})

    [update] = await updates()
    assert (update.user_id, update.version, update.changed_fields) == (user.id, 2, ("bio", "location"))
    assert (update.username, update.email) == (None, None)


async def test_others_see_the_public_part_only(client: httpx2.AsyncClient) -> None:
    user, other, admin = await make_user(), await make_user(), await make_user(role="admin")
    await change(client, user, user, PROFILE)
    public = {"id", "username", "display_name", "bio", "location", "website", "created_at"}

    for path in (f"/api/v1/users/{user.id}", f"/api/v1/users/@{user.username.upper()}"):
        seen = {
            caller.id: (await client.get(path, headers=await bearer(client, caller))).json()
            for caller in (user, other, admin)
        }
        assert set(seen[other.id]) == public
        assert seen[user.id] == seen[admin.id]
        assert seen[user.id]["email"] == user.email


async def test_nobody_is_found_under_an_unknown_or_blocked_name(client: httpx2.AsyncClient) -> None:
    caller, blocked = await make_user(), await make_user(is_active=False)
    headers = await bearer(client, caller)

    for path in (f"{uuid4()}", "@nobody", f"{blocked.id}", f"@{blocked.username}", f"@{blocked.email}"):
        assert (await client.get(f"/api/v1/users/{path}", headers=headers)).status_code == 404, path


async def test_anothers_profile_can_be_changed_by_admins_only(client: httpx2.AsyncClient) -> None:
    user = await make_user()

    for role, status in (("customer", 404), ("staff", 404), ("admin", 200)):
        answer = await change(client, await make_user(role=role), user, {"bio": f"by {role}"})
        assert answer.status_code == status


@pytest.mark.parametrize("changes", [{"role": "admin"}, {"is_active": False}, {"bio": "x", "role": "customer"}])
@pytest.mark.parametrize("role", ["customer", "staff"])
async def test_nobody_but_an_admin_sets_rights(client: httpx2.AsyncClient, role: str, changes: dict[str, Any]) -> None:
    user = await make_user(role=role)

    answer = await change(client, user, user, changes)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert await updates() == []


@pytest.mark.parametrize("changes", [{"role": "staff"}, {"is_active": False}])
async def test_other_rights_end_the_sessions_that_were_opened_with_the_old_ones(
    client: httpx2.AsyncClient, changes: dict[str, Any]
) -> None:
    user, admin = await make_user(), await make_user(role="admin")
    headers = await bearer(client, user)

    answer = await change(client, admin, user, changes)

    assert answer.status_code == 200
    assert changes.items() <= answer.json().items()
    assert (await client.post("/verify", headers=headers)).status_code == 401
    assert (await sign_in(client, user.username)).status_code == (200 if "role" in changes else 401)


async def test_the_last_admin_stays_one(client: httpx2.AsyncClient) -> None:
    admin = await make_user(role="admin")
    await make_user(role="admin", is_active=False)

    answers = [
        await change(client, admin, admin, {"role": "staff"}),
        await change(client, admin, admin, {"is_active": False}),
        await client.delete(f"/api/v1/users/{admin.id}", headers=await bearer(client, admin)),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(409, "last_admin")}


async def test_of_two_admins_who_demote_one_another_at_once_one_stays(client: httpx2.AsyncClient) -> None:
    first, second = await make_user(role="admin"), await make_user(role="admin")
    headers = [await bearer(client, admin) for admin in (first, second)]

    answers = await asyncio.gather(
        client.patch(f"/api/v1/users/{second.id}", json={"role": "customer"}, headers=headers[0]),
        client.patch(f"/api/v1/users/{first.id}", json={"role": "customer"}, headers=headers[1]),
    )

    async with transaction() as session:
        admins = (await session.scalars(select(User.id).where(User.role == "admin"))).all()
    assert len(admins) == 1
    assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 409])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"id": str(uuid4())}, "/id"),
        ({"username": "other"}, "/username"),
        ({"email": "other@example.com"}, "/email"),
        ({"password_hash": "x"}, "/password_hash"),
        ({"deleted": True}, "/deleted"),
        ({"version": 7}, "/version"),
        ({"display_name": ""}, "/display_name"),
        ({"display_name": "x" * 101}, "/display_name"),
        ({"bio": "NUL\x00"}, "/bio"),
        ({"bio": 5}, "/bio"),
        ({"website": "javascript:alert(1)"}, "/website"),
        ({"website": "ada.example"}, "/website"),
        ({"phone_number": "call me"}, "/phone_number"),
        ({"address": {"planet": "Mars"}}, "/address/planet"),
        ({"address": "Mars"}, "/address"),
        ({"is_searchable": None}, "/is_searchable"),
        ({"is_searchable": "no"}, "/is_searchable"),
        ({"role": "root"}, "/role"),
        ({"role": None}, "/role"),
        ({"is_active": 1}, "/is_active"),
    ],
)
async def test_refuses_a_wrong_value_and_says_where(
    client: httpx2.AsyncClient, changes: dict[str, Any], pointer: str
) -> None:
    admin = await make_user(role="admin")

    answer = await change(client, admin, admin, changes)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await updates() == []
