"""The contracts: one source, current documents, and events that fit their own schemas."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from servicekit.contracts import EVENTS, CloudEvent
from servicekit.contracts.documents import documents
from servicekit.contracts.orders import OrderLine
from servicekit.ids import new_id

FOLDER = Path(__file__).resolve().parents[2] / "contracts"

VALUES: dict[str, Any] = {
    "username": "ann", "email": "ann@shop.test", "version": 2, "changed_fields": ("username",),
    "number": "2026-000001",
    "currency": "EUR",
    "payment_method": "wallet", "total": "19.99", "amount": "19.99", "total_refunded": "19.99",
    "reason": "customer", "attempt": 2,
    "code": "insufficient_funds", "message": "Too little",
    "until": "2026-01-01T00:00:00Z", "carrier": None, "tracking": None,
    "lines": (OrderLine(product_id=new_id(), sku="A", name="A", quantity=1, unit_price="19.99"),),
}  # fmt: skip


def make_event(name: str) -> CloudEvent[Any]:
    fields = EVENTS[name].model_fields
    values = {field: VALUES.get(field, new_id()) for field in fields}
    if name == "order.placed":
        values["attempt"] = 1
    return CloudEvent.of(EVENTS[name](**values), sequence=1)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_fits_its_published_schema(name: str) -> None:
    schema = json.loads((FOLDER / "schemas" / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.validate(json.loads(make_event(name).to_json()), schema)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_survives_the_wire(name: str) -> None:
    event = make_event(name)

    assert CloudEvent[EVENTS[name]].model_validate_json(event.to_json()) == event  # type: ignore[valid-type]


@pytest.mark.parametrize("name", EVENTS)
def test_a_consumer_ignores_fields_that_a_newer_producer_adds(name: str) -> None:
    newer = json.loads(make_event(name).to_json())
    newer["data"]["added_later"] = newer["added_later"] = "anything"

    CloudEvent[EVENTS[name]].model_validate(newer)  # type: ignore[valid-type]


def test_committed_documents_are_current() -> None:
    committed = {str(path.relative_to(FOLDER)): path.read_text("utf-8") for path in FOLDER.rglob("*.json")}

    assert committed == documents()
