"""A user's account is deleted: their wallets are frozen for good, whatever comes first."""

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest

from servicekit.ids import new_id
from servicekit.messaging import Delivery
from tests.payment.factories import deliver, order_cancelled, order_placed, user_deleted, user_registered
from tests.payment.records import answers_about, balance_of, ledger_is_consistent, payments_of, wallets_of


def test_freezes_the_wallets_of_this_user_only() -> None:
    gone, stays = new_id(), new_id()
    deliver(user_registered(gone), user_registered(stays))

    deliver(user_deleted(gone))

    assert [wallet.is_frozen for wallet in wallets_of(gone)] == [True]
    assert [wallet.is_frozen for wallet in wallets_of(stays)] == [False]


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
