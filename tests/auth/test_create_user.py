"""Accounts made by operators."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select

from auth.accounts import services
from auth.accounts.errors import EmailTaken
from auth.accounts.models import User
from auth.database import transaction
from auth.messaging.models import OutboxEvent
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
    other = await make_user(password="three-blue-kites")

    for _ in range(2):
        await services.ensure_user(
            username="keeper", email="other@example.com", password_hash=other.password_hash, role="admin"
        )

    account = (await client.get("/api/v1/users/me", headers=headers)).json()
    assert (account["username"], account["email"], account["role"]) == ("Keeper", "keeper@example.com", "admin")
    assert (await sign_in(client, "keeper", "three-blue-kites")).status_code == 200


async def test_takes_no_address_from_another_account(client: httpx2.AsyncClient) -> None:
    user = await make_user(email="keeper@example.com")

    with pytest.raises(EmailTaken):
        await services.ensure_user(
            username="keeper", email="keeper@example.com", password_hash=user.password_hash, role="staff"
        )


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
