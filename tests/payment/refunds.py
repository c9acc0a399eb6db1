"""Payments of which staff gives something back."""

from typing import Any

from flask.testing import FlaskClient

from payment.payments.models import Payment
from servicekit.ids import new_id
from tests.payment.factories import (
    bearer,
    deliver,
    order_placed,
)
from tests.payment.records import (
    payments_of,
)

STAFF = bearer(role="staff")


def paid(*, total: str = "19.99", **overrides: Any) -> Payment:
    order_id = new_id()
    deliver(order_placed(**{"order_id": order_id, "total": total} | overrides))
    return payments_of(order_id)[0]


def refund(client: FlaskClient, payment: Payment, headers: dict[str, str] = STAFF, **body: Any) -> Any:
    return client.post(f"/api/v1/payments/{payment.id}/refund", json=body, headers=headers)
