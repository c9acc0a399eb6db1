"""What has happened to one's money: the statement of a wallet, and one's history over all wallets."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from payment.clients.auth import KnownUser
from payment.settings import get_settings
from payment.transfers.services import transfer_money
from servicekit.ids import new_id
from servicekit.principal import Principal
from tests.payment.factories import bearer, deliver, order_cancelled, order_placed, user_registered
from tests.payment.records import wallets_of

Line = dict[str, Any]


@pytest.fixture
def user_id() -> UUID:
    id_ = new_id()
    deliver(user_registered(id_))
    return id_


def principal(user_id: UUID, username: str) -> Principal:
    return Principal(user_id=user_id, username=username, role="customer", session_id=uuid4(), token_id="t")


def send(sender: UUID, receiver: UUID, amount_minor: int, *, currency: str = "EUR") -> UUID:
    """Ada sends money to bob; the transfer's id."""
    bob = KnownUser(id=receiver, username="bob")
    return transfer_money(
        sender=principal(sender, "ada"), receiver=bob, amount_minor=amount_minor, currency=currency
    ).id


def statement_url(user_id: UUID, currency: str = "EUR") -> str:
    (wallet_id,) = (wallet.id for wallet in wallets_of(user_id) if wallet.currency == currency)
    return f"/api/v1/wallets/{wallet_id}/transactions"


def read(client: FlaskClient, url: str, user_id: UUID) -> dict[str, Any]:
    answer = client.get(url, headers=bearer(user_id))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    page: dict[str, Any] = answer.get_json()
    return page


def every_page(client: FlaskClient, url: str | None, user_id: UUID) -> Iterator[list[Line]]:
    while url:
        page = read(client, url, user_id)
        yield page["results"]
        url = page["next"]


def open_second_wallet(client: FlaskClient, user_id: UUID) -> None:
    """In USD, with 30.00 and then 20.00 in it."""
    wallet = client.post("/api/v1/wallets", json={"currency": "USD"}, headers=bearer(user_id)).get_json()
    for amount in ("30.00", "20.00"):
        url = f"/api/v1/wallets/{wallet['id']}/top-up"
        assert client.post(url, json={"amount": amount}, headers=bearer(user_id)).status_code == 200


def test_says_what_each_movement_was_for_and_what_was_left(client: FlaskClient, user_id: UUID) -> None:
    order_id, other = new_id(), new_id()
    deliver(user_registered(other), order_placed(order_id=order_id, user_id=user_id, total="19.99"))
    sent = send(user_id, other, 500)
    received = send(other, user_id, 1)
    deliver(order_cancelled(order_id))
    client.post(statement_url(user_id).replace("transactions", "top-up"), json={"amount": "5"}, headers=bearer(user_id))

    lines = read(client, statement_url(user_id), user_id)["results"]

    wallet_id = str(wallets_of(user_id)[0].id)
    assert {line["wallet_id"] for line in lines} == {wallet_id}
    assert {line["currency"] for line in lines} == {"EUR"}
    assert [(line["kind"], line["amount"], line["balance_after"]) for line in lines] == [
        ("top_up", "5.00", "1000.01"),
        ("refund", "19.99", "995.01"),
        ("transfer", "0.01", "975.02"),
        ("transfer", "-5.00", "975.01"),
        ("payment", "-19.99", "980.01"),
        ("starting_balance", "1000.00", "1000.00"),
    ]
    assert [line["order_id"] for line in lines] == [None, str(order_id), None, None, str(order_id), None]
    assert [line["id"] for line in lines[2:4]] == [str(received), str(sent)]
    assert lines[2]["partner"] == {"user_id": str(other), "username": "ada"}
    assert lines[3]["partner"] == {"user_id": str(other), "username": "bob"}
    assert all(line["created_at"].endswith("Z") for line in lines)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("list_", ["statement", "history"])
def test_the_pages_together_are_the_list(client: FlaskClient, user_id: UUID, limit: int, list_: str) -> None:
    deliver(*[order_placed(user_id=user_id, total="1.00") for _ in range(3)])
    open_second_wallet(client, user_id)
    url = "/transactions" if list_ == "history" else statement_url(user_id)
    whole = read(client, f"{url}?limit=100", user_id)["results"]

    pages = list(every_page(client, f"{url}?limit={limit}", user_id))

    assert [line for page in pages for line in page] == whole
    assert len(whole) == (6 if list_ == "history" else 4)
    assert {len(page) for page in pages[:-1]} <= {limit}


@pytest.mark.parametrize("list_", ["statement", "history"])
def test_a_page_leads_back_to_the_one_before(client: FlaskClient, user_id: UUID, list_: str) -> None:
    deliver(*[order_placed(user_id=user_id, total="1.00") for _ in range(4)])
    url = "/transactions" if list_ == "history" else statement_url(user_id)
    first = read(client, f"{url}?limit=2", user_id)
    second = read(client, first["next"], user_id)
    third = read(client, second["next"], user_id)

    assert (first["previous"], third["next"]) == (None, None)
    assert read(client, third["previous"], user_id)["results"] == second["results"]
    back = read(client, second["previous"], user_id)
    assert (back["results"], back["previous"]) == (first["results"], None)


def test_what_happens_meanwhile_shifts_nothing(client: FlaskClient, user_id: UUID) -> None:
    deliver(*[order_placed(user_id=user_id, total="1.00") for _ in range(4)])
    before = read(client, statement_url(user_id), user_id)["results"]
    first = read(client, f"{statement_url(user_id)}?limit=2", user_id)
    deliver(order_placed(user_id=user_id, total="1.00"))

    assert read(client, first["next"], user_id)["results"] == before[2:4]


def test_history_goes_over_all_wallets_the_newest_first(client: FlaskClient, user_id: UUID) -> None:
    open_second_wallet(client, user_id)
    deliver(order_placed(user_id=user_id, total="1.00"))

    lines = read(client, "/transactions", user_id)["results"]

    assert [(line["currency"], line["balance_after"]) for line in lines] == [
        ("EUR", "999.00"), ("USD", "50.00"), ("USD", "30.00"), ("EUR", "1000.00"),
    ]  # fmt: skip


def test_history_can_be_skipped_through(client: FlaskClient, user_id: UUID) -> None:
    deliver(*[order_placed(user_id=user_id, total="1.00") for _ in range(5)])
    whole = read(client, "/transactions", user_id)["results"]

    page = read(client, "/transactions?skip=2&limit=2", user_id)

    assert page["results"] == whole[2:4]
    assert read(client, page["next"], user_id)["results"] == whole[4:6]
    assert read(client, "/transactions?skip=6&limit=2", user_id) == {"results": [], "next": None, "previous": None}


def test_history_shows_as_much_as_is_set(client: FlaskClient, user_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(*[order_placed(user_id=user_id, total="1.00") for _ in range(3)])
    monkeypatch.setenv("PAYMENT_TRANSACTIONS_PAGE_SIZE", "2")
    get_settings.cache_clear()

    try:
        assert len(read(client, "/transactions", user_id)["results"]) == 2
    finally:
        get_settings.cache_clear()


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("skip=-1", "skip"), ("skip=10001", "skip"), ("skip=x", "skip"), ("limit=0", "limit"), ("limit=101", "limit"),
        ("cursor=x", "cursor"), ("cursor=o123", "cursor"), ("skip=1&cursor=o" + "0" * 32, ""),
    ],
)  # fmt: skip
def test_refuses_to_page_by_what_is_no_place(client: FlaskClient, query: str, pointer: str) -> None:
    answer = client.get(f"/transactions?{query}", headers=bearer())

    assert (answer.status_code, answer.get_json()["code"]) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_a_place_beyond_all_entries_is_no_defect(client: FlaskClient, user_id: UUID) -> None:
    assert len(read(client, f"/transactions?cursor=o{'f' * 32}", user_id)["results"]) == 1
    assert read(client, f"/transactions?cursor=n{'f' * 32}", user_id)["results"] == []


def test_a_closed_wallets_statement_stays(client: FlaskClient, user_id: UUID) -> None:
    send(user_id, new_id(), 100_000)
    url = statement_url(user_id)
    assert client.delete(url.removesuffix("/transactions"), headers=bearer(user_id)).status_code == 204

    assert [line["balance_after"] for line in read(client, url, user_id)["results"]] == ["0.00", "1000.00"]
    assert len(read(client, "/transactions", user_id)["results"]) == 2


def test_somebody_without_wallets_has_no_history(client: FlaskClient) -> None:
    assert read(client, "/transactions", new_id())["results"] == []


def test_another_users_statement_is_not_there_but_for_staff(client: FlaskClient, user_id: UUID) -> None:
    url = statement_url(user_id)

    assert client.get(url, headers=bearer()).get_json()["code"] == "wallet_not_found"
    assert len(client.get(url, headers=bearer(role="staff")).get_json()["results"]) == 1
    assert client.get("/transactions", headers=bearer(role="staff")).get_json()["results"] == []
