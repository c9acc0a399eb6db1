"""Changing one's password."""

import asyncio

import httpx2
import pytest

from tests.auth.factories import PASSWORD, as_user, make_user, refresh, sign_in

NEW = "three-blue-kites"


async def change(client: httpx2.AsyncClient, tokens: httpx2.Response, **body: str) -> httpx2.Response:
    return await client.post(
        "/change-password", json={"old_password": PASSWORD, "new_password": NEW} | body, headers=as_user(tokens)
    )


async def test_replaces_the_old_one_and_ends_the_other_sessions(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    there, here = await sign_in(client, "ada"), await sign_in(client, "ada")

    answer = await change(client, here)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await sign_in(client, "ada")).status_code == 401
    assert (await sign_in(client, "ada", NEW)).status_code == 200
    assert (await client.post("/verify", headers=as_user(there))).status_code == 401
    assert (await refresh(client, there.json()["refresh_token"])).status_code == 401
    assert (await client.post("/verify", headers=as_user(here))).status_code == 200
    assert (await refresh(client, here.json()["refresh_token"])).status_code == 200


async def test_needs_the_old_one(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    tokens = await sign_in(client, "ada")

    answer = await change(client, tokens, old_password="wrong-password")

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
    assert (await sign_in(client, "ada")).status_code == 200


async def test_cannot_be_used_to_guess_the_old_one(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    tokens = await sign_in(client, "ada")

    answers = [await change(client, tokens, old_password="wrong-password") for _ in range(21)]

    assert [answer.status_code for answer in answers] == [403] * 20 + [429]


@pytest.mark.parametrize(
    "password", ["short", "password1", "ada.lovelace", "ada@example.com", "x" * 129, "x\x00yz" * 4]
)
async def test_refuses_a_new_one_that_is_easily_guessed(client: httpx2.AsyncClient, password: str) -> None:
    await make_user(username="ada.lovelace", email="ada@example.com")
    tokens = await sign_in(client, "ada.lovelace")

    answer = await change(client, tokens, new_password=password)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/new_password"]


async def test_refuses_unknown_fields(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    tokens = await sign_in(client, "ada")

    answer = await change(client, tokens, user_id="somebody")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/user_id")


async def test_of_two_changes_at_once_one_wins(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    tokens = await sign_in(client, "ada")
    wanted = [f"{NEW}-{number}" for number in range(4)]

    answers = await asyncio.gather(*(change(client, tokens, new_password=password) for password in wanted))

    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [204, 403, 403, 403]
    winner = wanted[codes.index(204)]
    assert (await sign_in(client, "ada", winner)).status_code == 200
