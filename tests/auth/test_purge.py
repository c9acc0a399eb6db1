"""Deleting what nobody needs any more."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import func, select, text, update

from auth import housekeeping
from auth.confirmations.models import Confirmation
from auth.confirmations.services import create_token
from auth.database import Model, transaction
from auth.housekeeping import purge
from auth.sessions.models import RefreshToken, UserSession
from auth.throttling.models import ThrottleCounter
from tests.auth.factories import as_user, make_user, sign_in


async def count(table: type[Model]) -> int:
    async with transaction() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_deletes_sessions_that_are_over_for_a_day_and_their_tokens(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    tokens = [await sign_in(client, "ada") for _ in range(4)]
    async with transaction() as session:
        ids = (await session.scalars(select(UserSession.id).order_by(UserSession.created_at))).all()
        now = datetime.now(UTC)
        long_ago, lately = now - timedelta(days=1, minutes=1), now - timedelta(hours=23)
        for id_, over in zip(
            ids, ({"expires_at": long_ago}, {"ended_at": long_ago}, {"ended_at": lately}), strict=False
        ):
            await session.execute(update(UserSession).where(UserSession.id == id_).values(over))

    purged = await purge()

    assert purged["sessions"] == 2
    assert (await count(UserSession), await count(RefreshToken)) == (2, 2)
    assert (await client.post("/verify", headers=as_user(tokens[3]))).status_code == 200


async def test_deletes_tokens_of_e_mails_that_have_expired(client: httpx2.AsyncClient) -> None:
    for lifetime in (timedelta(minutes=-1), timedelta(minutes=1)):
        user = await make_user()
        async with transaction() as session:
            await create_token(session, user_id=user.id, purpose="reset_password", email=user.email, lifetime=lifetime)

    purged = await purge()

    assert purged["confirmations"] == 1
    async with transaction() as session:
        resets = select(func.count()).where(Confirmation.purpose == "reset_password")
        assert await session.scalar(resets) == 1


async def test_deletes_counters_of_past_windows(client: httpx2.AsyncClient) -> None:
    await sign_in(client, "nobody")
    async with transaction() as session:
        await session.execute(update(ThrottleCounter).values(resets_at=func.now()))
    await sign_in(client, "somebody")

    purged = await purge()

    assert purged["throttle_counters"] == 1
    assert await count(ThrottleCounter) == 2


async def test_goes_on_until_all_is_gone_in_small_steps(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH_ROWS", 2)
    await make_user(username="ada")
    for _ in range(5):
        await sign_in(client, "ada")
    async with transaction() as session:
        await session.execute(update(UserSession).values(ended_at=datetime.now(UTC) - timedelta(days=2)))

    purged = await purge()

    assert (purged["sessions"], await count(UserSession)) == (5, 0)


async def test_leaves_the_work_to_a_process_that_is_at_it(client: httpx2.AsyncClient) -> None:
    await sign_in(client, "nobody")
    async with transaction() as session:
        await session.execute(update(ThrottleCounter).values(resets_at=func.now()))

    async with transaction() as other:
        await other.execute(text(f"SELECT pg_advisory_xact_lock({housekeeping._ADVISORY_LOCK})"))
        meanwhile = await purge()
    afterwards = await purge()

    assert (sum(meanwhile.values()), afterwards["throttle_counters"]) == (0, 2)


async def test_runs_by_itself_and_survives_what_goes_wrong(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_BETWEEN_ROUNDS_SECONDS", 0.01)
    task = asyncio.create_task(housekeeping.purge_for_ever())
    await sign_in(client, "nobody")
    async with transaction() as session:
        await session.execute(update(ThrottleCounter).values(resets_at=func.now()))

    async with asyncio.timeout(10):
        while await count(ThrottleCounter):  # noqa: ASYNC110  (another task's work in the database)
            await asyncio.sleep(0.02)
    task.cancel()
