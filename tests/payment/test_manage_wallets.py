"""Opening, naming, freezing and closing wallets over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from servicekit.ids import new_id
from tests.payment.factories import bearer, deliver, order_cancelled, order_placed, user_registered
from tests.payment.records import count, ledger_is_consistent, payments_of, wallets_of

STAFF = bearer(role="staff")


@pytest.fixture
def user_id() -> UUID:
    """A user with the starting balance in EUR."""
    id_ = new_id()
    deliver(user_registered(id_))
    return id_


def open_wallet(client: FlaskClient, user_id: UUID, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/wallets", json={"currency": "USD"} | body, headers=bearer(user_id))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    wallet: dict[str, Any] = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/wallets/{wallet['id']}"
    return wallet


def url(wallet: dict[str, Any]) -> str:
    return f"/api/v1/wallets/{wallet['id']}"


def eur_url(user_id: UUID) -> str:
    return f"/api/v1/wallets/{wallets_of(user_id)[0].id}"


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_opens_an_empty_wallet_in_another_currency(client: FlaskClient, user_id: UUID) -> None:
    wallet = open_wallet(client, user_id, currency="JPY", label="Travel")

    assert (wallet["balance"], wallet["currency"], wallet["label"], wallet["is_frozen"]) == (
        "0",
        "JPY",
        "Travel",
        False,
    )
    assert client.get(url(wallet), headers=bearer(user_id)).get_json() == wallet


def test_the_wallet_in_the_starting_currency_brings_the_starting_balance_whoever_opens_it(client: FlaskClient) -> None:
    user_id = new_id()

    wallet = open_wallet(client, user_id, currency="EUR")
    deliver(user_registered(user_id))

    assert wallet["balance"] == "1000.00"
    assert [wallet.balance_minor for wallet in wallets_of(user_id)] == [100_000]
    assert ledger_is_consistent()


def test_there_is_one_wallet_per_currency(client: FlaskClient, user_id: UUID) -> None:
    again = client.post("/api/v1/wallets", json={"currency": "EUR"}, headers=bearer(user_id))

    assert code_of(again) == (409, "wallet_exists")


def test_many_who_open_the_same_wallet_at_once_open_one(app: APIFlask) -> None:
    headers = bearer(new_id())

    def open_one(_number: int) -> int:
        return app.test_client().post("/api/v1/wallets", json={"currency": "EUR"}, headers=headers).status_code

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(open_one, range(8)))

    assert statuses == [201] + [409] * 7
    assert count("wallets") == count("ledger_transactions") == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/currency"),
        ({"currency": "XXX"}, "/currency"),
        ({"currency": "eur"}, "/currency"),
        ({"currency": 978}, "/currency"),
        ({"currency": "USD", "balance": "5.00"}, "/balance"),
        ({"currency": "USD", "user_id": str(new_id())}, "/user_id"),
        ({"currency": "USD", "is_frozen": False}, "/is_frozen"),
        ({"currency": "USD", "label": ""}, "/label"),
        ({"currency": "USD", "label": "x" * 61}, "/label"),
        ({"currency": "USD", "label": "a\x00b"}, "/label"),
        ({"currency": "USD", "label": "\ud800"}, "/label"),
    ],
)
def test_refuses_to_open_what_is_no_wallet(client: FlaskClient, body: dict[str, Any], pointer: str) -> None:
    answer = client.post("/api/v1/wallets", json=body, headers=bearer())

    assert code_of(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
    assert count("wallets") == 0


def test_its_owner_names_a_wallet_and_takes_the_name_away(client: FlaskClient, user_id: UUID) -> None:
    named = client.patch(eur_url(user_id), json={"label": "Pocket money"}, headers=bearer(user_id)).get_json()
    unchanged = client.patch(eur_url(user_id), json={}, headers=bearer(user_id)).get_json()
    unnamed = client.patch(eur_url(user_id), json={"label": None}, headers=bearer(user_id)).get_json()

    assert [wallet["label"] for wallet in (named, unchanged, unnamed)] == ["Pocket money", "Pocket money", None]


def test_staff_freeze_a_wallet_and_let_it_go_again(client: FlaskClient, user_id: UUID) -> None:
    frozen = client.patch(eur_url(user_id), json={"is_frozen": True}, headers=STAFF).get_json()
    released = client.patch(eur_url(user_id), json={"is_frozen": False}, headers=STAFF).get_json()

    assert [wallet["is_frozen"] for wallet in (frozen, released)] == [True, False]


def test_nobody_freezes_their_own_and_staff_name_nobody_elses(client: FlaskClient, user_id: UUID) -> None:
    own = client.patch(eur_url(user_id), json={"is_frozen": False}, headers=bearer(user_id))
    elses = client.patch(eur_url(user_id), json={"label": "x"}, headers=STAFF)

    assert code_of(own) == code_of(elses) == (403, "forbidden")


@pytest.mark.parametrize("field", ["balance", "balance_minor", "currency", "user_id", "closed_at"])
def test_nothing_else_can_be_changed(client: FlaskClient, user_id: UUID, field: str) -> None:
    answer = client.patch(eur_url(user_id), json={field: "5.00"}, headers=STAFF)

    assert code_of(answer) == (422, "validation_failed")


def test_a_frozen_wallet_pays_nothing_and_takes_refunds(client: FlaskClient, user_id: UUID) -> None:
    paid, declined = new_id(), new_id()
    deliver(order_placed(user_id=user_id, order_id=paid, total="100.00"))
    client.patch(eur_url(user_id), json={"is_frozen": True}, headers=STAFF)

    deliver(order_placed(user_id=user_id, order_id=declined), order_cancelled(paid))

    assert payments_of(declined)[0].failure_code == "wallet_frozen"
    assert wallets_of(user_id)[0].balance_minor == 100_000


def test_an_empty_wallet_is_closed_and_stays_readable(client: FlaskClient, user_id: UUID) -> None:
    wallet, headers = open_wallet(client, user_id), bearer(user_id)

    assert client.delete(url(wallet), headers=headers).status_code == 204

    listed = client.get("/api/v1/wallets", headers=headers).get_json()["results"]
    closed = client.get("/api/v1/wallets?is_closed=true", headers=headers).get_json()["results"]
    assert [entry["currency"] for entry in listed] == ["EUR"]
    assert [entry["id"] for entry in closed] == [wallet["id"]]
    assert client.get(url(wallet), headers=headers).get_json()["closed_at"] is not None


def test_closing_again_changes_nothing(client: FlaskClient, user_id: UUID) -> None:
    wallet, headers = open_wallet(client, user_id), bearer(user_id)
    client.delete(url(wallet), headers=headers)
    first = client.get(url(wallet), headers=headers).get_json()

    assert client.delete(url(wallet), headers=headers).status_code == 204
    assert client.get(url(wallet), headers=headers).get_json() == first


def test_a_closed_wallet_is_opened_again(client: FlaskClient, user_id: UUID) -> None:
    wallet = open_wallet(client, user_id, label="Old")
    client.delete(url(wallet), headers=bearer(user_id))

    again = open_wallet(client, user_id, label="New")

    assert (again["id"], again["closed_at"], again["label"]) == (wallet["id"], None, "New")


def test_a_wallet_with_money_in_it_is_not_closed(client: FlaskClient, user_id: UUID) -> None:
    answer = client.delete(eur_url(user_id), headers=bearer(user_id))

    assert code_of(answer) == (409, "wallet_not_empty")
    assert wallets_of(user_id)[0].closed_at is None


def test_closing_is_no_way_out_of_being_frozen(client: FlaskClient, user_id: UUID) -> None:
    wallet = open_wallet(client, user_id)
    client.patch(url(wallet), json={"is_frozen": True}, headers=STAFF)

    assert code_of(client.delete(url(wallet), headers=bearer(user_id))) == (409, "wallet_frozen")


def test_a_refund_opens_a_closed_wallet_again(client: FlaskClient, user_id: UUID) -> None:
    order_id = new_id()
    deliver(order_placed(user_id=user_id, order_id=order_id, total="1000.00"))
    assert client.delete(eur_url(user_id), headers=bearer(user_id)).status_code == 204

    deliver(order_cancelled(order_id))

    (wallet,) = wallets_of(user_id)
    assert (wallet.balance_minor, wallet.closed_at) == (100_000, None)
    assert ledger_is_consistent()


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_another_users_wallet_is_not_there(client: FlaskClient, user_id: UUID, method: str) -> None:
    body = {"label": "mine"} if method == "patch" else None

    answer = client.open(eur_url(user_id), method=method.upper(), headers=bearer(), json=body)

    assert code_of(answer) == (404, "wallet_not_found")
