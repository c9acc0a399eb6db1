"""The processes and commands of the service: `python -m auth web|relay|migrate|…`.

Each imports what it needs where it starts: the relay has no use for the web framework, nor the web for migrations.
"""

import asyncio
import gc
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import click

from auth.settings import Settings
from servicekit.logging import configure_logging
from servicekit.principal import Role
from servicekit.settings import UnsafeConfiguration, load_settings
from servicekit.tracing import configure_tracing

_GRACE_SECONDS = 8
"""For requests in hand after SIGTERM. With the closing of the database pool it stays below ten."""


def main() -> None:
    """Run a command. A fault of the configuration is told in one line, without values."""
    try:
        commands()
    except UnsafeConfiguration as error:
        sys.exit(f"auth: {error}")


@click.group()
def commands() -> None:
    """The auth service."""


@commands.command()
def web() -> None:
    """Serve the HTTP API until SIGTERM."""
    import uvicorn

    from auth.http_protocol import MAX_HEAD_BYTES, ProblemHTTPProtocol
    from auth.main import create_app

    settings = _start("web")
    _leave_hashes_uninterrupted()
    app = create_app(settings)
    gc.freeze()  # what is there by now stays: walking it in each full collection would hold up all requests for 60 ms
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        http=ProblemHTTPProtocol,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _leave_hashes_uninterrupted() -> None:
    """Have the event loop wait for a core instead of taking one from a thread that hashes a password.

    Each of a dozen wake-ups in a sign-in would throw the hash out of the core's caches, and a tenth of the sign-ins
    with it. Linux calls it SCHED_BATCH; a core is waited for a few milliseconds at most.
    """
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


@commands.command()
def relay() -> None:
    """Carry events from the outbox to the broker until SIGTERM."""
    from servicekit.messaging.topology import EXCHANGES
    from servicekit.outbox.relay import run_relay

    settings = _start("relay")
    if settings.amqp_url is None:
        raise UnsafeConfiguration("AUTH_AMQP_URL: the relay needs it")
    run_relay(database_url=str(settings.database_url), amqp_url=str(settings.amqp_url), exchange=EXCHANGES["auth"])


@commands.command()
def migrate() -> None:
    """Bring the database's schema up to date, as its owner."""
    from auth.migrations.upgrade import upgrade

    settings = _start("migrate")
    if settings.database_owner_url is None:
        raise UnsafeConfiguration("AUTH_DATABASE_OWNER_URL: migrations need it")
    upgrade(str(settings.database_owner_url))


@commands.command()
@click.argument("username")
@click.option("--email", required=True)
@click.option("--role", type=click.Choice(["customer", "staff", "admin"]), required=True)
def create_user(username: str, email: str, role: Role) -> None:
    """Make sure an account exists with this role, and with the password read from standard input."""
    _create_user(username, email, role)


@commands.command()
@click.argument("username")
@click.option("--email", required=True)
def create_admin(username: str, email: str) -> None:
    """Make sure an admin exists, with the password read from standard input: the first one, who appoints the others."""
    _create_user(username, email, "admin")


@commands.command()
def rotate_keys() -> None:
    """Publish a new signing key, which signs in ten minutes, and remove those that nobody needs any more."""
    from auth.tokens import key_rotation

    settings = _start("rotate-keys")
    publication = timedelta(seconds=settings.key_publication_seconds)
    rotation = key_rotation.rotate_keys(settings.signing_keys_dir, publication=publication, now=datetime.now(UTC))
    for path in rotation.removed:
        click.echo(f"removed {path.name}")
    moment = f"{rotation.signs_from:%Y-%m-%d %H:%M:%S} UTC"
    if rotation.added is None:
        click.echo(f"nothing added: the newest key signs from {moment}")
    else:
        click.echo(f"added {rotation.added.name}: it is published now and signs from {moment}")


@commands.command()
def purge() -> None:
    """Delete ended sessions, their refresh tokens and old counters, as the web processes do every ten minutes."""
    settings = _start("purge")
    for kind, count in asyncio.run(_purge(settings)).items():
        click.echo(f"{kind}: {count}")


async def _purge(settings: Settings) -> dict[str, int]:
    from auth import housekeeping
    from auth.database import database

    async with database(str(settings.database_url)):
        return await housekeeping.purge()


def _create_user(username: str, email: str, role: Role) -> None:
    from auth.accounts.command import create_user

    create_user(_start("create-user"), username=username, email=email, role=role)


def _start(process: str) -> Settings:
    settings = load_settings(Settings)
    configure_logging("auth", process, level=settings.log_level, log_format=settings.log_format)
    configure_tracing("auth", process)
    return settings
