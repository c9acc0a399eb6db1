"""A user's first wallet: opened by `user.registered`, or by the first order when that comes earlier."""

from concurrent.futures import ThreadPoolExecutor

from payment.ledger.queries import verify_ledger
from servicekit.ids import new_id
from tests.payment.factories import deliver, order_placed, user_registered
from tests.payment.records import balance_of, count, wallets_of


def test_opens_a_wallet_with_the_starting_balance() -> None:
    user_id = new_id()

    deliver(user_registered(user_id))

    (wallet,) = wallets_of(user_id)
    assert (wallet.currency, wallet.balance_minor, wallet.is_frozen) == ("EUR", 100_000, False)


def test_grants_the_starting_balance_through_the_ledger() -> None:
    deliver(user_registered(new_id()))

    report = verify_ledger(timeout_seconds=30)

    assert report.is_consistent
    assert (report.counts.transactions, report.counts.entries) == (1, 2)


def test_opens_one_wallet_however_often_it_hears_of_the_user() -> None:
    user_id = new_id()
    message = user_registered(user_id)

    deliver(message, message, user_registered(user_id))
    deliver(message)

    assert balance_of(user_id) == 100_000
    assert count("ledger_entries") == 2


def test_an_order_that_overtakes_the_registration_opens_the_wallet() -> None:
    user_id = new_id()

    deliver(order_placed(user_id=user_id, total="100.00"))
    deliver(user_registered(user_id))

    assert balance_of(user_id) == 90_000


def test_registration_and_first_order_in_one_batch_open_one_wallet() -> None:
    user_id = new_id()

    deliver(user_registered(user_id), order_placed(user_id=user_id, total="100.00"))

    assert balance_of(user_id) == 90_000


def test_consumers_that_meet_open_one_wallet() -> None:
    user_id = new_id()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: deliver(user_registered(user_id)), range(16)))

    assert balance_of(user_id) == 100_000
    assert count("ledger_transactions") == 1
