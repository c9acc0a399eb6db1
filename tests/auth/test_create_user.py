"""Accounts made by operators."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from auth.accounts import services
from auth.accounts.errors import EmailTaken
from auth.accounts.models import User
from auth.accounts.passwords import PasswordHasher
from auth.database import transaction
from auth.messaging.models import OutboxEvent
from servicekit.principal import Role
from stack.provisioning import DatabaseUrls
from tests.auth.factories import bearer, make_user, sign_in

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def command(database_urls: DatabaseUrls, keys_dir: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "test",
        "AUTH_DATABASE_URL": database_urls.app,
        "AUTH_SIGNING_KEYS_DIR": str(keys_dir),
    }


async def create_user(
    environment: dict[str, str], *arguments: str, password: str, command: str = "create-user"
) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "auth", command, *arguments,
        cwd=_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate(f"{password}\n".encode())
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_makes_an_account_with_a_role_and_the_password_from_standard_input(
    client: httpx2.AsyncClient, command: dict[str, str]
) -> None:
    code, output = await create_user(
        command, "keeper", "--email", "keeper@example.com", "--role", "staff", password="three-blue-kites"
    )

    async with transaction() as session:
        user = (await session.scalars(select(User))).one()
        events = await session.scalar(select(func.count()).select_from(OutboxEvent))
    assert (code, user.username, user.role, events) == (0, "keeper", "staff", 1)
    assert (await sign_in(client, "keeper", "three-blue-kites")).status_code == 200
    assert "three-blue-kites" not in output
    assert "keeper@example.com" not in output


async def test_refuses_a_weak_password(client: httpx2.AsyncClient, command: dict[str, str]) -> None:
    code, output = await create_user(
        command, "keeper", "--email", "keeper@example.com", "--role", "staff", password="password1"
    )

    assert (code, output) == (1, "Error: password: is too common\n")


async def test_gives_an_account_that_exists_the_role_and_the_password(client: httpx2.AsyncClient) -> None:
    user = await make_user(username="Keeper", email="keeper@example.com")
    headers = await bearer(client, user)

    await ensure_user(password="three-blue-kites", role="admin")

    assert (await client.get("/api/v1/users/me", headers=headers)).status_code == 401
    account = (await client.get("/api/v1/users/me", headers=await signed_in(client, "three-blue-kites"))).json()
    assert (account["username"], account["email"], account["role"]) == ("Keeper", "keeper@example.com", "admin")


async def test_ends_no_session_when_nothing_is_new(client: httpx2.AsyncClient) -> None:
    await ensure_user(password="three-blue-kites", role="staff")
    headers = await signed_in(client, "three-blue-kites")

    await ensure_user(password="three-blue-kites", role="staff")

    assert (await client.post("/verify", headers=headers)).status_code == 200


@pytest.mark.parametrize("change", [{"password": "four-green-kites"}, {"role": "customer"}])
async def test_ends_the_sessions_when_password_or_role_are_new(
    client: httpx2.AsyncClient, change: dict[str, Any]
) -> None:
    before: dict[str, Any] = {"password": "three-blue-kites", "role": "staff"}
    await ensure_user(**before)
    headers = await signed_in(client, "three-blue-kites")

    await ensure_user(**before | change)

    assert (await client.post("/verify", headers=headers)).status_code == 401
    async with transaction() as session:
        revoked = select(func.count()).where(OutboxEvent.type == "session.revoked")
        assert await session.scalar(revoked) == 1


async def ensure_user(*, password: str, role: Role) -> None:
    await services.ensure_user(
        username="keeper", email="other@example.com", password=password, role=role, hasher=PasswordHasher(threads=1)
    )


async def signed_in(client: httpx2.AsyncClient, password: str) -> dict[str, str]:
    answer = await sign_in(client, "keeper", password)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_takes_no_address_from_another_account(client: httpx2.AsyncClient) -> None:
    await make_user(email="other@example.com")

    with pytest.raises(EmailTaken):
        await ensure_user(password="three-blue-kites", role="staff")


async def test_makes_the_first_admin(client: httpx2.AsyncClient, command: dict[str, str]) -> None:
    for _ in range(2):
        code, output = await create_user(
            command, "ada", "--email", "ada@example.com", password="three-blue-kites", command="create-admin"
        )
        assert (code, "three-blue-kites" in output) == (0, False)

    async with transaction() as session:
        user = (await session.scalars(select(User))).one()
    assert user.role == "admin"
    assert (await sign_in(client, "ada", "three-blue-kites")).status_code == 200
