"""Verifying a large ledger, and reading the statement of a wallet with a long history, on generated data."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import UUID

import psycopg2

from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale
from stack.shop import ROOT

LONGEST_VERIFICATION_SECONDS = 10
MOST_FOR_A_LONG_HISTORY = 1.5
SHORT_HISTORY = 1_000
_LONG, _SHORT = UUID(int=1), UUID(int=2)
_READINGS = 300

# Half of the entries are in the wallet, the other half on our own account.
_HISTORY = """
    SET session_replication_role = replica;
    INSERT INTO ledger_accounts VALUES (%(wallet)s, 'wallet', 'EUR');
    INSERT INTO ledger_accounts VALUES (%(ours)s, 'top_ups', 'EUR') ON CONFLICT DO NOTHING;
    INSERT INTO wallets (id, user_id, currency, balance_minor) VALUES (%(wallet)s, %(wallet)s, 'EUR', %(movements)s);
    CREATE TEMPORARY TABLE movements ON COMMIT DROP AS
        SELECT gen_random_uuid() AS id, number FROM generate_series(1, %(movements)s) AS number;
    INSERT INTO ledger_transactions (id, reference) SELECT id, 'topup:' || id FROM movements;
    INSERT INTO ledger_entries (transaction_id, account_id, currency, amount_minor, balance_after_minor)
    SELECT id, account, 'EUR', amount, balance FROM movements CROSS JOIN LATERAL (
        VALUES (%(wallet)s::uuid, 1, number), (%(ours)s::uuid, -1, NULL)
    ) AS side (account, amount, balance) ORDER BY number;
"""


def measure(scale: Scale) -> Iterator[Figure]:
    """Seconds to verify everything, by the command; milliseconds for a page of a statement, short history and long."""
    with private_service("payment", processes=()) as payment:
        _generate(payment, wallet=_SHORT, movements=SHORT_HISTORY)
        movements = scale.rows // 2 - SHORT_HISTORY
        _generate(payment, wallet=_LONG, movements=movements)
        seconds = _verification_seconds(payment)
        with patch.dict(os.environ, payment.environment):
            middle = SHORT_HISTORY, 2 * SHORT_HISTORY + movements
            turns = [
                (_page_milliseconds(_SHORT, middle[0]), _page_milliseconds(_LONG, middle[1]))
                for _ in range(scale.turns * 2)
            ]
    short, long = (min(column) for column in zip(*turns, strict=True))
    yield Figure("ledger entries", scale.rows, "")
    yield Figure.at_most(LONGEST_VERIFICATION_SECONDS, name="verification of all, the command", value=seconds, unit="s")
    yield Figure("page of a statement, 1,000 entries", short, "ms")
    yield Figure(f"page of a statement, {movements:,} entries", long, "ms")
    yield Figure.at_most(MOST_FOR_A_LONG_HISTORY, name="long history to short", value=long / short, unit="")


def _generate(payment: PrivateService, *, wallet: UUID, movements: int) -> None:
    """As the superuser, who alone can keep the triggers silent."""
    superuser = urlsplit(payment.servers.postgres.superuser_url)._replace(path="/payment").geturl()
    connection = psycopg2.connect(superuser)
    values = {"wallet": str(wallet), "ours": str(UUID(int=3)), "movements": movements}
    with connection, connection.cursor() as cursor:
        cursor.execute(_HISTORY, values)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def _verification_seconds(payment: PrivateService) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "payment", "verify-ledger"],
        cwd=ROOT, env=dict(payment.environment), check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - started


def _page_milliseconds(wallet: UUID, middle: int) -> float:
    """The median of the newest page and of one in the middle of the history, read in turns, as endpoints read it."""
    from payment.database import transaction  # noqa: PLC0415  (only here the service's settings are at hand)
    from payment.pagination import Position  # noqa: PLC0415
    from payment.statements.queries import entries_of, lines  # noqa: PLC0415

    times = []
    for number in range(_READINGS):
        started = time.perf_counter()
        with transaction():
            position = Position(None if number % 2 else middle, is_backward=False)
            assert len(lines(entries_of([wallet], position, limit=21))) == 21
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000
