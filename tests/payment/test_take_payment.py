"""`order.placed` and `order.payment_requested`: the payment is taken, or declined with a reason."""

import pytest
from sqlalchemy import text

from payment.database import transaction
from servicekit.ids import new_id
from servicekit.messaging import ContentError
from tests.payment.factories import (
    deliver,
    freeze_wallets,
    order_cancelled,
    order_placed,
    payment_requested,
    user_registered,
)
from tests.payment.records import answers_about, balance_of, count, events_sent, ledger_is_consistent, payments_of


def entries_of(reference: str) -> list[tuple[str, int, int | None]]:
    with transaction() as session:
        rows = session.execute(
            text(
                """SELECT kind, amount_minor, balance_after_minor FROM ledger_entries
                JOIN ledger_accounts ON ledger_accounts.id = account_id
                JOIN ledger_transactions ON ledger_transactions.id = transaction_id
                WHERE reference = :reference ORDER BY ledger_entries.id"""
            ),
            {"reference": reference},
        )
        return [tuple(row) for row in rows]


def test_takes_the_money_from_the_wallet() -> None:
    user_id, order_id = new_id(), new_id()

    deliver(order_placed(order_id=order_id, user_id=user_id, total="19.99"))

    (payment,) = payments_of(order_id)
    assert (payment.status, payment.attempt, payment.amount_minor) == ("succeeded", 1, 1999)
    assert balance_of(user_id) == 98_001
    assert entries_of(f"payment:{payment.id}:capture") == [("wallet", -1999, 98_001), ("sales", 1999, None)]


def test_answers_with_the_capture_and_names_the_question_as_its_cause() -> None:
    user_id, order_id = new_id(), new_id()
    question = order_placed(order_id=order_id, user_id=user_id, total="19.99")

    deliver(question)

    (payment,) = payments_of(order_id)
    (answer,) = events_sent()
    assert answer.type == "payment.succeeded"
    assert answer.data == {
        "payment_id": str(payment.id),
        "order_id": str(order_id),
        "attempt": 1,
        "amount": "19.99",
        "currency": "EUR",
        "ledger_transaction_id": str(payment.ledger_transaction_id),
    }
    assert answer.cause == question.message_id
    assert answer.envelope["correlationid"] == str(order_id)
    assert answer.envelope["sequence"] == "1"


def test_declines_when_there_is_too_little_money() -> None:
    user_id, order_id = new_id(), new_id()

    deliver(order_placed(order_id=order_id, user_id=user_id, total="1000.01"))

    (payment,) = payments_of(order_id)
    (answer,) = events_sent()
    assert (payment.status, payment.failure_code) == ("failed", "insufficient_funds")
    assert (answer.type, answer.data["code"]) == ("payment.failed", "insufficient_funds")
    assert answer.data["message"] == "There is not enough money in the wallet."
    assert balance_of(user_id) == 100_000


def test_spends_the_last_cent() -> None:
    user_id, order_id = new_id(), new_id()

    deliver(order_placed(order_id=order_id, user_id=user_id, total="1000.00"))

    assert payments_of(order_id)[0].status == "succeeded"
    assert balance_of(user_id) == 0


def test_declines_a_currency_that_the_user_has_no_wallet_in() -> None:
    order_id = new_id()

    deliver(order_placed(order_id=order_id, currency="USD"))

    assert payments_of(order_id)[0].failure_code == "currency_mismatch"


def test_declines_when_the_wallet_is_frozen() -> None:
    user_id, order_id = new_id(), new_id()
    deliver(user_registered(user_id))
    freeze_wallets()

    deliver(order_placed(order_id=order_id, user_id=user_id))

    assert payments_of(order_id)[0].failure_code == "wallet_frozen"
    assert balance_of(user_id) == 100_000


def test_a_free_order_is_paid_without_moving_money() -> None:
    user_id, order_id = new_id(), new_id()

    deliver(order_placed(order_id=order_id, user_id=user_id, total="0.00"))

    (payment,) = payments_of(order_id)
    assert (payment.status, balance_of(user_id)) == ("succeeded", 100_000)
    assert entries_of(f"payment:{payment.id}:capture") == []


def test_orders_of_one_user_in_one_batch_never_spend_the_same_money() -> None:
    user_id, order_ids = new_id(), [new_id() for _ in range(3)]

    deliver(*[order_placed(order_id=order_id, user_id=user_id, total="400.00") for order_id in order_ids])

    assert [payments_of(order_id)[0].status for order_id in order_ids] == ["succeeded", "succeeded", "failed"]
    assert balance_of(user_id) == 20_000


def test_a_batch_gives_the_answers_that_single_messages_would() -> None:
    users = [new_id() for _ in range(5)]
    questions = [order_placed(user_id=users[number % 5], total=f"{number}.50") for number in range(100)]

    deliver(*questions)

    assert ledger_is_consistent()
    assert [event.cause for event in events_sent()] == [question.message_id for question in questions]
    assert all(balance_of(user_id) >= 0 for user_id in users)


def test_the_same_message_again_changes_nothing() -> None:
    user_id = new_id()
    question = order_placed(user_id=user_id)

    deliver(question, question)
    deliver(question)

    assert balance_of(user_id) == 98_001
    assert count("outbox_events") == 1


@pytest.mark.parametrize("total", ["19.99", "1000.01"])
def test_a_question_asked_again_gets_the_same_answer_again(total: str) -> None:
    fields = {"order_id": new_id(), "user_id": new_id(), "total": total}
    again = order_placed(**fields)
    deliver(order_placed(**fields))

    deliver(again)

    first, second = events_sent()
    assert (second.type, second.data) == (first.type, first.data)
    assert second.envelope["id"] != first.envelope["id"]
    assert second.cause == again.message_id
    assert count("payments") == 1


def test_a_question_asked_twice_in_one_batch_gets_the_answer_twice() -> None:
    fields = {"order_id": new_id(), "user_id": new_id()}

    deliver(order_placed(**fields), order_placed(**fields))

    assert answers_about(fields["order_id"]) == ["payment.succeeded", "payment.succeeded"]
    assert balance_of(fields["user_id"]) == 98_001


def test_a_declined_attempt_stays_declined_and_the_next_one_may_succeed() -> None:
    order_id, user_id = new_id(), new_id()
    too_much = {"order_id": order_id, "user_id": user_id, "total": "600.00"}
    other_order = new_id()
    deliver(order_placed(order_id=other_order, user_id=user_id, total="600.00"), order_placed(**too_much))
    deliver(order_cancelled(other_order))

    deliver(order_placed(**too_much))
    deliver(payment_requested(**too_much, attempt=2))

    assert [(payment.attempt, payment.status) for payment in payments_of(order_id)] == [(1, "failed"), (2, "succeeded")]
    assert answers_about(order_id) == ["payment.failed", "payment.failed", "payment.succeeded"]


def test_an_order_that_is_paid_is_never_charged_for_another_attempt() -> None:
    fields = {"order_id": new_id(), "user_id": new_id()}

    deliver(order_placed(**fields), payment_requested(**fields, attempt=2))
    deliver(payment_requested(**fields, attempt=3))

    assert [payment.attempt for payment in payments_of(fields["order_id"])] == [1]
    assert answers_about(fields["order_id"]) == ["payment.succeeded"] * 3
    assert balance_of(fields["user_id"]) == 98_001


@pytest.mark.parametrize(("total", "currency"), [("19.999", "EUR"), ("-1.00", "EUR"), ("1.5", "JPY")])
def test_refuses_a_total_that_is_no_amount_of_its_currency(total: str, currency: str) -> None:
    with pytest.raises(ContentError):
        deliver(order_placed(total=total, currency=currency))

    assert count("payments") == count("inbox_messages") == 0
