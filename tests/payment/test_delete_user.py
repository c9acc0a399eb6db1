"""A user's account is deleted: their wallets are frozen for good, whatever comes first, and their name is forgotten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import permutations
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from payment.clients.auth import KnownUser
from payment.database import transaction
from payment.transfers.services import transfer_money
from payment.wallets.errors import WalletFrozen
from payment.wallets.services import open_wallet, open_wallets
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from servicekit.principal import Principal
from tests.parallel import at_once
from tests.payment.factories import bearer, deliver, order_cancelled, order_placed, user_deleted, user_registered
from tests.payment.records import answers_about, balance_of, count, ledger_is_consistent, payments_of, wallets_of

STAFF = bearer(role="staff")


def test_freezes_the_wallets_of_this_user_only() -> None:
    gone, stays = new_id(), new_id()
    deliver(user_registered(gone), user_registered(stays))

    deliver(user_deleted(gone))

    assert [wallet.is_frozen for wallet in wallets_of(gone)] == [True]
    assert [wallet.is_frozen for wallet in wallets_of(stays)] == [False]


def test_a_wallet_that_is_opened_afterwards_is_frozen_as_well() -> None:
    user_id = new_id()
    deliver(user_registered(user_id), user_deleted(user_id))

    open_wallets({(user_id, "USD")})
    with pytest.raises(WalletFrozen):
        open_wallet(user_id=user_id, currency="JPY", label=None)

    assert [wallet.is_frozen for wallet in wallets_of(user_id)] == [True, True]


def test_of_a_deletion_and_an_opening_at_once_none_escapes() -> None:
    users = [new_id() for _ in range(10)]
    deliver(*[user_registered(user_id) for user_id in users])

    for user_id in users:
        racers: list[Callable[[], object]] = [
            partial(deliver, user_deleted(user_id)),
            partial(open_wallets, {(user_id, "USD")}),
        ]
        at_once(racers)

    assert [[wallet.is_frozen for wallet in wallets_of(user_id)] for user_id in users] == [[True, True]] * 10


def test_a_frozen_wallet_pays_nothing_and_gets_refunds() -> None:
    user_id, paid, late = new_id(), new_id(), new_id()
    deliver(order_placed(user_id=user_id, order_id=paid, total="100.00"))

    deliver(user_deleted(user_id))
    deliver(order_placed(user_id=user_id, order_id=late), order_cancelled(paid))

    assert [payment.failure_code for payment in payments_of(late)] == ["wallet_frozen"]
    assert answers_about(paid) == ["payment.succeeded", "payment.refunded"]
    assert balance_of(user_id) == 100_000
    assert ledger_is_consistent()


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("is_one_batch", [True, False])
def test_the_order_of_messages_does_not_bring_it_to_life(order: tuple[int, ...], *, is_one_batch: bool) -> None:
    user_id = new_id()
    deletion = user_deleted(user_id)
    messages = [user_registered(user_id), deletion, deletion]
    arriving: list[Delivery] = [messages[index] for index in order]

    if is_one_batch:
        deliver(*arriving)
    else:
        for message in arriving:
            deliver(message)

    (wallet,) = wallets_of(user_id)
    assert wallet.is_frozen
    assert ledger_is_consistent()


def test_registration_and_deletion_at_once_leave_a_frozen_wallet() -> None:
    users = [new_id() for _ in range(12)]
    messages = [message(user_id) for user_id in users for message in (user_registered, user_deleted)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(deliver, messages))

    assert all(wallet.is_frozen for user_id in users for wallet in wallets_of(user_id))
    assert [len(wallets_of(user_id)) for user_id in users] == [1] * 12


@pytest.fixture
def names() -> dict[str, UUID]:
    """Ada and bob, who have sent each other 5.00 and 7.00."""
    ids = {"ada": new_id(), "bob": new_id()}
    for sender, receiver, amount_minor in (("ada", "bob", 500), ("bob", "ada", 700)):
        transfer_money(
            sender=Principal(user_id=ids[sender], username=sender, role="customer", session_id=new_id(), token_id="t"),
            receiver=KnownUser(id=ids[receiver], username=receiver),
            amount_minor=amount_minor,
            currency="EUR",
        )
    return ids


def wallet_url(user_id: UUID) -> str:
    (wallet,) = wallets_of(user_id)
    return f"/api/v1/wallets/{wallet.id}"


def test_staff_cannot_let_the_wallet_go_again(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(user_deleted(user_id))

    answer = client.patch(wallet_url(user_id), json={"is_frozen": False}, headers=STAFF)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "wallet_owner_deleted")
    assert client.patch(wallet_url(user_id), json={"is_frozen": True}, headers=STAFF).status_code == 200
    assert wallets_of(user_id)[0].is_frozen


def test_the_wallet_of_somebody_who_was_frozen_before_stays_frozen_too(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(user_registered(user_id))
    client.patch(wallet_url(user_id), json={"is_frozen": True}, headers=STAFF)
    deliver(user_deleted(user_id))

    answer = client.patch(wallet_url(user_id), json={"is_frozen": False}, headers=STAFF)

    assert answer.status_code == 409
    assert wallets_of(user_id)[0].is_frozen


def test_others_statements_name_them_no_more(client: FlaskClient, names: dict[str, UUID]) -> None:
    deliver(user_deleted(names["bob"]))

    answer = client.get(f"{wallet_url(names['ada'])}/transactions", headers=bearer(names["ada"]))

    lines = [line for line in answer.get_json()["results"] if line["kind"] == "transfer"]
    bob = {"user_id": str(names["bob"]), "username": "(deleted)"}
    assert [(line["amount"], line["partner"]) for line in lines] == [("7.00", bob), ("-5.00", bob)]


def test_their_own_statement_still_names_those_who_stay(client: FlaskClient, names: dict[str, UUID]) -> None:
    deliver(user_deleted(names["bob"]))

    answer = client.get(f"{wallet_url(names['bob'])}/transactions", headers=STAFF)

    partners = [line["partner"] for line in answer.get_json()["results"] if line["kind"] == "transfer"]
    assert partners == [{"user_id": str(names["ada"]), "username": "ada"}] * 2


def test_nothing_that_they_wrote_stays(client: FlaskClient, names: dict[str, UUID]) -> None:
    bob = names["bob"]
    client.patch(wallet_url(bob), json={"label": "Robert's"}, headers=bearer(bob))
    client.post(
        f"{wallet_url(bob)}/top-up", json={"amount": "1.00"}, headers=bearer(bob) | {"Idempotency-Key": "robert"}
    )
    assert count("idempotency_keys") == 1

    deliver(user_deleted(bob))

    with transaction() as session:
        usernames = session.scalars(text("SELECT unnest(ARRAY[sender_username, receiver_username]) FROM transfers"))
        assert sorted(usernames) == ["(deleted)", "(deleted)", "ada", "ada"]
    assert wallets_of(bob)[0].label is None
    assert count("idempotency_keys") == 0
    assert ledger_is_consistent()
