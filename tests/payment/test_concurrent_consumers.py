"""Several consumers at once, on the same orders and wallets: each order is settled once, no money is made or lost."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from psycopg2.extensions import connection as Psycopg2Connection  # noqa: N812
from sqlalchemy import func, select

from payment.database import transaction
from payment.payments.models import Payment
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from tests.payment.factories import deliver, order_cancelled, order_placed, user_registered
from tests.payment.records import balance_of, count, is_somebody_waiting, ledger_is_consistent, payments_of, wallets_of
from tests.waiting import wait_until

CONSUMERS = 6


def consume_at_once(messages: Sequence[Delivery], *, batch_size: int) -> None:
    batches = [messages[start : start + batch_size] for start in range(0, len(messages), batch_size)]
    with ThreadPoolExecutor(CONSUMERS) as threads:
        list(threads.map(lambda batch: deliver(*batch), batches))


def captured_minor() -> int:
    with transaction() as session:
        return session.scalar(select(func.sum(Payment.amount_minor)).where(Payment.status == "succeeded")) or 0


def test_the_same_messages_at_once_settle_each_order_once() -> None:
    user_ids = [new_id() for _ in range(5)]
    messages = [order_placed(user_id=random.choice(user_ids), total="1.00") for _ in range(60)]
    copies = messages * 3
    random.shuffle(copies)

    consume_at_once(copies, batch_size=20)

    assert count("payments") == count("outbox_events") == 60
    assert sum(balance_of(user_id) for user_id in user_ids) == 5 * 100_000 - 6_000
    assert ledger_is_consistent()


def test_the_same_question_asked_at_once_is_charged_once() -> None:
    fields = {"order_id": new_id(), "user_id": new_id()}

    consume_at_once([order_placed(**fields) for _ in range(24)], batch_size=1)

    assert len(payments_of(fields["order_id"])) == 1
    assert count("outbox_events") == 24
    assert balance_of(fields["user_id"]) == 98_001


def test_one_wallet_never_pays_more_than_it_holds() -> None:
    user_id = new_id()

    consume_at_once([order_placed(user_id=user_id, total="30.00") for _ in range(60)], batch_size=3)

    assert captured_minor() == 33 * 3_000
    assert balance_of(user_id) == 1_000
    assert ledger_is_consistent()


def test_orders_and_their_cancellations_at_once_leave_no_charge() -> None:
    user_ids, order_ids = [new_id() for _ in range(3)], [new_id() for _ in range(60)]
    messages = [order_placed(order_id=id_, user_id=random.choice(user_ids), total="5.00") for id_ in order_ids]
    messages += [order_cancelled(id_) for id_ in order_ids]
    random.shuffle(messages)

    consume_at_once(messages, batch_size=10)

    assert captured_minor() == 0
    assert [balance_of(user_id) for user_id in user_ids] == [100_000] * 3
    assert ledger_is_consistent()


def test_a_batch_that_loses_a_deadlock_is_repeated_as_a_whole(superuser: Psycopg2Connection) -> None:
    user_id, order_id, held = new_id(), new_id(), new_id()
    deliver(user_registered(user_id), order_placed(order_id=held))
    (wallet,) = wallets_of(user_id)

    with ThreadPoolExecutor(1) as threads, superuser.cursor() as cursor:
        # The other side takes the wallet, waits until the consumer stands before it, and then wants the order.
        cursor.execute("BEGIN; SET LOCAL deadlock_timeout = '10s'")
        cursor.execute("SELECT FROM wallets WHERE id = %s FOR UPDATE", (str(wallet.id),))
        batch = threads.submit(deliver, order_placed(order_id=order_id, user_id=user_id), order_cancelled(held))
        wait_until(lambda: is_somebody_waiting(cursor), timeout_seconds=5)
        cursor.execute("SELECT FROM orders WHERE id = %s FOR UPDATE", (str(held),))
        cursor.execute("COMMIT")
        batch.result(timeout=10)

    assert balance_of(user_id) == 98_001
    assert payments_of(held)[0].status == "refunded"
