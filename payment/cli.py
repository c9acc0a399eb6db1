"""The processes and commands of the service: `python -m payment web|relay|consumer|clock|migrate|…`.

Each imports what it needs where it starts: the clock has no use for the web framework, nor the relay for the ORM.
"""

import sys
from typing import Any

import click

from payment.settings import Settings, get_settings
from servicekit.logging import configure_logging
from servicekit.settings import UnsafeConfiguration
from servicekit.tracing import configure_tracing

_VERIFICATION_SECONDS = 300


def main() -> None:
    """Run a command. A fault of the configuration is told in one line, without values."""
    try:
        commands()
    except UnsafeConfiguration as error:
        sys.exit(f"payment: {error}")


@click.group()
def commands() -> None:
    """The payment service."""


@commands.command()
def web() -> None:
    """Serve the HTTP API until SIGTERM."""
    from servicekit.wsgi_server import WebServer

    settings = _start("web")
    server = WebServer(
        "payment",
        lambda: _application(settings),
        host=settings.host,
        port=settings.port,
        workers=settings.web_workers,
        threads=settings.web_threads,
    )
    server.run()


def _application(settings: Settings) -> Any:
    from payment.app import create_app  # in the worker: its parent only watches over it

    return create_app(settings)


@commands.command()
def relay() -> None:
    """Carry events from the outbox to the broker until SIGTERM."""
    from servicekit.messaging.topology import EXCHANGES
    from servicekit.outbox.relay import run_relay

    settings = _start("relay")
    run_relay(database_url=str(settings.database_url), amqp_url=_amqp_url(settings), exchange=EXCHANGES["payment"])


@commands.command()
def consumer() -> None:
    """Answer what product asks, and open wallets for new users, until SIGTERM."""
    from payment.messaging.consumer import run as run_consumer

    run_consumer(_amqp_url(_start("consumer")))


@commands.command()
def clock() -> None:
    """Ask payment providers for what is due, reconcile, and forget what is past its time, until SIGTERM."""
    from payment.clock import Clock
    from payment.reconciliation.reconciler import start_reconciler
    from servicekit.worker import Worker

    settings = _start("clock")
    worker = Worker()
    worker.start()
    if settings.reconcile_orders_url is not None and settings.reconcile_payments_url is not None:
        start_reconciler(
            worker.stopping,
            orders_url=str(settings.reconcile_orders_url),
            payments_url=str(settings.reconcile_payments_url),
            every_seconds=settings.reconcile_every_seconds,
        )
    Clock(worker).run()


@commands.command()
def migrate() -> None:
    """Bring the database's schema up to date, as its owner."""
    from payment.migrations.upgrade import upgrade

    settings = _start("migrate")
    if settings.database_owner_url is None:
        raise UnsafeConfiguration("PAYMENT_DATABASE_OWNER_URL: migrations need it")
    upgrade(str(settings.database_owner_url))


@commands.command("verify-ledger")
def verify_ledger() -> None:
    """Recompute every sum and balance from the entries, print the report, and exit with 1 if anything is wrong."""
    from payment.ledger import queries
    from servicekit.patience import waiting_at_most

    _start("verify-ledger")
    with waiting_at_most(_VERIFICATION_SECONDS):
        report = queries.verify_ledger(timeout_seconds=_VERIFICATION_SECONDS)
    click.echo(report.model_dump_json(indent=2))
    sys.exit(0 if report.is_consistent else 1)


@commands.command()
@click.option(
    "--grace-seconds", default=60.0, show_default=True, help="What has changed so lately may still be under way."
)
def reconcile(grace_seconds: float) -> None:
    """Compare every order with its payments, the ledger and the stock; name what is not explained, and exit with 1."""
    from payment.reconciliation.queries import Reconciliation
    from payment.reconciliation.report import show
    from payment.reconciliation.snapshots import snapshot

    settings = _start("reconcile")
    if settings.reconcile_orders_url is None or settings.reconcile_payments_url is None:
        raise UnsafeConfiguration("PAYMENT_RECONCILE_ORDERS_URL, PAYMENT_RECONCILE_PAYMENTS_URL: both are needed")
    orders_url, payments_url = str(settings.reconcile_orders_url), str(settings.reconcile_payments_url)
    with snapshot(orders_url) as product, snapshot(payments_url) as payment:
        found = show(Reconciliation(product=product, payment=payment, grace_seconds=grace_seconds))
    sys.exit(1 if found else 0)


def _amqp_url(settings: Settings) -> str:
    if settings.amqp_url is None:
        raise UnsafeConfiguration("PAYMENT_AMQP_URL: this process needs it")
    return str(settings.amqp_url)


def _start(process: str) -> Settings:
    settings = get_settings()
    configure_logging("payment", process, level=settings.log_level, log_format=settings.log_format)
    if process != "web":  # its worker does so, after the fork
        configure_tracing("payment", process)
    return settings
