"""Closing an account for good."""

import asyncio

import httpx2
from sqlalchemy import func, select, text, update

from auth.accounts.models import User
from auth.database import transaction
from auth.messaging.models import OutboxEvent
from servicekit.contracts import CloudEvent, UserDeleted, UserRegistered
from tests.auth.factories import PASSWORD, bearer, make_user, registration, sign_in
from tests.auth.pictures import upload
from tests.pictures import make_picture


async def delete(client: httpx2.AsyncClient, caller: User, user: User) -> httpx2.Response:
    return await client.delete(f"/api/v1/users/{user.id}", headers=await bearer(client, caller))


async def test_ends_the_account_and_its_sessions(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="ada")
    headers = await bearer(client, user)

    answer = await delete(client, user, user)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.post("/verify", headers=headers)).status_code == 401
    assert (await sign_in(client, "ada")).status_code == 401
    async with transaction() as session:
        deleted = await session.get_one(User, user.id)
    assert (await sign_in(client, deleted.username, PASSWORD)).status_code == 401
    assert (await sign_in(client, deleted.email, PASSWORD)).status_code == 401


async def test_tells_the_others_of_the_account_and_of_each_session(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    await bearer(client, user)

    await delete(client, user, user)

    async with transaction() as session:
        rows = (await session.execute(select(OutboxEvent.type, OutboxEvent.body).order_by(OutboxEvent.id))).all()
    assert [row.type for row in rows] == ["user.registered", "session.revoked", "session.revoked", "user.deleted"]
    event = CloudEvent[UserDeleted].model_validate_json(rows[-1].body)
    assert (event.data.user_id, event.sequence) == (user.id, "2")


async def test_frees_the_name_and_the_address(client: httpx2.AsyncClient) -> None:
    body = registration(username="ada", email="ada@example.com")
    first = await make_user(**body)
    await delete(client, first, first)

    answer = await client.post("/register", json=body)

    assert answer.status_code == 201
    assert answer.json()["id"] != str(first.id)
    assert (await sign_in(client, "ada")).status_code == 200


async def test_leaves_nothing_personal_in_any_table(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="lovelace", email="lovelace@example.com", first_name="Lovelace")
    headers = await bearer(client, user) | {"User-Agent": "Lovelace/1.0"}
    path = f"/api/v1/users/{user.id}"
    profile = {
        "display_name": "Lovelace", "last_name": "Lovelace", "bio": "Lovelace", "location": "Lovelace",
        "website": "https://lovelace.example", "phone_number": "+44 1815 1852", "address": {"street": "Lovelace"},
    }  # fmt: skip
    await client.patch(path, json=profile, headers=headers)
    await client.patch(f"{path}/preferences", json={"custom_settings": {"nick": "Lovelace"}}, headers=headers)
    await upload(client, user, make_picture("PNG"))
    await client.post("/password-reset", json={"email": user.email})
    await have_events_published()

    await delete(client, user, user)

    assert await tables_that_hold("lovelace") == set()
    assert await tables_that_hold("1815 1852") == set()
    assert await tables_that_hold(str(user.id)) == {"users", "outbox_events"}
    assert (await client.get(f"{path}/avatar")).status_code == 404


async def test_leaves_events_alone_that_are_still_to_be_sent(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="lovelace")

    await delete(client, user, user)

    async with transaction() as session:
        query = select(OutboxEvent.body).where(OutboxEvent.type == "user.registered")
        event = CloudEvent[UserRegistered].model_validate_json((await session.scalars(query)).one())
    assert event.data.username == "lovelace"


async def have_events_published() -> None:
    async with transaction() as session:
        await session.execute(update(OutboxEvent).values(published_at=func.now()))


async def tables_that_hold(words: str) -> set[str]:
    """Looks through every row of every table."""
    async with transaction() as session:
        names = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        holding = set()
        for name in set(names) - {"alembic_version"}:
            query = text(f"SELECT count(*) FROM {name} AS row WHERE lower(row::text) LIKE :words")
            if await session.scalar(query, {"words": f"%{words}%"}):
                holding.add(name)
        return holding


async def test_is_shown_to_admins_as_deleted_and_to_nobody_else(client: httpx2.AsyncClient) -> None:
    user, other, admin = await make_user(), await make_user(), await make_user(role="admin")
    await delete(client, user, user)

    listed = (await client.get("/api/v1/users?deleted=true", headers=await bearer(client, admin))).json()["results"]
    for caller in (other, admin):
        answer = await client.get(f"/api/v1/users/{user.id}", headers=await bearer(client, caller))
        assert answer.status_code == 404

    assert [(found["id"], found["deleted"]) for found in listed] == [(str(user.id), True)]
    assert user.username not in listed[0]["username"]


async def test_is_for_the_owner_and_admins(client: httpx2.AsyncClient) -> None:
    user = await make_user()

    for role, status in (("customer", 404), ("staff", 404), ("admin", 204), ("admin", 404)):
        assert (await delete(client, await make_user(role=role), user)).status_code == status


async def test_happens_once(client: httpx2.AsyncClient) -> None:
    user, admin = await make_user(), await make_user(role="admin")
    headers = await bearer(client, admin)

    answers = await asyncio.gather(*(client.delete(f"/api/v1/users/{user.id}", headers=headers) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404, 404]
    async with transaction() as session:
        deleted = select(func.count()).where(OutboxEvent.type == "user.deleted")
        assert await session.scalar(deleted) == 1
