"""The verification recomputes everything, and names what is wrong. A check that never fails proves nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Psycopg2Connection  # noqa: N812

from servicekit.ids import new_id
from tests.payment.factories import bearer, deliver, order_cancelled, order_placed
from tests.payment.records import wallets_of

Tamper = Callable[[str], None]
Verify = Callable[[], dict[str, Any]]


@pytest.fixture
def tamper(superuser: Psycopg2Connection) -> Tamper:
    """Change what nobody may change, without a trigger noticing."""

    def run(statement: str) -> None:
        with superuser.cursor() as cursor:
            cursor.execute(f"SET session_replication_role = replica; {statement}")

    return run


@pytest.fixture
def report(client: FlaskClient) -> Verify:
    def verify() -> Any:
        answer = client.get("/api/v1/ledger/verify", headers=bearer(role="staff"))
        assert answer.status_code == 200
        return answer.get_json()

    return verify


def make_history() -> str:
    """A user's grant, two payments and a refund. Returns the wallet's id."""
    user_id, order_id = new_id(), new_id()
    deliver(order_placed(user_id=user_id, order_id=order_id), order_placed(user_id=user_id, total="5.00"))
    deliver(order_cancelled(order_id))
    return str(wallets_of(user_id)[0].id)


def run_command() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "payment", "verify-ledger"], capture_output=True, text=True, check=False
    )


def test_finds_nothing_wrong_with_an_empty_ledger(report: Verify) -> None:
    assert report()["is_consistent"]


def test_counts_and_sums_a_sound_ledger(report: Verify) -> None:
    make_history()

    assert report() == {
        "is_consistent": True,
        "currencies": [{"currency": "EUR", "entries": 8, "sum": "0.00"}],
        "unbalanced_transactions": [],
        "differing_wallets": [],
        "counts": {"accounts": 3, "transactions": 4, "entries": 8, "wallets": 1},
    }


def test_names_a_wallet_whose_balance_was_changed(report: Verify, tamper: Tamper) -> None:
    wallet_id = make_history()

    tamper("UPDATE wallets SET balance_minor = balance_minor + 1")

    assert not report()["is_consistent"]
    assert report()["differing_wallets"] == [
        {"wallet_id": wallet_id, "currency": "EUR", "balance": "995.01", "sum_of_entries": "995.00", "wrong_entries": 0}
    ]


def test_names_a_transaction_whose_entry_was_changed(report: Verify, tamper: Tamper) -> None:
    make_history()

    tamper("UPDATE ledger_entries SET amount_minor = amount_minor - 100 WHERE amount_minor = 500")

    found = report()
    assert not found["is_consistent"]
    assert [fault["sum"] for fault in found["unbalanced_transactions"]] == ["-1.00"]
    assert found["currencies"][0]["sum"] == "-1.00"


def test_names_a_transaction_and_a_wallet_whose_entry_vanished(report: Verify, tamper: Tamper) -> None:
    wallet_id = make_history()

    tamper("DELETE FROM ledger_entries WHERE amount_minor = -500")

    found = report()
    assert [fault["sum"] for fault in found["unbalanced_transactions"]] == ["5.00"]
    assert [(fault["wallet_id"], fault["wrong_entries"]) for fault in found["differing_wallets"]] == [(wallet_id, 1)]


def test_names_a_wallet_whose_history_shows_wrong_balances(report: Verify, tamper: Tamper) -> None:
    wallet_id = make_history()

    tamper("UPDATE ledger_entries SET balance_after_minor = NULL WHERE amount_minor = -500")

    faults = report()["differing_wallets"]
    assert [(fault["wallet_id"], fault["wrong_entries"]) for fault in faults] == [(wallet_id, 1)]


def test_names_a_wallet_without_any_entries(report: Verify, tamper: Tamper) -> None:
    tamper(f"INSERT INTO wallets (id, user_id, currency, balance_minor) VALUES ('{new_id()}', '{new_id()}', 'EUR', 1)")

    assert [fault["balance"] for fault in report()["differing_wallets"]] == ["0.01"]


def test_is_for_staff_only(client: FlaskClient) -> None:
    assert client.get("/api/v1/ledger/verify", headers=bearer()).status_code == 403


def test_the_command_succeeds_on_a_sound_ledger() -> None:
    make_history()

    result = run_command()

    assert result.returncode == 0
    assert json.loads(result.stdout)["is_consistent"] is True


def test_the_command_fails_on_a_broken_ledger(tamper: Tamper) -> None:
    make_history()
    tamper("UPDATE wallets SET balance_minor = 0")

    result = run_command()

    assert result.returncode == 1
    assert len(json.loads(result.stdout)["differing_wallets"]) == 1
