"""Staff gives money back: a part or all of it, never more than was captured, however many ask at once."""

import os
from collections import Counter
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from payment.ledger.models import AccountKind
from payment.payments.models import Payment
from servicekit.ids import new_id
from tests.parallel import at_once
from tests.payment.factories import (
    ask_providers,
    bearer,
    deliver,
    freeze_wallets,
    order_cancelled,
)
from tests.payment.records import (
    account_balance,
    answers_about,
    balance_of,
    count,
    events_sent,
    ledger_is_consistent,
    payments_of,
    refunds_of,
)
from tests.payment.refunds import STAFF, paid, refund

RACES = int(os.environ.get("REFUND_RACES", "100"))
"""The promise is about 2000: set REFUND_RACES to try that."""


def now(payment: Payment) -> Payment:
    return next(other for other in payments_of(payment.order_id) if other.id == payment.id)


def balance_of_buyer(payment: Payment) -> int:
    assert payment.user_id
    return balance_of(payment.user_id)


def test_gives_back_a_part(client: FlaskClient) -> None:
    payment, staff_id = paid(), new_id()

    answer = refund(client, payment, bearer(staff_id, role="staff"), amount="5.00")

    assert answer.status_code == 201
    body = answer.get_json()
    assert (body["amount"], body["currency"], body["status"], body["reason"]) == ("5.00", "EUR", "succeeded", "staff")
    assert (body["payment_id"], body["requested_by"]) == (str(payment.id), str(staff_id))
    assert client.get(answer.headers["Location"], headers=STAFF).get_json() == body
    assert (now(payment).status, now(payment).refunded_minor) == ("succeeded", 500)
    assert balance_of_buyer(payment) == 100_000 - 1999 + 500
    assert account_balance(AccountKind.SALES) == 1499
    assert ledger_is_consistent()


def test_gives_back_all_that_is_left_when_no_amount_is_named(client: FlaskClient) -> None:
    payment = paid()
    refund(client, payment, amount="5.00")

    answer = refund(client, payment)

    assert answer.get_json()["amount"] == "14.99"
    assert now(payment).status == "refunded"
    assert balance_of_buyer(payment) == 100_000


def test_others_are_told_of_each_refund_and_of_all_so_far(client: FlaskClient) -> None:
    payment = paid()

    ids = [refund(client, payment, amount=amount).get_json()["id"] for amount in ("5.00", "14.99")]

    told = [event for event in events_sent() if event.type == "payment.refunded"]
    assert [event.data["refund_id"] for event in told] == ids
    assert [(event.data["amount"], event.data["total_refunded"]) for event in told] == [
        ("5.00", "5.00"),
        ("14.99", "19.99"),
    ]
    assert [event.envelope["sequence"] for event in told] == ["2", "3"]
    assert told[0].envelope["correlationid"] == str(payment.order_id)


@pytest.mark.parametrize("first", ["19.99", "10.00"])
def test_refuses_more_than_is_left_and_says_how_much_that_is(client: FlaskClient, first: str) -> None:
    payment = paid()
    refund(client, payment, amount=first)

    answer = refund(client, payment, amount="10.00")

    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (409, "refund_exceeds_payment")
    assert (body["refundable"], body["currency"]) == ("0.00" if first == "19.99" else "9.99", "EUR")
    assert count("refunds") == 1


def test_refuses_what_was_never_captured(client: FlaskClient) -> None:
    declined = paid(total="1000.01")

    answer = refund(client, declined)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "payment_not_captured")


def test_fifty_at_once_never_give_back_more_than_was_captured(client: FlaskClient) -> None:
    payment = paid(total="20.00")

    answers = at_once([partial(refund, client.application.test_client(), payment, amount="1.50") for _ in range(50)])
    while refund(client, payment, amount="1.50").status_code == 201:
        """On a busy machine some were told to come back later, which is no refusal."""

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409, 503}
    assert statuses[201] > 0
    assert now(payment).refunded_minor == sum(made.amount_minor for made in refunds_of(payment.order_id)) == 1950
    assert balance_of_buyer(payment) == 100_000 - 50
    assert ledger_is_consistent()


def test_of_four_full_refunds_at_once_one_succeeds(client: FlaskClient) -> None:
    user_ids = [new_id() for _ in range(20)]
    payments = [paid(total="1.00", user_id=user_ids[number % 20]) for number in range(RACES)]

    succeeded = 0
    for payment in payments:
        answers = at_once([partial(refund, client.application.test_client(), payment)] * 4)
        succeeded += Counter(answer.status_code for answer in answers)[201]

    assert succeeded == count("refunds") == RACES
    assert all(balance_of(user_id) == 100_000 for user_id in user_ids)
    assert ledger_is_consistent()


def test_the_same_key_gives_back_once(client: FlaskClient) -> None:
    payment, headers = paid(), STAFF | {"Idempotency-Key": "k"}

    first, second = (refund(client, payment, headers, amount="5.00") for _ in range(2))

    assert (second.status_code, second.data) == (201, first.data)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert now(payment).refunded_minor == 500


def test_a_cancellation_gives_back_only_what_is_left(client: FlaskClient) -> None:
    payment = paid()
    refund(client, payment, amount="5.00")

    deliver(order_cancelled(payment.order_id))

    assert [(made.reason, made.amount_minor) for made in refunds_of(payment.order_id)] == [
        ("staff", 500),
        ("order_closed", 1499),
    ]
    assert events_sent()[-1].data["total_refunded"] == "19.99"
    assert (now(payment).status, balance_of_buyer(payment)) == ("refunded", 100_000)


def test_a_cancellation_of_what_is_refunded_is_told_so_and_gives_nothing_back(client: FlaskClient) -> None:
    payment = paid()
    refund(client, payment)

    deliver(order_cancelled(payment.order_id), order_cancelled(payment.order_id))

    assert answers_about(payment.order_id) == ["payment.succeeded"] + 3 * ["payment.refunded"]
    assert (count("refunds"), balance_of_buyer(payment)) == (1, 100_000)


def test_nothing_is_left_after_a_cancellation(client: FlaskClient) -> None:
    payment = paid()
    deliver(order_cancelled(payment.order_id))

    answer = refund(client, payment, amount="0.01")

    assert (answer.status_code, answer.get_json()["refundable"]) == (409, "0.00")


def test_reaches_a_frozen_wallet(client: FlaskClient) -> None:
    payment = paid()
    freeze_wallets()

    assert refund(client, payment).status_code == 201
    assert balance_of_buyer(payment) == 100_000


def test_goes_to_the_card_that_paid_and_is_pending_until_it_is_there(client: FlaskClient) -> None:
    payment = paid(payment_method="sandbox-card")
    ask_providers()

    answers = [refund(client, payment, amount=amount) for amount in ("5.00", "14.99")]
    assert [answer.get_json()["status"] for answer in answers] == ["pending", "pending"]
    assert refund(client, payment, amount="0.01").status_code == 409
    assert now(payment).status == "succeeded"
    ask_providers()

    assert client.get(answers[0].headers["Location"], headers=STAFF).get_json()["status"] == "succeeded"
    assert now(payment).status == "refunded"
    told = [event.data["total_refunded"] for event in events_sent() if event.type == "payment.refunded"]
    assert told == ["5.00", "19.99"]
    assert account_balance(AccountKind.CARD_CLEARING) == account_balance(AccountKind.SALES) == 0
    assert ledger_is_consistent()


def test_a_cancellation_waits_for_what_staff_has_promised_to_the_card(client: FlaskClient) -> None:
    payment = paid(payment_method="sandbox-card")
    ask_providers()
    refund(client, payment)

    deliver(order_cancelled(payment.order_id))
    assert answers_about(payment.order_id) == ["payment.succeeded"]
    ask_providers()

    assert answers_about(payment.order_id) == ["payment.succeeded", "payment.refunded"]
    assert count("refunds") == 1


@pytest.mark.parametrize(
    "amount",
    [
        "0",
        "0.00",
        "-1.00",
        "5.001",
        "NaN",
        "Infinity",
        "1e2",
        "1,00",
        "",
        " 5",
        "\u0665",
        "99999999999999",
        5,
        5.0,
        True,
        [],
    ],
)
def test_refuses_what_is_no_amount_of_euros(client: FlaskClient, amount: Any) -> None:
    payment = paid()

    answer = refund(client, payment, amount=amount)

    assert answer.status_code == 422, answer.get_json()
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/amount"]
    assert count("refunds") == 0


def test_refuses_what_it_does_not_know(client: FlaskClient) -> None:
    answer = refund(client, paid(), amount="1.00", status="succeeded")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "validation_failed")


def test_is_for_staff(client: FlaskClient) -> None:
    payment = paid()

    assert refund(client, payment, bearer(payment.user_id)).status_code == 403
    assert refund(client, payment, {}).status_code == 401
    assert refund(client, payment, bearer(role="admin")).status_code == 201


def test_there_is_nothing_to_give_back_of_a_payment_that_is_not_there(client: FlaskClient) -> None:
    answer = client.post(f"/api/v1/payments/{new_id()}/refund", json={}, headers=STAFF)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "payment_not_found")
