"""Messages that could not be processed: kept with the reason, seen by staff, replayed or discarded once."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from payment.database import transaction
from payment.messaging.inbox import park
from payment.messaging.models import OutboxEvent, ParkedMessage
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from tests.payment.factories import bearer, deliver, order_placed
from tests.payment.records import balance_of, count, payments_of

PARKED = "/api/v1/operations/parked"
STAFF = bearer(role="staff")


def parked_ids() -> list[UUID]:
    with transaction() as session:
        return list(session.scalars(select(ParkedMessage.id).order_by(ParkedMessage.id)))


def park_by_defect(delivery: Delivery) -> UUID:
    """As the consumer does with a message that a defect of ours would not let through; it is well by now."""
    park(delivery, "processing_failed", "KeyError")
    return parked_ids()[-1]


@pytest.fixture
def poison_id() -> UUID:
    deliver(Delivery("payment.orders", b'{"type": "order.placed"}', message_id="m-1", type="order.placed"))
    (parked_id,) = parked_ids()
    return parked_id


def test_a_message_that_breaks_its_contract_is_parked_while_its_neighbours_flow() -> None:
    order_id = new_id()

    deliver(Delivery("payment.orders", b"no json"), order_placed(order_id=order_id))

    assert payments_of(order_id)[0].status == "succeeded"
    assert count("parked_messages") == 1


def test_lists_what_waits_for_a_decision(client: FlaskClient, poison_id: UUID) -> None:
    page = client.get(PARKED, headers=STAFF).get_json()

    (message,) = page["results"]
    assert message["id"] == str(poison_id)
    assert (message["consumer"], message["type"]) == ("payment.orders", "order.placed")
    assert (message["message_id"], message["reason"]) == ("m-1", "schema_violation")


def test_shows_one_message_with_its_body(client: FlaskClient, poison_id: UUID) -> None:
    message = client.get(f"{PARKED}/{poison_id}", headers=STAFF).get_json()

    assert message["body"] == '{"type": "order.placed"}'
    assert (message["resolved_at"], message["resolution"], message["note"]) == (None, None, None)


def test_shows_a_body_that_is_no_text(client: FlaskClient) -> None:
    deliver(Delivery("payment.orders", b"\xff\x00"))

    (message,) = client.get(PARKED, headers=STAFF).get_json()["results"]
    body = client.get(f"{PARKED}/{message['id']}", headers=STAFF).get_json()["body"]

    assert body == "\ufffd\x00"


def test_replaying_processes_the_message(client: FlaskClient) -> None:
    order_id, user_id = new_id(), new_id()
    parked_id = park_by_defect(order_placed(order_id=order_id, user_id=user_id))

    answer = client.post(f"{PARKED}/{parked_id}/replay", headers=STAFF)

    assert (answer.status_code, answer.get_json()["resolution"]) == (200, "replayed")
    assert payments_of(order_id)[0].status == "succeeded"
    assert client.get(PARKED, headers=STAFF).get_json()["results"] == []


def test_replaying_a_message_that_was_processed_otherwise_has_no_second_effect(client: FlaskClient) -> None:
    user_id = new_id()
    delivery = order_placed(user_id=user_id)
    parked_id = park_by_defect(delivery)
    deliver(delivery)

    assert client.post(f"{PARKED}/{parked_id}/replay", headers=STAFF).status_code == 200
    assert balance_of(user_id) == 98_001


def test_a_message_that_still_cannot_be_processed_stays_parked(client: FlaskClient, poison_id: UUID) -> None:
    answer = client.post(f"{PARKED}/{poison_id}/replay", headers=STAFF)

    assert answer.status_code == 409
    assert (answer.get_json()["code"], answer.get_json()["reason"]) == ("still_unprocessable", "schema_violation")
    assert parked_ids() == [poison_id]
    assert client.get(f"{PARKED}/{poison_id}", headers=STAFF).get_json()["resolution"] is None


def test_a_total_that_is_no_amount_is_named_when_replayed(client: FlaskClient) -> None:
    parked_id = park_by_defect(order_placed(total="19.999"))

    answer = client.post(f"{PARKED}/{parked_id}/replay", headers=STAFF)

    assert (answer.status_code, answer.get_json()["reason"]) == (409, "invalid_amount")
    assert answer.get_json()["detail"] == "data/total: EUR has 2 decimals"


def test_discarding_keeps_the_reason(client: FlaskClient, poison_id: UUID) -> None:
    answer = client.delete(f"{PARKED}/{poison_id}?reason=a+test", headers=STAFF)

    message = client.get(f"{PARKED}/{poison_id}", headers=STAFF).get_json()
    assert answer.status_code == 204
    assert (message["resolution"], message["note"]) == ("discarded", "a test")
    assert message["resolved_at"] is not None


def test_discarding_needs_a_reason(client: FlaskClient, poison_id: UUID) -> None:
    assert client.delete(f"{PARKED}/{poison_id}", headers=STAFF).status_code == 422
    assert client.delete(f"{PARKED}/{poison_id}?reason=%00", headers=STAFF).status_code == 422


def test_a_message_is_resolved_only_once(client: FlaskClient, poison_id: UUID) -> None:
    client.delete(f"{PARKED}/{poison_id}?reason=a+test", headers=STAFF)

    again = [
        client.delete(f"{PARKED}/{poison_id}?reason=again", headers=STAFF),
        client.post(f"{PARKED}/{poison_id}/replay", headers=STAFF),
    ]

    assert [(answer.status_code, answer.get_json()["code"]) for answer in again] == [(409, "already_resolved")] * 2


def test_an_unknown_message_is_not_there(client: FlaskClient) -> None:
    answers = [
        client.get(f"{PARKED}/{new_id()}", headers=STAFF),
        client.post(f"{PARKED}/{new_id()}/replay", headers=STAFF),
        client.delete(f"{PARKED}/{new_id()}?reason=a+test", headers=STAFF),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert {answer.get_json()["code"] for answer in answers} == {"parked_message_not_found"}


def test_counts_what_waits_in_the_outbox(client: FlaskClient) -> None:
    deliver(order_placed(), order_placed(), order_placed())
    with transaction() as session:
        session.execute(update(OutboxEvent).where(OutboxEvent.id == 1).values(published_at=func.now()))
        session.execute(update(OutboxEvent).where(OutboxEvent.id == 2).values(failed_at=func.now()))

    state = client.get("/api/v1/operations/outbox", headers=STAFF).get_json()

    assert (state["waiting"], state["failed"]) == (1, 1)
    assert state["oldest_waiting_seconds"] >= 0


@pytest.mark.parametrize("path", ["outbox", "parked", f"parked/{UUID(int=7)}"])
def test_is_for_staff_only(client: FlaskClient, path: str) -> None:
    assert client.get(f"/api/v1/operations/{path}", headers=bearer()).status_code == 403
