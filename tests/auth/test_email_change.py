"""Another e-mail address, and proving an address."""

import asyncio
from pathlib import Path

import httpx2
import jwt
from sqlalchemy import select

from auth.accounts.models import User
from auth.database import transaction
from auth.messaging.models import OutboxEvent
from servicekit.contracts import CloudEvent, UserUpdated
from tests.auth.factories import PASSWORD, bearer, make_user, registration, sign_in
from tests.auth.mailbox import forget_mails, token_in, wait_for_mail


async def ask(client: httpx2.AsyncClient, user: User, new_email: str, password: str = PASSWORD) -> httpx2.Response:
    headers = await bearer(client, user)
    return await client.post("/email-change", json={"new_email": new_email, "password": password}, headers=headers)


async def confirm(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    return await client.post("/email-change/confirm", json={"token": token})


async def test_changes_the_address_when_the_new_one_is_confirmed(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user(email="old@example.com")

    asked = await ask(client, user, "new@example.com")
    still_old = await sign_in(client, "old@example.com")
    message = await wait_for_mail(mail_dir, to="new@example.com", subject="confirm your new")
    confirmed = await confirm(client, token_in(message))

    assert (asked.status_code, still_old.status_code, confirmed.status_code) == (202, 200, 204)
    assert (await sign_in(client, "new@example.com")).status_code == 200
    assert (await sign_in(client, "old@example.com")).status_code == 401
    assert await wait_for_mail(mail_dir, to="old@example.com", subject="has changed")


async def test_tells_the_others_of_the_new_address(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user()
    await ask(client, user, "told@example.com")

    await confirm(client, token_in(await wait_for_mail(mail_dir, to="told@example.com", subject="confirm your new")))

    async with transaction() as session:
        body = (await session.scalars(select(OutboxEvent.body).where(OutboxEvent.type == "user.updated"))).one()
    event = CloudEvent[UserUpdated].model_validate_json(body)
    assert (event.data.user_id, event.data.email, event.data.version) == (user.id, "told@example.com", 2)
    assert set(event.data.changed_fields) == {"email", "email_verified"}


async def test_needs_the_password(client: httpx2.AsyncClient) -> None:
    answer = await ask(client, await make_user(), "new@example.com", "wrong-password")

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")


async def test_says_that_an_address_is_taken_only_to_who_reads_its_mail(
    client: httpx2.AsyncClient, mail_dir: Path
) -> None:
    await make_user(email="shared@example.com")
    asked = await ask(client, await make_user(), "shared@example.com")

    answer = await confirm(
        client, token_in(await wait_for_mail(mail_dir, to="shared@example.com", subject="confirm your new"))
    )

    assert asked.status_code == 202
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


async def test_makes_tokens_for_the_old_address_worthless(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user(email="lost@example.com")
    await client.post("/password-reset", json={"email": "lost@example.com"})
    stale = token_in(await wait_for_mail(mail_dir, to="lost@example.com", subject="new password"))
    await ask(client, user, "found@example.com")

    await confirm(client, token_in(await wait_for_mail(mail_dir, to="found@example.com", subject="confirm your new")))
    answer = await client.post("/password-reset/confirm", json={"token": stale, "new_password": "three-blue-kites"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_confirmation")


async def test_an_address_is_proven_by_the_mail_after_registering(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    body = registration(email="fresh@example.com")
    await client.post("/register", json=body)
    token = token_in(await wait_for_mail(mail_dir, to="fresh@example.com", subject="confirm your e-mail"))

    before = (await sign_in(client, "fresh@example.com")).json()["access_token"]
    answers = await asyncio.gather(
        *(client.post("/email-confirmation/confirm", json={"token": token}) for _ in range(2))
    )
    after = (await sign_in(client, "fresh@example.com")).json()["access_token"]

    assert sorted(answer.status_code for answer in answers) == [204, 422]
    claims = [jwt.decode(token, options={"verify_signature": False})["email_verified"] for token in (before, after)]
    assert claims == [False, True]


async def test_a_token_is_good_for_its_own_purpose_only(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    await client.post("/register", json=registration(email="purpose@example.com"))
    token = token_in(await wait_for_mail(mail_dir, to="purpose@example.com", subject="confirm your e-mail"))

    answers = [
        await confirm(client, token),
        await client.post("/password-reset/confirm", json={"token": token, "new_password": "three-blue-kites"}),
    ]

    assert {answer.status_code for answer in answers} == {422}


async def test_sends_another_mail_when_asked(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user(email="again@example.com")
    first = token_in(await wait_for_mail(mail_dir, to="again@example.com", subject="confirm your e-mail"))
    forget_mails(mail_dir)

    answer = await client.post("/email-confirmation", headers=await bearer(client, user))
    second = token_in(await wait_for_mail(mail_dir, to="again@example.com", subject="confirm your e-mail"))

    assert answer.status_code == 202
    assert (await client.post("/email-confirmation/confirm", json={"token": first})).status_code == 422
    assert (await client.post("/email-confirmation/confirm", json={"token": second})).status_code == 204
