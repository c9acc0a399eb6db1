"""Signing out."""

import httpx2
import pytest

from tests.auth.factories import as_user, make_user, refresh, sign_in


async def test_ends_this_session_and_no_other(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    here, there = await sign_in(client, "ada"), await sign_in(client, "ada")

    answer = await client.post("/logout", headers=as_user(here))

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.post("/verify", headers=as_user(here))).status_code == 401
    assert (await refresh(client, here.json()["refresh_token"])).status_code == 401
    assert (await client.post("/verify", headers=as_user(there))).status_code == 200


async def test_ends_every_session_when_asked_to(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    await make_user(username="eve")
    mine = [await sign_in(client, "ada") for _ in range(3)]
    hers = await sign_in(client, "eve")

    answer = await client.post("/logout?all=true", headers=as_user(mine[0]))

    assert answer.status_code == 204
    assert {(await client.post("/verify", headers=as_user(each))).status_code for each in mine} == {401}
    assert (await client.post("/verify", headers=as_user(hers))).status_code == 200


async def test_needs_a_session_that_has_not_ended(client: httpx2.AsyncClient) -> None:
    await make_user(username="ada")
    here = await sign_in(client, "ada")
    await client.post("/logout", headers=as_user(here))

    answers = [await client.post("/logout", headers=as_user(here)), await client.post("/logout")]

    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.parametrize("value", ["", "maybe", "%00"])
async def test_refuses_an_answer_that_is_neither_yes_nor_no(client: httpx2.AsyncClient, value: str) -> None:
    await make_user(username="ada")
    here = await sign_in(client, "ada")

    answer = await client.post(f"/logout?all={value}", headers=as_user(here))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "all")
