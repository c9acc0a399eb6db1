"""Sending money to another user over HTTP."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from payment.database import transaction
from payment.settings import get_settings
from payment.wallets.models import Wallet
from servicekit.ids import new_id
from servicekit.money import MAX_MINOR
from tests.parallel import at_once
from tests.payment.factories import bearer, deliver, user_registered
from tests.payment.fake_auth import FakeAuth
from tests.payment.records import count, events_sent, ledger_is_consistent, wallets_of

Send = Callable[..., Any]


@pytest.fixture
def auth(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAuth]:
    """Knows ada, who sends, and bob."""
    with FakeAuth({"ada": new_id(), "bob": new_id()}) as fake, monkeypatch.context() as patch:
        patch.setenv("PAYMENT_AUTH_URL", fake.url)
        get_settings.cache_clear()
        yield fake
    get_settings.cache_clear()


@pytest.fixture
def ada(auth: FakeAuth) -> UUID:
    deliver(user_registered(auth.users["ada"]))
    return auth.users["ada"]


@pytest.fixture
def bob(auth: FakeAuth) -> UUID:
    deliver(user_registered(auth.users["bob"]))
    return auth.users["bob"]


@pytest.fixture
def send(app: APIFlask, ada: UUID) -> Send:
    """Ada sends 10.00 to bob, unless the test says otherwise."""

    def send(*, key: str | None = None, headers: dict[str, str] | None = None, **body: Any) -> Any:
        headers = headers or bearer(ada)
        keyed = headers | {"Idempotency-Key": key} if key else headers
        fields = {"receiver_username": "bob", "amount": "10.00"} | body
        return app.test_client().post("/transfer", json=fields, headers=keyed)

    return send


def eur_balances(*user_ids: UUID) -> list[int]:
    return [wallet.balance_minor for id_ in user_ids for wallet in wallets_of(id_) if wallet.currency == "EUR"]


def change_wallet(user_id: UUID, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(Wallet).where(Wallet.user_id == user_id).values(**values))


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_moves_the_money_and_says_so(send: Send, ada: UUID, bob: UUID) -> None:
    answer = send(amount="19.99")

    body = answer.get_json()
    assert answer.status_code == 201
    assert body == {
        "id": body["id"],
        "sender": {"user_id": str(ada), "username": "ada"},
        "receiver": {"user_id": str(bob), "username": "bob"},
        "amount": "19.99",
        "currency": "EUR",
        "created_at": body["created_at"],
    }
    assert eur_balances(ada, bob) == [98_001, 101_999]
    assert ledger_is_consistent()


def test_tells_others(send: Send, ada: UUID, bob: UUID) -> None:
    transfer = send().get_json()

    (event,) = events_sent()
    assert event.type == "transfer.completed"
    assert event.data == {
        "transfer_id": transfer["id"],
        "sender_user_id": str(ada),
        "receiver_user_id": str(bob),
        "amount": "10.00",
        "currency": "EUR",
        "ledger_transaction_id": transfer["id"],
    }


def test_asks_auth_on_behalf_of_the_caller(send: Send, auth: FakeAuth, ada: UUID) -> None:
    headers = bearer(ada)

    send(receiver_username="Bob", headers=headers)

    assert auth.questions == [("Bob", headers["Authorization"])]


def test_opens_the_wallets_that_are_absent(send: Send, auth: FakeAuth, ada: UUID) -> None:
    assert send().status_code == 201
    assert eur_balances(ada, auth.users["bob"]) == [99_000, 101_000]

    assert code_of(send(currency="USD", amount="1.00")) == (409, "insufficient_funds")
    assert {wallet.currency for wallet in wallets_of(ada)} == {"EUR"}


def test_opens_a_closed_wallet_again(send: Send, ada: UUID, bob: UUID) -> None:
    send(headers=bearer(bob, username="bob"), receiver_username="ada", amount="1000.00")
    with transaction() as session:
        session.execute(text("UPDATE wallets SET closed_at = now() WHERE balance_minor = 0"))

    assert send().status_code == 201

    assert [(wallet.balance_minor, wallet.closed_at) for wallet in wallets_of(bob)] == [(1_000, None)]


def test_the_last_cent_can_be_sent_and_not_one_more(send: Send, ada: UUID, bob: UUID) -> None:
    assert code_of(send(amount="1000.01")) == (409, "insufficient_funds")
    assert send(amount="1000.00").status_code == 201
    assert code_of(send(amount="0.01")) == (409, "insufficient_funds")
    assert eur_balances(ada, bob) == [0, 200_000]


@pytest.mark.parametrize(
    "amount",
    ["0", "0.00", "-1.00", "-0", "+1.00", "NaN", "Infinity", "1e2", "1E2", "0x10", "1.999", "1,50", "1.", ".5", "",
     " 1", "1 ", "1_000", "١٢", "99999999999999999999", "9000000000001.00", "1\n", 10, 10.5, True, None, ["1.00"]],
    ids=repr,
)  # fmt: skip
def test_refuses_what_is_no_amount(send: Send, ada: UUID, auth: FakeAuth, amount: Any) -> None:
    answer = send(amount=amount)

    assert code_of(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/amount"]
    assert (eur_balances(ada), auth.questions) == ([100_000], [])


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "1.5"), ("JPY", "1.0"), ("KWD", "1.2345"), ("EUR", "1.000")])
def test_a_currency_has_its_own_decimals(send: Send, currency: str, amount: str) -> None:
    assert code_of(send(currency=currency, amount=amount)) == (422, "validation_failed")


@pytest.mark.parametrize(("currency", "amount"), [("JPY", "150"), ("KWD", "1.234"), ("KWD", "1"), ("EUR", "1.5")])
def test_takes_every_amount_that_the_currency_knows(send: Send, currency: str, amount: str) -> None:
    answer = send(currency=currency, amount=amount)

    assert answer.status_code in {201, 409}
    assert currency == "EUR" or code_of(answer) == (409, "insufficient_funds")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"receiver_username": ""}, "/receiver_username"),
        ({"receiver_username": "a\x00b"}, "/receiver_username"),
        ({"receiver_username": 7}, "/receiver_username"),
        ({"currency": "XXX"}, "/currency"),
        ({"sender_user_id": str(new_id())}, "/sender_user_id"),
        ({"receiver_username": "ada"}, "/receiver_username"),
    ],
)
def test_refuses_other_values_that_cannot_be(send: Send, body: dict[str, Any], pointer: str) -> None:
    answer = send(**body)

    assert code_of(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
    assert count("transfers") == 0


def test_nobody_of_that_name(send: Send) -> None:
    assert code_of(send(receiver_username="nobody")) == (404, "receiver_not_found")


@pytest.mark.parametrize(("frozen", "code"), [("ada", "wallet_frozen"), ("bob", "receiver_wallet_frozen")])
def test_frozen_wallets_send_and_receive_nothing(send: Send, auth: FakeAuth, bob: UUID, frozen: str, code: str) -> None:
    change_wallet(auth.users[frozen], is_frozen=True)

    assert code_of(send()) == (409, code)
    assert eur_balances(auth.users["ada"], bob) == [100_000, 100_000]


def test_a_wallet_does_not_overflow(send: Send, ada: UUID, bob: UUID) -> None:
    change_wallet(bob, balance_minor=MAX_MINOR)

    assert code_of(send(amount="0.01")) == (409, "balance_limit_exceeded")
    assert eur_balances(ada) == [100_000]


def test_the_same_key_moves_the_money_once(send: Send, ada: UUID) -> None:
    first, second = send(key="k"), send(key="k")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.data == first.data
    assert second.headers["Idempotency-Replayed"] == "true"
    assert eur_balances(ada) == [99_000]
    assert code_of(send(key="k", amount="11.00")) == (422, "idempotency_key_reused")


def test_many_at_once_with_the_same_key_move_the_money_once(send: Send, ada: UUID, bob: UUID) -> None:
    answers = at_once([partial(send, key="k")] * 12)

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1
    assert eur_balances(ada, bob) == [99_000, 101_000]


def test_a_refused_transfer_may_be_tried_again_with_the_same_key(send: Send, ada: UUID) -> None:
    change_wallet(ada, is_frozen=True)
    assert code_of(send(key="k")) == (409, "wallet_frozen")
    change_wallet(ada, is_frozen=False)

    assert send(key="k").status_code == 201


def test_a_repeated_request_is_answered_while_auth_is_away(send: Send, auth: FakeAuth) -> None:
    first = send(key="k")
    auth.refusal = (500, {})

    assert send(key="k").data == first.data
    assert code_of(send(key="other")) == (503, "auth_unavailable")


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (500, {}, (503, "auth_unavailable")),
        (503, {"Retry-After": "1"}, (503, "auth_unavailable")),
        (401, {}, (401, "invalid_token")),
        (422, {}, (404, "receiver_not_found")),
        (429, {"Retry-After": "7"}, (429, "too_many_requests")),
        (200, {}, (503, "auth_unavailable")),
    ],
)
def test_what_auth_refuses_moves_nothing(
    send: Send, auth: FakeAuth, status: int, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    auth.refusal = (status, headers)

    answer = send()

    assert code_of(answer) == expected
    assert expected[0] not in {429, 503} or int(answer.headers["Retry-After"]) > 0
    assert eur_balances(auth.users["ada"]) == [100_000]


def test_is_a_quick_503_where_nobody_answers(client: FlaskClient) -> None:
    body = {"receiver_username": "bob", "amount": "1.00"}

    answer = client.post("/transfer", json=body, headers=bearer())

    assert code_of(answer) == (503, "auth_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_money_sent_in_a_circle_at_once_stays_the_same_and_nobody_is_turned_away(app: APIFlask, auth: FakeAuth) -> None:
    names = [f"user{number}" for number in range(6)]
    auth.users = {name: new_id() for name in names}

    def send(number: int) -> int:
        sender, receiver = names[number % 6], names[(number * 5 + 1 + number // 6) % 6]
        if sender == receiver:
            return 201
        body = {"receiver_username": receiver, "amount": "1.00"}
        headers = bearer(auth.users[sender], username=sender)
        return app.test_client().post("/transfer", json=body, headers=headers).status_code

    with ThreadPoolExecutor(8) as threads:
        statuses = set(threads.map(send, range(120)))

    assert statuses == {201}
    assert sum(eur_balances(*auth.users.values())) == 6 * 100_000
    assert ledger_is_consistent()
