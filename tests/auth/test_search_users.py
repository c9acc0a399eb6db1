"""Finding people."""

import httpx2
import psycopg2
import pytest
from sqlalchemy import insert, update

from auth.accounts.models import User
from auth.database import transaction
from servicekit.ids import new_id
from stack.provisioning import DatabaseUrls
from tests.auth.factories import bearer, make_user


async def make_person(username: str, display_name: str | None = None) -> User:
    user = await make_user(username=username)
    async with transaction() as session:
        await session.execute(update(User).where(User.id == user.id).values(display_name=display_name))
    return user


async def search(client: httpx2.AsyncClient, query: str) -> list[str]:
    headers = await bearer(client, await make_user(username="zzz"))
    answer = await client.get("/api/v1/users/search", params={"q": query}, headers=headers)
    assert answer.status_code == 200, answer.text
    return [user["username"] for user in answer.json()["results"]]


@pytest.mark.parametrize(
    "query", ["grace", "GRA", "g", "hop", "Grace Hopper", "grcae hopper", "hoper", "hoppre", "ghopper", "amazing"]
)
async def test_finds_the_beginning_of_a_name_and_forgives_a_typo(client: httpx2.AsyncClient, query: str) -> None:
    await make_person("amazing.ghopper", "Grace Hopper")
    await make_person("linus", "Linus Torvalds")

    assert await search(client, query) == ["amazing.ghopper"]


async def test_shows_the_closest_first(client: httpx2.AsyncClient) -> None:
    for name in ("adalbert", "ada", "nevada"):
        await make_person(name)

    assert (await search(client, "ada"))[:2] == ["ada", "adalbert"]


async def test_leaves_out_who_is_hidden_blocked_or_deleted(client: httpx2.AsyncClient) -> None:
    hidden, blocked, deleted = [await make_person(f"ada{number}") for number in range(3)]
    await client.patch(
        f"/api/v1/users/{hidden.id}", json={"is_searchable": False}, headers=await bearer(client, hidden)
    )
    await client.delete(f"/api/v1/users/{deleted.id}", headers=await bearer(client, deleted))
    async with transaction() as session:
        await session.execute(update(User).where(User.id == blocked.id).values(is_active=False))

    assert await search(client, "ada") == []


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", "' OR 1=1 --", "(((", "\U0001f44b", "ł"])
async def test_takes_special_characters_as_they_are(client: httpx2.AsyncClient, query: str) -> None:
    await make_person("ada")

    assert await search(client, query) == []


async def test_pages(client: httpx2.AsyncClient) -> None:
    for number in range(3):
        await make_person(f"ada{number}")
    headers = await bearer(client, await make_user(username="zzz"))

    first = (await client.get("/api/v1/users/search?q=ada&limit=2", headers=headers)).json()
    second = (await client.get(first["next"], headers=headers)).json()

    names = [user["username"] for page in (first, second) for user in page["results"]]
    assert names == ["ada0", "ada1", "ada2"]
    assert (first["previous"], second["next"]) == (None, None)


@pytest.mark.parametrize("query", ["", "q=", f"q={'x' * 101}", "q=a%00", "q=a&limit=101", "q=a&email=x"])
async def test_refuses_parameters_that_make_no_sense(client: httpx2.AsyncClient, query: str) -> None:
    headers = await bearer(client, await make_user())

    assert (await client.get(f"/api/v1/users/search?{query}", headers=headers)).status_code == 422


async def test_uses_the_index(client: httpx2.AsyncClient, database_urls: DatabaseUrls) -> None:
    async with transaction() as session:
        names = ({"username": f"person{number}", "email": f"{number}@example.com"} for number in range(3_000))
        await session.execute(insert(User), [{"id": new_id(), "password_hash": "!"} | name for name in names])
    owner = psycopg2.connect(database_urls.owner)
    with owner, owner.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('users_names_trgm_idx')")
        cursor.execute("ANALYZE users")
        cursor.execute("SET LOCAL enable_seqscan = off")  # this table still fits into a few pages
        cursor.execute(
            "EXPLAIN SELECT * FROM users"
            " WHERE deleted_at IS NULL AND is_active AND is_searchable AND 'lovelace' <% names"
        )
        plan = str(cursor.fetchall())
    owner.close()

    assert "users_names_trgm_idx" in plan
