"""`order.cancelled`: what was taken is given back, and what was not taken never will be."""

import pytest

from servicekit.ids import new_id
from tests.payment.factories import deliver, freeze_wallets, order_cancelled, order_placed, payment_requested
from tests.payment.records import answers_about, balance_of, count, events_sent, ledger_is_consistent, payments_of


def test_gives_back_what_was_taken() -> None:
    order_id, user_id = new_id(), new_id()
    deliver(order_placed(order_id=order_id, user_id=user_id))

    deliver(order_cancelled(order_id))

    (payment,) = payments_of(order_id)
    assert (payment.status, payment.refunded_minor, payment.version) == ("refunded", 1999, 2)
    assert balance_of(user_id) == 100_000
    assert ledger_is_consistent()


def test_answers_with_the_refund() -> None:
    order_id = new_id()
    deliver(order_placed(order_id=order_id))
    message = order_cancelled(order_id)

    deliver(message)

    answer = events_sent()[-1]
    assert answer.type == "payment.refunded"
    assert (answer.data["amount"], answer.data["total_refunded"], answer.data["currency"]) == ("19.99", "19.99", "EUR")
    assert answer.data["payment_id"] == str(payments_of(order_id)[0].id)
    assert (answer.cause, answer.envelope["sequence"]) == (message.message_id, "2")


def test_gives_back_in_the_batch_that_took() -> None:
    order_id, user_id = new_id(), new_id()

    deliver(order_placed(order_id=order_id, user_id=user_id), order_cancelled(order_id))

    assert payments_of(order_id)[0].status == "refunded"
    assert answers_about(order_id) == ["payment.succeeded", "payment.refunded"]
    assert balance_of(user_id) == 100_000
    assert ledger_is_consistent()


def test_refunds_also_to_a_frozen_wallet() -> None:
    order_id, user_id = new_id(), new_id()
    deliver(order_placed(order_id=order_id, user_id=user_id))
    freeze_wallets()

    deliver(order_cancelled(order_id))

    assert balance_of(user_id) == 100_000


@pytest.mark.parametrize("total", ["19.99", "1000.01"])
def test_an_order_cancelled_again_gets_the_same_answer_again(total: str) -> None:
    order_id = new_id()
    deliver(order_placed(order_id=order_id, total=total), order_cancelled(order_id))

    deliver(order_cancelled(order_id), order_cancelled(order_id))

    answers = events_sent()[1:]
    assert len(answers) == 3
    assert all((answer.type, answer.data) == (answers[0].type, answers[0].data) for answer in answers)
    assert count("refunds") == (1 if total == "19.99" else 0)


def test_voids_an_order_whose_attempts_all_failed() -> None:
    order_id, user_id = new_id(), new_id()
    deliver(order_placed(order_id=order_id, user_id=user_id, total="1000.01"))

    deliver(order_cancelled(order_id))

    voided, failed = payments_of(order_id)
    assert (failed.attempt, failed.status) == (1, "failed")
    assert (voided.attempt, voided.status, voided.user_id) == (0, "voided", user_id)
    assert events_sent()[-1].data == {"payment_id": str(voided.id), "order_id": str(order_id)}


def test_a_cancellation_that_overtakes_its_order_leaves_a_tombstone() -> None:
    order_id = new_id()

    deliver(order_cancelled(order_id))

    (tombstone,) = payments_of(order_id)
    assert (tombstone.attempt, tombstone.status, tombstone.user_id) == (0, "voided", None)
    assert answers_about(order_id) == ["payment.voided"]


@pytest.mark.parametrize("attempt", [1, 2])
def test_an_order_that_comes_after_its_cancellation_is_not_charged(attempt: int) -> None:
    order_id, user_id = new_id(), new_id()
    fields = {"order_id": order_id, "user_id": user_id}
    deliver(order_cancelled(order_id))

    deliver(order_placed(**fields) if attempt == 1 else payment_requested(**fields, attempt=attempt))

    late = payments_of(order_id)[-1]
    assert (late.attempt, late.status, late.failure_code) == (attempt, "failed", "order_closed")
    assert answers_about(order_id) == ["payment.voided", "payment.failed"]
    assert balance_of(user_id) == 100_000


def test_a_question_that_comes_after_the_refund_is_told_of_the_refund() -> None:
    fields = {"order_id": new_id(), "user_id": new_id()}
    deliver(order_placed(**fields), order_cancelled(fields["order_id"]))

    deliver(order_placed(**fields), payment_requested(**fields, attempt=2))

    assert answers_about(fields["order_id"])[2:] == ["payment.refunded", "payment.refunded"]
    assert balance_of(fields["user_id"]) == 100_000
