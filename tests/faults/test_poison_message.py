"""A message that can never be processed is put aside with its reason; its neighbours flow."""

import json
from collections.abc import Iterator

import pytest

from servicekit.ids import new_id
from stack.shop import Shop
from tests.faults.messages import Message, publish, recorded_messages
from tests.faults.orders import let_queues_pass, place_orders, wait_until_paid
from tests.rest import assert_at_rest
from tests.running_shop import RunningShop
from tests.shop_client import Json
from tests.waiting import wait_until


def poison(shop: RunningShop) -> dict[str, Message]:
    """By the reason for which it is to be parked."""
    good = next(message for message in recorded_messages(shop, "product") if message.type == "order.placed")
    event = json.loads(good.body)
    other_total = event | {"data": event["data"] | {"total": "0.01"}}
    float_total = event | {"id": str(new_id()), "data": event["data"] | {"total": 0.01}}
    unheard_of = event | {"id": str(new_id()), "type": "order.teleported"}
    return {
        "not_json": Message("order.placed", b"{ this is \xff not JSON"),
        "unknown_type": Message("order.teleported", json.dumps(unheard_of).encode(), unheard_of["id"]),
        "schema_violation": Message("order.placed", json.dumps(float_total).encode(), float_total["id"]),
        "id_reused": Message("order.placed", json.dumps(other_total).encode(), other_total["id"]),
    }


@pytest.fixture
def clean_up(shop: RunningShop) -> Iterator[None]:
    """What was parked on purpose must not be mistaken for an accident by later tests."""
    yield
    for message in parked(shop):
        path = f"/api/v1/operations/parked/{message['id']}"
        answer = shop.staff.call("DELETE", "payment", path, params={"reason": "planted by a test"})
        assert answer.status_code == 204, answer.text


def test_poison_is_parked_with_its_reason_and_its_neighbours_flow(
    machinery: Shop, shop: RunningShop, product: Json, clean_up: None
) -> None:
    customer = shop.new_customer()
    wait_until_paid(shop, place_orders([customer], product, 1))
    machinery.processes["payment-consumer"].stop()
    poisoned = poison(shop)
    order_ids = []
    for message in poisoned.values():
        order_ids += place_orders([customer], product, 2)
        publish(shop, "product", [message])
    order_ids += place_orders([customer], product, 2)

    machinery.processes["payment-consumer"].start()

    wait_until_paid(shop, order_ids)
    wait_until(lambda: len(parked(shop)) == len(poisoned))
    assert {message["reason"] for message in parked(shop)} == set(poisoned)
    assert_at_rest(shop, parked=len(poisoned))
    assert machinery.processes["payment-consumer"].restarts == 0


def test_staff_can_read_what_was_parked(shop: RunningShop, clean_up: None) -> None:
    publish(shop, "product", [Message("order.placed", b"not JSON at all", str(new_id()))])

    (message,) = wait_until(lambda: parked(shop))

    assert (message["consumer"], message["reason"]) == ("payment.orders", "not_json")
    assert message["detail"]
    assert message["parked_at"]


def test_the_same_poison_is_parked_once_however_often_it_comes(
    shop: RunningShop, product: Json, clean_up: None
) -> None:
    publish(shop, "product", [Message("order.placed", b"not JSON either", None)] * 5)

    let_queues_pass(shop, product)

    assert_at_rest(shop, parked=1)


def parked(shop: RunningShop) -> list[Json]:
    """As staff see it."""
    results: list[Json] = shop.staff.read("payment", "/api/v1/operations/parked")["results"]
    return results
