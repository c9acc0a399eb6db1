"""All accounts, for admins."""

import httpx2
import pytest

from tests.auth.factories import bearer, make_user


async def test_pages_through_all_accounts(client: httpx2.AsyncClient) -> None:
    admin = await make_user(role="admin", username="a-admin")
    for name in ("bob", "Carol", "dave", "Erin"):
        await make_user(username=name)
    headers = await bearer(client, admin)

    seen, link = [], "/api/v1/users?order=username&limit=2"
    while link:
        page = (await client.get(link, headers=headers)).json()
        assert page["count"] == 5
        seen += [user["username"] for user in page["results"]]
        previous, link = page["previous"], page["next"]

    assert seen == ["a-admin", "bob", "Carol", "dave", "Erin"]
    before = (await client.get(previous, headers=headers)).json()
    assert [user["username"] for user in before["results"]] == ["Carol", "dave"]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("created_at", ["first", "second", "third"]),
        ("-created_at", ["third", "second", "first"]),
        ("-username", ["third", "second", "first"]),
    ],
)
async def test_orders_as_asked(client: httpx2.AsyncClient, order: str, names: list[str]) -> None:
    admin = await make_user(role="admin", username="first")
    for name in ("second", "third"):
        await make_user(username=name)

    answer = await client.get("/api/v1/users", params={"order": order}, headers=await bearer(client, admin))

    assert [user["username"] for user in answer.json()["results"]] == names


async def test_picks_out_roles_and_the_deleted(client: httpx2.AsyncClient) -> None:
    admin, staff, gone = await make_user(role="admin"), await make_user(role="staff"), await make_user()
    headers = await bearer(client, admin)
    await client.delete(f"/api/v1/users/{gone.id}", headers=headers)

    async def ids(query: str) -> list[str]:
        return [user["id"] for user in (await client.get(f"/api/v1/users?{query}", headers=headers)).json()["results"]]

    assert await ids("role=staff") == [str(staff.id)]
    assert await ids("deleted=true") == [str(gone.id)]
    assert await ids("deleted=true&role=staff") == []
    assert str(gone.id) not in await ids("")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "offset=-1", "offset=99999999999", "order=password_hash", "role=root", "page=2"]
)
async def test_refuses_parameters_that_make_no_sense(client: httpx2.AsyncClient, query: str) -> None:
    headers = await bearer(client, await make_user(role="admin"))

    answer = await client.get(f"/api/v1/users?{query}", headers=headers)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, query.partition("=")[0])


@pytest.mark.parametrize("role", ["customer", "staff"])
async def test_is_shown_to_admins_only(client: httpx2.AsyncClient, role: str) -> None:
    answer = await client.get("/api/v1/users", headers=await bearer(client, await make_user(role=role)))

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
