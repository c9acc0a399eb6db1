"""Everything that is parked is replayed at once, the oldest first, as far as time allows."""

import pytest

from product.messaging import inbox, services
from product.messaging.models import OutboxEvent, ParkedMessage
from servicekit.messaging import Delivery
from tests.product.api import Api
from tests.product.factories import delivery, make_order, succeeded
from tests.product.records import states

REPLAY = "/api/v1/operations/parked/replay"
RETRY = "/api/v1/operations/outbox/retry"


def park_all(*messages: Delivery) -> list[str]:
    for message in messages:
        inbox.park(message, "processing_failed", "KeyError")
    return [str(parked_id) for parked_id in ParkedMessage.objects.order_by("id").values_list("id", flat=True)]


def test_replays_what_can_be_processed_by_now_and_counts_what_cannot(staff_api: Api) -> None:
    orders = [make_order() for _ in range(3)]
    poison = Delivery("product.payments", b"poison")
    ids = park_all(poison, *(delivery(succeeded(order)) for order in orders))

    result = staff_api.post(REPLAY).json()

    assert result == {"replayed": 3, "unprocessable": 1, "untried": 0, "last": ids[-1]}
    assert {states(order) for order in orders} == {("confirmed", "paid")}
    assert staff_api.get("/api/v1/operations/parked").json()["count"] == 1


def test_what_is_left_is_gone_on_with(staff_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_REPLAYED_AT_ONCE", 2)
    poison = [Delivery("product.payments", b"poison %d" % number) for number in range(2)]
    ids = park_all(*poison, delivery(succeeded(make_order())))

    first = staff_api.post(REPLAY).json()
    second = staff_api.post(f"{REPLAY}?after={first['last']}").json()

    assert first == {"replayed": 0, "unprocessable": 2, "untried": 1, "last": ids[1]}
    assert second == {"replayed": 1, "unprocessable": 0, "untried": 0, "last": ids[2]}


def test_there_is_an_end_to_it_however_long_each_takes(staff_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_REPLAYING_SECONDS", -1.0)
    park_all(Delivery("product.payments", b"poison"))

    assert staff_api.post(REPLAY).json() == {"replayed": 0, "unprocessable": 0, "untried": 1, "last": None}


def test_what_the_broker_refused_is_tried_again_by_the_relay(staff_api: Api) -> None:
    for _ in range(3):
        make_order()
    published, refused, _waiting = OutboxEvent.objects.order_by("id")
    OutboxEvent.objects.filter(id=published.pk).update(published_at="2026-01-01T00:00:00Z", attempts=1)
    OutboxEvent.objects.filter(id=refused.pk).update(failed_at="2026-01-01T00:00:00Z", attempts=5)

    assert staff_api.post(RETRY).json() == {"retried": 1}
    state = staff_api.get("/api/v1/operations/outbox").json()
    assert (state["waiting"], state["failed"]) == (2, 0)


@pytest.mark.parametrize("path", [REPLAY, RETRY])
def test_is_for_staff(api: Api, customer_api: Api, path: str) -> None:
    assert api.post(path).status_code == 401
    assert customer_api.post(path).status_code == 403
