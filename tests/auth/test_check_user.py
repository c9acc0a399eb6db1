"""Whether there is somebody of a name."""

import httpx2
from sqlalchemy import update

from auth.accounts.models import User
from auth.database import transaction
from tests.auth.factories import bearer, make_user


async def test_tells_id_and_name_and_no_more(client: httpx2.AsyncClient) -> None:
    ada, eve = await make_user(username="Ada"), await make_user()

    answer = await client.post("/check-user", json={"username": "aDA"}, headers=await bearer(client, eve))

    assert (answer.status_code, answer.json()) == (200, {"id": str(ada.id), "username": "Ada"})


async def test_finds_nobody_who_is_not_there_or_closed(client: httpx2.AsyncClient) -> None:
    closed, eve = await make_user(username="closed"), await make_user()
    async with transaction() as session:
        await session.execute(update(User).where(User.id == closed.id).values(is_active=False))
    headers = await bearer(client, eve)

    answers = [
        await client.post("/check-user", json={"username": name}, headers=headers) for name in ("closed", "nobody")
    ]

    assert {answer.status_code for answer in answers} == {404}


async def test_takes_no_address_and_no_unknown_fields(client: httpx2.AsyncClient) -> None:
    eve = await make_user()
    headers = await bearer(client, eve)

    by_address = await client.post("/check-user", json={"username": eve.email}, headers=headers)
    more = await client.post("/check-user", json={"username": eve.username, "id": 1}, headers=headers)
    anonymous = await client.post("/check-user", json={"username": eve.username})

    assert (by_address.status_code, more.status_code, anonymous.status_code) == (422, 422, 401)
