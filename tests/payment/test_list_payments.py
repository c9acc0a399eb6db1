"""Reading payments over HTTP: one's own, and everybody's for staff."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from servicekit.ids import new_id
from tests.payment.factories import bearer, deliver, order_cancelled, order_placed, payment_requested
from tests.payment.records import payments_of


def attempts(client: FlaskClient, query: str, headers: dict[str, str]) -> list[tuple[str, int]]:
    """Order and attempt of the payments that the list shows."""
    answer = client.get(f"/api/v1/payments{query}", headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [(payment["order_id"], payment["attempt"]) for payment in answer.get_json()["results"]]


def test_shows_a_payment_to_its_user(client: FlaskClient) -> None:
    user_id, order_id = new_id(), new_id()
    deliver(order_placed(order_id=order_id, user_id=user_id))
    (payment,) = payments_of(order_id)

    answer = client.get(f"/api/v1/payments/{payment.id}", headers=bearer(user_id))

    assert answer.status_code == 200
    body = answer.get_json()
    assert body.pop("created_at").endswith("Z")
    assert body.pop("updated_at").endswith("Z")
    assert body == {
        "id": str(payment.id),
        "order_id": str(order_id),
        "attempt": 1,
        "user_id": str(user_id),
        "status": "succeeded",
        "amount": "19.99",
        "currency": "EUR",
        "method": "wallet",
        "refunded_amount": "0.00",
        "failure_code": None,
        "failure_message": None,
        "ledger_transaction_id": str(payment.ledger_transaction_id),
    }


def test_says_why_a_payment_failed(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(order_placed(user_id=user_id, total="1000.01"))

    (payment,) = client.get("/api/v1/payments", headers=bearer(user_id)).get_json()["results"]

    assert payment["failure_code"] == "insufficient_funds"
    assert payment["failure_message"] == "There is not enough money in the wallet."


def test_another_users_payment_is_not_there(client: FlaskClient) -> None:
    order_id = new_id()
    deliver(order_placed(order_id=order_id))
    (payment,) = payments_of(order_id)

    answer = client.get(f"/api/v1/payments/{payment.id}", headers=bearer())

    assert (answer.status_code, answer.get_json()["code"]) == (404, "payment_not_found")
    assert attempts(client, "", bearer()) == []


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_staff_see_everybodys_payments(client: FlaskClient, role: str) -> None:
    order_ids = [new_id(), new_id()]
    deliver(*[order_placed(order_id=order_id) for order_id in order_ids])

    assert {order for order, _ in attempts(client, "", bearer(role=role))} == {str(id_) for id_ in order_ids}
    payment = payments_of(order_ids[0])[0]
    assert client.get(f"/api/v1/payments/{payment.id}", headers=bearer(role=role)).status_code == 200


def test_filters_by_order(client: FlaskClient) -> None:
    user_id, order_id = new_id(), new_id()
    deliver(order_placed(order_id=order_id, user_id=user_id), order_placed(user_id=user_id))

    assert attempts(client, f"?order_id={order_id}", bearer(user_id)) == [(str(order_id), 1)]


@pytest.mark.parametrize("status", ["succeeded", "failed", "voided", "refunded"])
def test_filters_by_status(client: FlaskClient, status: str) -> None:
    orders = {name: new_id() for name in ("succeeded", "failed", "voided", "refunded")}
    deliver(
        order_placed(order_id=orders["succeeded"]),
        order_placed(order_id=orders["failed"], total="1000.01"),
        order_cancelled(orders["voided"]),
        order_placed(order_id=orders["refunded"]),
        order_cancelled(orders["refunded"]),
    )

    found = attempts(client, f"?status={status}", bearer(role="staff"))

    assert [order for order, _ in found] == [str(orders[status])]


def test_filters_by_method(client: FlaskClient) -> None:
    user_id, by_wallet, by_card = new_id(), new_id(), new_id()
    deliver(
        order_placed(order_id=by_wallet, user_id=user_id),
        order_placed(order_id=by_card, user_id=user_id, payment_method="sandbox-card"),
        order_placed(payment_method="sandbox-card"),
    )

    assert attempts(client, "?method=wallet", bearer(user_id)) == [(str(by_wallet), 1)]
    assert attempts(client, "?method=sandbox-card", bearer(user_id)) == [(str(by_card), 1)]
    assert len(attempts(client, "?method=sandbox-card", bearer(role="staff"))) == 2
    assert attempts(client, "?method=cheque", bearer(user_id)) == []


def unpaid_orders_of(client: FlaskClient, user_id: UUID) -> list[tuple[str, int]]:
    return attempts(client, "?status=unpaid", bearer(user_id))


def test_unpaid_is_the_last_attempt_of_an_open_order(client: FlaskClient) -> None:
    too_much: dict[str, Any] = {"order_id": new_id(), "user_id": new_id(), "total": "1000.01"}
    deliver(order_placed(**too_much), payment_requested(**too_much, attempt=2))

    assert unpaid_orders_of(client, too_much["user_id"]) == [(str(too_much["order_id"]), 2)]


def test_an_order_that_was_closed_is_not_unpaid(client: FlaskClient) -> None:
    too_much: dict[str, Any] = {"order_id": new_id(), "user_id": new_id(), "total": "1000.01"}
    deliver(order_placed(**too_much), order_cancelled(too_much["order_id"]))

    assert unpaid_orders_of(client, too_much["user_id"]) == []


def test_an_order_that_was_paid_by_a_later_attempt_is_not_unpaid(client: FlaskClient) -> None:
    user_id, other_order, fields = new_id(), new_id(), {"order_id": new_id(), "total": "600.00"}
    deliver(order_placed(order_id=other_order, user_id=user_id, total="600.00"))
    deliver(order_placed(**fields, user_id=user_id), order_cancelled(other_order))
    deliver(payment_requested(**fields, user_id=user_id, attempt=2))

    assert unpaid_orders_of(client, user_id) == []


def test_pages_lead_through_the_whole_list_and_back(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(*[order_placed(user_id=user_id, total=f"{number}.00") for number in range(7)])
    headers = bearer(user_id)

    pages, url = [], "/api/v1/payments?limit=3"
    while url:
        pages.append(client.get(url, headers=headers).get_json())
        url = pages[-1]["next"]
    back = client.get(pages[2]["previous"], headers=headers).get_json()
    first = client.get(back["previous"], headers=headers).get_json()

    amounts = [[payment["amount"] for payment in page["results"]] for page in pages]
    assert amounts == [["6.00", "5.00", "4.00"], ["3.00", "2.00", "1.00"], ["0.00"]]
    assert back["results"] == pages[1]["results"]
    assert first == pages[0]
    assert first["previous"] is None


def test_pages_keep_the_filters(client: FlaskClient) -> None:
    user_id = new_id()
    deliver(*[order_placed(user_id=user_id, total=total) for total in ("1.00", "2000.00", "3000.00", "2.00")])
    headers = bearer(user_id)

    first = client.get("/api/v1/payments?limit=1&status=failed", headers=headers).get_json()
    second = client.get(first["next"], headers=headers).get_json()

    assert [page["results"][0]["amount"] for page in (first, second)] == ["3000.00", "2000.00"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("status=paid", "status"),
        ("order_id=7", "order_id"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("cursor=elsewhere", "cursor"),
        ("cursor=%00", "cursor"),
    ],
)
def test_names_the_parameter_that_is_wrong(client: FlaskClient, query: str, pointer: str) -> None:
    answer = client.get(f"/api/v1/payments?{query}", headers=bearer())

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
