"""A forgotten password."""

import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, update

from auth.accounts.models import User
from auth.confirmations.models import Confirmation
from auth.database import transaction
from auth.mail.models import MailRequest
from auth.messaging.models import OutboxEvent
from tests.auth.factories import PASSWORD, bearer, make_user, sign_in
from tests.auth.mailbox import forget_mails, link_in, mails, token_in, wait_for_mail

NEW_PASSWORD = "three-blue-kites"


async def mailed_token(client: httpx2.AsyncClient, mail_dir: Path, user: User) -> str:
    await client.post("/password-reset", json={"email": user.email})
    return token_in(await wait_for_mail(mail_dir, to=user.email, subject="new password"))


async def confirm(client: httpx2.AsyncClient, token: str, password: str = NEW_PASSWORD) -> httpx2.Response:
    return await client.post("/password-reset/confirm", json={"token": token, "new_password": password})


async def test_sets_a_new_password_by_the_token_of_the_mail(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user()

    asked = await client.post("/password-reset", json={"email": user.email.upper()})
    token = token_in(await wait_for_mail(mail_dir, to=user.email, subject="new password"))
    answer = await confirm(client, token)

    assert (asked.status_code, asked.content) == (202, b"")
    assert answer.status_code == 204
    assert (await sign_in(client, user.username, NEW_PASSWORD)).status_code == 200
    assert (await sign_in(client, user.username, PASSWORD)).status_code == 401


async def test_ends_every_session_and_tells_the_others(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user()
    headers = [await bearer(client, user) for _ in range(2)]

    await confirm(client, await mailed_token(client, mail_dir, user))

    assert [(await client.post("/verify", headers=header)).status_code for header in headers] == [401, 401]
    async with transaction() as session:
        revoked = select(func.count()).where(OutboxEvent.type == "session.revoked")
        assert await session.scalar(revoked) == 2


async def test_takes_a_token_once_even_from_many_at_the_same_time(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    token = await mailed_token(client, mail_dir, await make_user())

    answers = await asyncio.gather(*(confirm(client, token, f"{NEW_PASSWORD}-{number}") for number in range(5)))

    assert sorted(answer.status_code for answer in answers) == [204, 422, 422, 422, 422]
    assert {answer.json()["code"] for answer in answers if answer.content} == {"invalid_confirmation"}


async def test_takes_no_token_that_is_unknown_expired_or_replaced(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user()
    replaced = await mailed_token(client, mail_dir, user)
    forget_mails(mail_dir)
    expired = await mailed_token(client, mail_dir, user)
    async with transaction() as session:
        await session.execute(update(Confirmation).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    answers = [await confirm(client, token) for token in (replaced, expired, "unknown", "\u00fc")]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(422, "invalid_confirmation")}
    assert (await sign_in(client, user.username)).status_code == 200


async def test_does_not_use_up_the_token_for_a_password_that_is_refused(
    client: httpx2.AsyncClient, mail_dir: Path
) -> None:
    user = await make_user()
    token = await mailed_token(client, mail_dir, user)

    refused = [await confirm(client, token, password) for password in ("short", "password123", user.email)]
    accepted = await confirm(client, token)

    assert [answer.json()["errors"][0]["pointer"] for answer in refused] == ["/new_password"] * 3
    assert accepted.status_code == 204


async def test_stores_no_token_that_could_be_used(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    token = await mailed_token(client, mail_dir, await make_user())

    async with transaction() as session:
        hashes = (await session.scalars(select(Confirmation.token_hash))).all()
    assert token.encode() not in hashes
    assert all(len(stored) == 32 for stored in hashes)


async def test_answers_alike_and_does_the_same_for_an_unknown_address(
    client: httpx2.AsyncClient, mail_dir: Path
) -> None:
    user = await make_user()

    async def ask(email: str) -> tuple[httpx2.Response, float]:
        durations, answer = [], None
        for _ in range(5):
            started = time.perf_counter()
            answer = await client.post("/password-reset", json={"email": email})
            durations.append(time.perf_counter() - started)
        assert answer is not None
        return answer, statistics.median(durations)

    known, known_seconds = await ask(user.email)
    unknown, unknown_seconds = await ask("nobody@example.com")

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert 0.2 < unknown_seconds / known_seconds < 5
    await until_all_mail_is_dealt_with()
    assert mails(mail_dir, to="nobody@example.com") == []


async def until_all_mail_is_dealt_with() -> None:
    async with asyncio.timeout(10):
        while True:
            async with transaction() as session:
                if not await session.scalar(select(func.count()).select_from(MailRequest)):
                    return
            await asyncio.sleep(0.05)


async def test_leads_to_the_shop_of_the_settings_whatever_the_request_says(
    client: httpx2.AsyncClient, mail_dir: Path
) -> None:
    user = await make_user()
    hostile = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}

    await client.post("/password-reset", json={"email": user.email}, headers=hostile)

    message = await wait_for_mail(mail_dir, to=user.email, subject="new password")
    assert link_in(message).startswith("http://127.0.0.1:8000/password-reset?token=")
    assert "evil" not in message.as_string()


async def test_writes_to_the_address_on_record_and_not_to_one_that_only_looks_like_it(
    client: httpx2.AsyncClient, mail_dir: Path
) -> None:
    user = await make_user(username="kelvin", email="kelvin@example.com")

    await client.post("/password-reset", json={"email": "\u212aelvin@example.com"})  # the Kelvin sign, K in lower case
    await until_all_mail_is_dealt_with()

    recipients = {message["To"] for message in mails(mail_dir, to="\u212aelvin@example.com")}
    assert recipients == set()
    assert (await sign_in(client, user.username)).status_code == 200


async def test_writes_nothing_to_an_account_that_is_blocked(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user()
    async with transaction() as session:
        await session.execute(update(User).values(is_active=False))

    await client.post("/password-reset", json={"email": user.email})
    await until_all_mail_is_dealt_with()

    assert not [mail for mail in mails(mail_dir, to=user.email) if "new password" in mail["Subject"]]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/password-reset", {"email": "nobody"}, "/email"),
        ("/password-reset", {"email": "a\x00@example.com"}, "/email"),
        ("/password-reset", {"email": "ada@example.com", "user_id": 1}, "/user_id"),
        ("/password-reset/confirm", {"token": "", "new_password": NEW_PASSWORD}, "/token"),
        ("/password-reset/confirm", {"token": "t\x00", "new_password": NEW_PASSWORD}, "/token"),
        ("/password-reset/confirm", {"token": "x" * 101, "new_password": NEW_PASSWORD}, "/token"),
        ("/password-reset/confirm", {"token": "t", "new_password": NEW_PASSWORD, "role": "admin"}, "/role"),
    ],
)
async def test_refuses_a_wrong_value_and_says_where(
    client: httpx2.AsyncClient, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await client.post(path, json=body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
