"""Verifying a large ledger, on generated data."""

import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

from bench.private_shop import PrivateService, private_service
from bench.report import Figure
from bench.scale import Scale
from bench.statements import execute
from stack.shop import ROOT

LONGEST_VERIFICATION_SECONDS = 10
SHORT_HISTORY = 1_000

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
    """Seconds to verify everything, by the command."""
    with private_service("payment", processes=()) as payment:
        add_history(payment, wallet=UUID(int=2), movements=SHORT_HISTORY)
        add_history(payment, wallet=UUID(int=1), movements=scale.rows // 2 - SHORT_HISTORY)
        seconds = _verification_seconds(payment)
    yield Figure.at_most(LONGEST_VERIFICATION_SECONDS, name="verification of all, the command", value=seconds, unit="s")
    yield Figure("ledger entries", scale.rows, "")


def add_history(payment: PrivateService, *, wallet: UUID, movements: int) -> None:
    """Of a wallet that is its user's by the same id. As the superuser, who alone can keep the triggers silent."""
    superuser = urlsplit(payment.servers.postgres.superuser_url)._replace(path="/payment").geturl()
    execute(superuser, _HISTORY, "VACUUM ANALYZE", wallet=str(wallet), ours=str(UUID(int=3)), movements=movements)


def _verification_seconds(payment: PrivateService) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "payment", "verify-ledger"],
        cwd=ROOT, env=dict(payment.environment), check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - started
