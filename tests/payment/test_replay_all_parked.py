"""Everything that is parked is replayed at once, the oldest first, as far as time allows."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from payment.database import transaction
from payment.messaging import services
from payment.messaging.inbox import park
from payment.messaging.models import OutboxEvent, ParkedMessage
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from tests.payment.factories import bearer, deliver, order_placed
from tests.payment.records import count, payments_of

REPLAY = "/api/v1/operations/parked/replay"
PARKED = "/api/v1/operations/parked"
STAFF = bearer(role="staff")


def park_all(*deliveries: Delivery) -> list[UUID]:
    for delivery in deliveries:
        park(delivery, "processing_failed", "KeyError")
    with transaction() as session:
        return list(session.scalars(select(ParkedMessage.id).order_by(ParkedMessage.id)))


def open_messages(client: FlaskClient) -> int:
    number: int = client.get(PARKED, headers=STAFF).get_json()["count"]
    return number


def test_replays_what_can_be_processed_by_now_and_counts_what_cannot(client: FlaskClient) -> None:
    orders = [new_id() for _ in range(3)]
    ids = park_all(*(order_placed(order_id=order_id) for order_id in orders), Delivery("payment.orders", b"poison"))

    result = client.post(REPLAY, headers=STAFF).get_json()

    assert result == {"replayed": 3, "unprocessable": 1, "untried": 0, "last": str(ids[-1])}
    assert [payments_of(order_id)[0].status for order_id in orders] == ["succeeded"] * 3
    assert open_messages(client) == 1


def test_a_message_that_had_its_effect_has_it_once(client: FlaskClient) -> None:
    order_id = new_id()
    message = order_placed(order_id=order_id)
    deliver(message)
    park_all(message)

    result = client.post(REPLAY, headers=STAFF).get_json()

    assert result["replayed"] == 1
    assert len(payments_of(order_id)) == 1
    assert count("inbox_messages") == 1


def test_what_is_left_is_gone_on_with(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_REPLAYED_AT_ONCE", 2)
    ids = park_all(*(Delivery("payment.orders", b"poison %d" % number) for number in range(2)), order_placed())

    first = client.post(REPLAY, headers=STAFF).get_json()
    second = client.post(f"{REPLAY}?after={first['last']}", headers=STAFF).get_json()

    assert first == {"replayed": 0, "unprocessable": 2, "untried": 1, "last": str(ids[1])}
    assert second == {"replayed": 1, "unprocessable": 0, "untried": 0, "last": str(ids[2])}


def test_there_is_an_end_to_it_however_long_each_takes(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_REPLAYING_SECONDS", -1.0)
    park_all(order_placed(), order_placed())

    assert client.post(REPLAY, headers=STAFF).get_json() == {
        "replayed": 0,
        "unprocessable": 0,
        "untried": 2,
        "last": None,
    }
    assert open_messages(client) == 2


def test_nothing_is_parked(client: FlaskClient) -> None:
    assert client.post(REPLAY, headers=STAFF).get_json()["replayed"] == 0


def test_a_defect_met_while_replaying_leaves_the_message_parked(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr(services, "process_batch", break_down)
    (parked_id,) = park_all(order_placed())

    one = client.post(f"{PARKED}/{parked_id}/replay", headers=STAFF)

    assert (one.status_code, one.get_json()["reason"], one.get_json()["problem"]) == (
        409,
        "processing_failed",
        "KeyError",
    )
    assert client.post(REPLAY, headers=STAFF).get_json()["unprocessable"] == 1
    assert open_messages(client) == 1


def test_what_the_broker_refused_is_tried_again_by_the_relay(client: FlaskClient) -> None:
    deliver(order_placed(), order_placed(), order_placed())
    with transaction() as session:
        session.execute(update(OutboxEvent).where(OutboxEvent.id == 1).values(published_at=func.now(), attempts=1))
        session.execute(update(OutboxEvent).where(OutboxEvent.id == 2).values(failed_at=func.now(), attempts=5))

    retried = client.post("/api/v1/operations/outbox/retry", headers=STAFF).get_json()

    state = client.get("/api/v1/operations/outbox", headers=STAFF).get_json()
    assert retried == {"retried": 1}
    assert (state["waiting"], state["failed"]) == (2, 0)


@pytest.mark.parametrize("path", ["parked/replay", "outbox/retry"])
def test_is_for_staff_only(client: FlaskClient, path: str) -> None:
    assert client.post(f"/api/v1/operations/{path}", headers=bearer()).status_code == 403
