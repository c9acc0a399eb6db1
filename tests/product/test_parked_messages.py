"""What operators see of the messaging, and what they do with messages that could not be processed."""

from typing import Any

import pytest

from product.messaging import inbox
from product.messaging.models import OutboxEvent, ParkedMessage
from servicekit.messaging import Delivery
from tests.problems import assert_invalid, assert_problem
from tests.product.api import Api
from tests.product.factories import delivery, make_order, succeeded
from tests.product.records import states

PARKED = "/api/v1/operations/parked"
NO_ONES_ID = "0192aaaa-0000-7000-8000-000000000000"


def make_parked(message: Delivery | None = None, **overrides: Any) -> ParkedMessage:
    message = message or Delivery("product.payments", b"not json", "m-1", "payment.succeeded", {"x": "y"})
    inbox.park(message, "processing_failed", "ValueError")
    ParkedMessage.objects.filter(body_hash=message.body_hash).update(**overrides)
    return ParkedMessage.objects.get(body_hash=message.body_hash)


def test_shows_the_outbox(staff_api: Api) -> None:
    assert staff_api.get("/api/v1/operations/outbox").json() == {
        "waiting": 0,
        "failed": 0,
        "oldest_waiting_seconds": None,
    }
    for _ in range(3):
        make_order()
    first, second, _ = OutboxEvent.objects.order_by("id")
    OutboxEvent.objects.filter(id=first.pk).update(published_at="2026-01-01T00:00:00Z")
    OutboxEvent.objects.filter(id=second.pk).update(failed_at="2026-01-01T00:00:00Z")

    state = staff_api.get("/api/v1/operations/outbox").json()

    assert (state["waiting"], state["failed"]) == (1, 1)
    assert 0 <= state["oldest_waiting_seconds"] < 60


def test_lists_what_waits_for_a_decision(staff_api: Api) -> None:
    parked = make_parked()
    make_parked(Delivery("product.payments", b"old"), resolved_at="2026-01-01T00:00:00Z", resolution="discarded")

    (listed,) = staff_api.get(PARKED).json()["results"]

    assert listed["id"] == str(parked.pk)
    assert (listed["consumer"], listed["message_id"], listed["reason"]) == (
        "product.payments",
        "m-1",
        "processing_failed",
    )


def test_shows_the_body_as_text(staff_api: Api) -> None:
    parked = make_parked(Delivery("product.payments", b"\xff caf\xc3\xa9"))

    detail = staff_api.get(f"{PARKED}/{parked.pk}").json()

    assert detail["body"] == "\ufffd café"


def test_replays_a_message_that_can_be_processed_now(staff_api: Api) -> None:
    order = make_order()
    parked = make_parked(delivery(succeeded(order)))

    response = staff_api.post(f"{PARKED}/{parked.pk}/replay")

    assert response.status_code == 200
    assert response.json()["resolution"] == "replayed"
    assert states(order) == ("confirmed", "paid")
    assert staff_api.get(PARKED).json()["results"] == []


def test_keeps_a_message_whose_content_is_still_wrong(staff_api: Api) -> None:
    parked = make_parked()

    body = assert_problem(staff_api.post(f"{PARKED}/{parked.pk}/replay"), 409, "still_unprocessable")

    assert body["reason"] == "not_json"
    assert ParkedMessage.objects.get().resolved_at is None


def test_keeps_a_message_whose_handler_still_fails(staff_api: Api) -> None:
    order = make_order()
    parked = make_parked(delivery(succeeded(order, amount="0.01")))

    body = assert_problem(staff_api.post(f"{PARKED}/{parked.pk}/replay"), 409, "still_unprocessable")

    assert body["reason"] == "amount_mismatch"
    assert ParkedMessage.objects.get().resolved_at is None
    assert states(order) == ("pending", "unpaid")


def test_discards_a_message_and_keeps_why(staff_api: Api) -> None:
    parked = make_parked()

    response = staff_api.delete(f"{PARKED}/{parked.pk}?reason=planted+by+a+test")

    assert response.status_code == 204
    detail = staff_api.get(f"{PARKED}/{parked.pk}").json()
    assert (detail["resolution"], detail["note"]) == ("discarded", "planted by a test")


@pytest.mark.parametrize("query", ["", "?reason=", "?reason=%20"])
def test_wants_a_reason(staff_api: Api, query: str) -> None:
    parked = make_parked()

    assert_invalid(staff_api.delete(f"{PARKED}/{parked.pk}{query}"), "reason")


def test_decides_once(staff_api: Api) -> None:
    parked = make_parked()
    staff_api.delete(f"{PARKED}/{parked.pk}?reason=x")

    assert_problem(staff_api.delete(f"{PARKED}/{parked.pk}?reason=y"), 409, "already_resolved")
    assert_problem(staff_api.post(f"{PARKED}/{parked.pk}/replay"), 409, "already_resolved")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/v1/operations/outbox"),
        ("get", PARKED),
        ("get", f"{PARKED}/{NO_ONES_ID}"),
        ("delete", f"{PARKED}/{NO_ONES_ID}?reason=x"),
        ("post", f"{PARKED}/{NO_ONES_ID}/replay"),
    ],
)
def test_is_for_staff(api: Api, customer_api: Api, staff_api: Api, method: str, path: str) -> None:
    assert_problem(getattr(api, method)(path), 401)
    assert_problem(getattr(customer_api, method)(path), 403)
    assert getattr(staff_api, method)(path).status_code in {200, 404}
