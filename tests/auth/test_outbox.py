"""Events are recorded with the change, or not at all; operators see what waits."""

import httpx2
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.events import user_registered
from auth.accounts.models import User
from auth.database import transaction
from auth.messaging import outbox
from auth.messaging.models import OutboxEvent
from servicekit.outbox import OutsideTransaction
from tests.auth.factories import bearer, make_user


async def count_events() -> int:
    async with transaction() as session:
        return await session.scalar(select(func.count()).select_from(OutboxEvent)) or 0


async def test_refuses_an_event_outside_a_transaction(client: httpx2.AsyncClient) -> None:
    user = await make_user()

    with pytest.raises(OutsideTransaction):
        await outbox.record(AsyncSession(), user_registered(user))


async def test_forgets_an_event_whose_change_was_rolled_back(client: httpx2.AsyncClient) -> None:
    user = await make_user()

    async def change_and_fail() -> None:
        async with transaction() as session:
            await outbox.record(session, user_registered(user))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()

    assert await count_events() == 1


async def test_shows_staff_what_waits_and_what_was_given_up(client: httpx2.AsyncClient) -> None:
    staff = await make_user(role="staff")
    for _ in range(3):
        await make_user()
    async with transaction() as session:
        first, second, *_ = (await session.scalars(select(OutboxEvent.id).order_by(OutboxEvent.id))).all()
        now = func.now()
        await session.execute(update(OutboxEvent).where(OutboxEvent.id == first).values(published_at=now))
        await session.execute(update(OutboxEvent).where(OutboxEvent.id == second).values(failed_at=now))

    answer = await client.get("/api/v1/operations/outbox", headers=await bearer(client, staff))

    state = answer.json()
    assert (state["waiting"], state["failed"]) == (2, 1)
    assert 0 <= state["oldest_waiting_seconds"] < 60


async def test_shows_an_empty_outbox_without_an_age(client: httpx2.AsyncClient) -> None:
    admin = await make_user(role="admin")
    async with transaction() as session:
        await session.execute(update(OutboxEvent).values(published_at=func.now()))

    answer = await client.get("/api/v1/operations/outbox", headers=await bearer(client, admin))

    assert answer.json() == {"waiting": 0, "failed": 0, "oldest_waiting_seconds": None}


async def test_is_shown_to_nobody_else(client: httpx2.AsyncClient) -> None:
    headers = await bearer(client, await make_user(role="staff"))
    async with transaction() as session:
        await session.execute(update(User).values(role="customer"))  # after the token was issued

    answer = await client.get("/api/v1/operations/outbox", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_what_the_broker_refused_is_tried_again_by_the_relay(client: httpx2.AsyncClient) -> None:
    staff = await make_user(role="staff")
    await make_user()
    now = func.now()
    async with transaction() as session:
        await session.execute(update(OutboxEvent).values(failed_at=now, attempts=5))
        first = await session.scalar(select(func.min(OutboxEvent.id)))
        await session.execute(update(OutboxEvent).where(OutboxEvent.id == first).values(published_at=now))
    headers = await bearer(client, staff)

    answer = await client.post("/api/v1/operations/outbox/retry", headers=headers)

    state = (await client.get("/api/v1/operations/outbox", headers=headers)).json()
    assert (answer.status_code, answer.json()) == (200, {"retried": 1})
    assert (state["waiting"], state["failed"]) == (1, 0)


async def test_is_tried_again_at_the_word_of_staff_only(client: httpx2.AsyncClient) -> None:
    headers = await bearer(client, await make_user())

    assert (await client.post("/api/v1/operations/outbox/retry", headers=headers)).status_code == 403
