"""People are written to in their language: the one they have chosen, or the one their browser asked for."""

import re
from pathlib import Path

import httpx2
import pytest

from auth.mail.texts import PATHS, TEXTS
from auth.preferences.languages import language_asked_for
from tests.auth.factories import bearer, make_user, registration, sign_in
from tests.auth.mailbox import token_in, wait_for_mail


async def test_the_language_of_the_registration_is_that_of_its_mail(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    details = registration(email="ivan@example.com")

    await client.post("/register", json=details, headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"})
    message = await wait_for_mail(mail_dir, to="ivan@example.com", subject="Подтвердите адрес")
    confirmed = await client.post("/email-confirmation/confirm", json={"token": token_in(message)})

    assert f"Здравствуйте, {details['username']}!" in message.get_content()
    assert confirmed.status_code == 204
    headers = {"Authorization": f"Bearer {(await sign_in(client, 'ivan@example.com')).json()['access_token']}"}
    me = (await client.get("/api/v1/users/me", headers=headers)).json()
    preferences = await client.get(f"/api/v1/users/{me['id']}/preferences", headers=headers)
    assert preferences.json()["language"] == "ru"


async def test_a_language_chosen_later_holds_from_then_on(client: httpx2.AsyncClient, mail_dir: Path) -> None:
    user = await make_user(email="anna@example.com")
    path = f"/api/v1/users/{user.id}/preferences"
    await client.patch(path, json={"language": "ru"}, headers=await bearer(client, user))

    await client.post("/password-reset", json={"email": "anna@example.com"})

    assert await wait_for_mail(mail_dir, to="anna@example.com", subject="Новый пароль")


async def test_who_prefers_a_language_we_do_not_speak_is_written_to_in_english(
    client: httpx2.AsyncClient, mail_dir: Path
) -> None:
    user = await make_user(email="joao@example.com", language="pt-BR")

    await client.post("/password-reset", json={"email": user.email})

    assert await wait_for_mail(mail_dir, to="joao@example.com", subject="Choose a new password")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru", "ru"),
        ("de,ru;q=0.7,en;q=0.8", "en"),
        ("en;q=0.1, ru-RU", "ru"),
        ("ru;q=0, en;q=0.2", "en"),
        ("fr-FR, *;q=0.5", None),
        ("", None),
        (";;q=,ru;q=much", None),
    ],
)
def test_the_first_of_our_languages_that_the_browser_names_is_taken(header: str, language: str | None) -> None:
    assert language_asked_for(header) == language


def test_every_mail_exists_in_every_language_with_the_same_gaps() -> None:
    def gaps(language: str) -> dict[str, set[str]]:
        return {kind: set(re.findall(r"{\w+}", text.body)) for kind, text in TEXTS[language].items()}

    assert all(gaps(language) == gaps("en") for language in TEXTS)
    assert {kind for kind, found in gaps("en").items() if "{link}" in found} == set(PATHS)
