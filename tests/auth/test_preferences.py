"""How a user wants the shop to be."""

import json

import httpx2
import pytest

from auth.accounts.models import User
from tests.auth.factories import bearer, make_user

DEFAULTS = {
    "language": "en",
    "timezone": "UTC",
    "theme": "system",
    "date_format": "YYYY-MM-DD",
    "time_format": "24h",
    "email_notifications": True,
    "push_notifications": False,
    "sms_notifications": False,
    "newsletter": False,
    "marketing": False,
    "custom_settings": {},
}
JSON = {"Content-Type": "application/json"}


def path(user: User) -> str:
    return f"/api/v1/users/{user.id}/preferences"


async def test_has_defaults_until_something_is_chosen(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    headers = await bearer(client, user)

    before = await client.get(path(user), headers=headers)
    changed = await client.patch(path(user), json={"theme": "dark"}, headers=headers)

    assert before.json() == DEFAULTS
    assert changed.json() == DEFAULTS | {"theme": "dark"}
    assert (await client.get(path(user), headers=headers)).json() == changed.json()


async def test_keeps_everything_that_can_be_chosen(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    headers = await bearer(client, user)
    chosen = {
        "language": "pt-BR", "timezone": "America/Sao_Paulo", "theme": "light", "date_format": "DD/MM/YYYY",
        "time_format": "12h", "email_notifications": False, "push_notifications": True, "sms_notifications": True,
        "newsletter": True, "marketing": True,
        "custom_settings": {"columns": [1, 2.5, None], "ü": {"deep": "\U0001f44b"}},
    }  # fmt: skip

    await client.patch(path(user), json=chosen, headers=headers)

    assert (await client.get(path(user), headers=headers)).json() == chosen


async def test_merges_custom_settings_and_removes_what_is_null(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    headers = await bearer(client, user)

    await client.patch(path(user), json={"custom_settings": {"a": 1, "b": 2}}, headers=headers)
    answer = await client.patch(path(user), json={"custom_settings": {"b": None, "c": 3}}, headers=headers)

    assert answer.json()["custom_settings"] == {"a": 1, "c": 3}


async def test_limits_custom_settings_also_when_they_come_piece_by_piece(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    headers = await bearer(client, user)

    pieces = [{"custom_settings": {str(number): "x" * 6_000}} for number in range(3)]
    answers = [await client.patch(path(user), json=piece, headers=headers) for piece in pieces]

    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert answers[-1].json()["errors"][0]["pointer"] == "/custom_settings"


@pytest.mark.parametrize("role", ["customer", "staff", "admin"])
async def test_concerns_nobody_else(client: httpx2.AsyncClient, role: str) -> None:
    user, other = await make_user(), await make_user(role=role)
    headers = await bearer(client, other)

    answers = [
        await client.get(path(user), headers=headers),
        await client.patch(path(user), json={"theme": "dark"}, headers=headers),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not_found")}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ('{"theme": "pink"}', "/theme"),
        ('{"theme": null}', "/theme"),
        ('{"language": "English please"}', "/language"),
        ('{"timezone": "Mars/Olympus"}', "/timezone"),
        ('{"timezone": "../../etc/passwd"}', "/timezone"),
        ('{"newsletter": "yes"}', "/newsletter"),
        ('{"user_id": "x"}', "/user_id"),
        ('{"custom_settings": []}', "/custom_settings"),
        ('{"custom_settings": {"a": "\\u0000"}}', "/custom_settings"),
        ('{"custom_settings": {"a\\u0000": 1}}', "/custom_settings"),
        ('{"custom_settings": {"a": "\\ud800"}}', "/custom_settings"),
        ('{"custom_settings": {"a": 1e999}}', "/custom_settings"),
        ('{"custom_settings": {"a": ' + "[" * 20 + "]" * 20 + "}}", "/custom_settings"),
        (json.dumps({"custom_settings": {"a": "x" * 17_000}}), "/custom_settings"),
    ],
)
async def test_refuses_a_wrong_value_and_says_where(client: httpx2.AsyncClient, changes: str, pointer: str) -> None:
    user = await make_user()

    answer = await client.patch(path(user), content=changes, headers=await bearer(client, user) | JSON)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


async def test_takes_text_that_only_looks_like_an_escaped_nul(client: httpx2.AsyncClient) -> None:
    user = await make_user()
    settings = {"a": "\\u0000"}

    answer = await client.patch(path(user), json={"custom_settings": settings}, headers=await bearer(client, user))

    assert answer.json()["custom_settings"] == settings
