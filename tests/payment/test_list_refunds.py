"""Who sees which refunds of a payment, and of all payments."""

from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from payment.payments.models import Payment
from tests.payment.factories import bearer
from tests.payment.refunds import STAFF, paid, refund


def refunds_shown_to(client: FlaskClient, payment: Payment, headers: dict[str, str]) -> Any:
    return client.get(f"/api/v1/payments/{payment.id}/refunds", headers=headers)


def test_the_buyer_sees_the_refunds_but_not_who_made_them(client: FlaskClient) -> None:
    payment = paid()
    refund(client, payment, amount="5.00")
    refund(client, payment, amount="6.00")

    shown = refunds_shown_to(client, payment, bearer(payment.user_id)).get_json()["results"]

    assert [entry["amount"] for entry in shown] == ["6.00", "5.00"]
    assert {entry["requested_by"] for entry in shown} == {None}


def test_nobody_else_sees_them(client: FlaskClient) -> None:
    payment = paid()
    location = refund(client, payment).headers["Location"]

    for answer in (refunds_shown_to(client, payment, bearer()), client.get(location, headers=bearer())):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "payment_not_found")


def test_a_refund_belongs_to_its_payment(client: FlaskClient) -> None:
    location, other = refund(client, paid()).headers["Location"], paid()
    refund_id = UUID(location.rpartition("/")[2])

    answer = client.get(f"/api/v1/payments/{other.id}/refunds/{refund_id}", headers=STAFF)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "refund_not_found")


def test_staff_sees_the_latest_of_all_payments_first(client: FlaskClient) -> None:
    payments = [paid(), paid()]
    for payment in payments:
        refund(client, payment, amount="5.00")

    first = client.get("/api/v1/refunds?limit=1", headers=STAFF).get_json()
    second = client.get(first["next"], headers=STAFF).get_json()

    shown = [page["results"][0]["order_id"] for page in (first, second)]
    assert shown == [str(payment.order_id) for payment in reversed(payments)]
    assert first["results"][0]["requested_by"] is not None


def test_customers_see_no_list_of_all(client: FlaskClient) -> None:
    assert client.get("/api/v1/refunds", headers=bearer()).status_code == 403
