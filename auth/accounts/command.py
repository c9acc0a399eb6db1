"""Making accounts from the command line."""

import asyncio
import sys

import click
from pydantic import ValidationError

from auth.accounts import services
from auth.accounts.passwords import PasswordHasher
from auth.accounts.schemas import Registration
from auth.database import database
from auth.settings import Settings
from servicekit.principal import Role
from servicekit.problems import Problem


def create_user(settings: Settings, *, username: str, email: str, role: Role) -> None:
    """Make sure the account exists, with the password read from standard input. Says in one line what is wrong."""
    password = sys.stdin.readline().rstrip("\n")
    try:
        account = Registration.model_validate({"username": username, "email": email, "password": password})
        asyncio.run(_ensure_user(settings, account, role))
    except ValidationError as error:
        raise click.ClickException(_faults(error)) from None
    except Problem as problem:
        raise click.ClickException(problem.title) from problem


def _faults(error: ValidationError) -> str:
    """What is wrong with which field, without the values."""
    faults = (f"{fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors())
    return "; ".join(faults)


async def _ensure_user(settings: Settings, account: Registration, role: Role) -> None:
    async with database(str(settings.database_url)):
        await services.ensure_user(
            username=account.username,
            email=account.email,
            password=account.password.get_secret_value(),
            role=role,
            hasher=PasswordHasher(threads=1),
        )
