"""Topping up one's own wallet over HTTP."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import delete, update

from payment.database import transaction
from payment.idempotency_keys import IdempotencyKey
from payment.wallets.models import Wallet
from servicekit.ids import new_id
from servicekit.money import MAX_MINOR
from tests.parallel import at_once
from tests.payment.factories import bearer, deliver, freeze_wallets, user_registered
from tests.payment.records import balance_of, events_sent, ledger_is_consistent, wallets_of

TopUp = Callable[..., Any]


@pytest.fixture
def user_id() -> UUID:
    id_ = new_id()
    deliver(user_registered(id_))
    return id_


@pytest.fixture
def top_up(app: APIFlask, user_id: UUID) -> TopUp:
    """50.00 for the user's only wallet, by the user, unless the test says otherwise."""
    wallet_id = wallets_of(user_id)[0].id

    def top_up(amount: Any = "50.00", *, key: str | None = None, headers: dict[str, str] | None = None) -> Any:
        headers = headers or bearer(user_id)
        keyed = headers | {"Idempotency-Key": key} if key else headers
        return app.test_client().post(f"/api/v1/wallets/{wallet_id}/top-up", json={"amount": amount}, headers=keyed)

    return top_up


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_brings_in_money_through_the_ledger(top_up: TopUp, user_id: UUID) -> None:
    answer = top_up("0.01")

    assert (answer.status_code, answer.get_json()["balance"]) == (200, "1000.01")
    assert balance_of(user_id) == 100_001
    assert ledger_is_consistent()


def test_tells_others(top_up: TopUp, user_id: UUID) -> None:
    top_up()

    (event,) = events_sent()
    assert event.type == "wallet.topped_up"
    assert event.data.pop("ledger_transaction_id")
    assert event.data == {
        "wallet_id": str(wallets_of(user_id)[0].id),
        "user_id": str(user_id),
        "amount": "50.00",
        "currency": "EUR",
    }


def test_the_same_key_brings_money_once(top_up: TopUp, user_id: UUID) -> None:
    first, second = top_up(key="k"), top_up(key="k")

    assert second.data == first.data
    assert second.headers["Idempotency-Replayed"] == "true"
    assert balance_of(user_id) == 105_000
    assert code_of(top_up("51.00", key="k")) == (422, "idempotency_key_reused")


def test_many_at_once_with_the_same_key_bring_money_once(top_up: TopUp, user_id: UUID) -> None:
    answers = at_once([partial(top_up, key="k")] * 12)

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert balance_of(user_id) == 105_000


def test_many_at_once_without_a_key_all_count(top_up: TopUp, user_id: UUID) -> None:
    answers = at_once([top_up] * 12)

    assert {answer.status_code for answer in answers} == {200}
    assert balance_of(user_id) == 160_000
    assert ledger_is_consistent()


def test_a_key_is_good_for_one_top_up_also_after_its_answer_is_forgotten(top_up: TopUp, user_id: UUID) -> None:
    top_up(key="k")
    with transaction() as session:
        session.execute(delete(IdempotencyKey))

    assert code_of(top_up(key="k")) == (422, "idempotency_key_reused")
    assert balance_of(user_id) == 105_000


@pytest.mark.parametrize("amount", ["0", "-5.00", "1.001", "NaN", "1e3", 5, 5.0, None, "10000.01", "9" * 20], ids=repr)
def test_refuses_what_is_no_amount_and_what_is_above_the_limit(top_up: TopUp, user_id: UUID, amount: Any) -> None:
    answer = top_up(amount)

    assert code_of(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/amount"]
    assert balance_of(user_id) == 100_000


def test_the_limit_itself_is_fine(top_up: TopUp) -> None:
    assert top_up("10000.00").get_json()["balance"] == "11000.00"


def test_a_frozen_wallet_takes_nothing(top_up: TopUp) -> None:
    freeze_wallets()

    assert code_of(top_up()) == (409, "wallet_frozen")


def test_a_closed_wallet_takes_nothing(top_up: TopUp) -> None:
    with transaction() as session:
        session.execute(update(Wallet).values(balance_minor=0, closed_at=Wallet.created_at))

    assert code_of(top_up()) == (409, "wallet_closed")


def test_a_wallet_does_not_overflow(top_up: TopUp) -> None:
    with transaction() as session:
        session.execute(update(Wallet).values(balance_minor=MAX_MINOR))

    assert code_of(top_up("0.01")) == (409, "balance_limit_exceeded")


def test_it_is_for_the_owner_only(top_up: TopUp, user_id: UUID) -> None:
    assert code_of(top_up(headers=bearer())) == (404, "wallet_not_found")
    assert code_of(top_up(headers=bearer(role="staff"))) == (403, "forbidden")
    assert balance_of(user_id) == 100_000
