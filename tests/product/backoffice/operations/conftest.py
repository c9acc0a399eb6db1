"""Grace, a member of staff, and what auth, payment and the broker tell of themselves: by default that all is well."""

from typing import Any

import pytest
from pytest_django import Settings

from servicekit.ids import new_id
from tests.product.backoffice.conftest import clerk, services, visitor
from tests.product.storefront.fake_services import FakeServices

__all__ = ["clerk", "services", "visitor"]

OPERATIONS = "/api/v1/operations"
QUEUES = "GET /api/queues/%2F?columns=name,messages_ready,messages_unacknowledged,consumers,message_stats"
NODES = "GET /api/nodes?columns=name,running,mem_alarm,disk_free_alarm"
A_MOMENT = "2026-11-21T10:00:00Z"


def parked(**values: Any) -> dict[str, Any]:
    """A message as payment tells of it."""
    message = {
        "id": str(new_id()),
        "consumer": "payment.orders",
        "message_id": "m-1",
        "type": "order.placed",
        "reason": "schema_violation",
        "detail": "data/total: too little",
        "parked_at": A_MOMENT,
    }
    return message | values


def parked_page(*messages: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"results": list(messages), "count": len(messages), "next": None, "previous": None} | values


def finished_run(*findings: dict[str, Any], **values: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("orders", "payments", "entries", "wallets", "under_way"), 5)
    result = {"duration_seconds": 0.4, "findings_count": len(findings), "findings": list(findings)}
    return {"finished_at": A_MOMENT, "error": None} | counts | result | values


def queue(name: str, **values: Any) -> dict[str, Any]:
    return {"name": name, "messages_ready": 0, "messages_unacknowledged": 0, "consumers": 1} | values


@pytest.fixture
def answers(services: FakeServices, settings: Settings) -> dict[str, tuple[int, Any]]:
    """By "METHOD path"; to be changed by a test."""
    settings.BROKER_MONITOR_URL = services.url
    services.account_answers |= {
        f"GET {OPERATIONS}/outbox": (200, {"waiting": 3, "failed": 0, "oldest_waiting_seconds": 0.5}),
        f"GET {OPERATIONS}/parked?limit=1": (200, parked_page()),
        f"GET {OPERATIONS}/parked?limit=20": (200, parked_page()),
        f"GET {OPERATIONS}/reconciliation": (200, {"latest": finished_run(), "failed": None, "pending": None}),
        QUEUES: (200, [queue("payment.orders"), queue("payment.orders.dlq"), queue("unrouted", consumers=0)]),
        NODES: (200, [{"name": "storefront@localhost", "running": True}]),
    }
    return services.account_answers


@pytest.fixture
def calls(services: FakeServices, answers: dict[str, tuple[int, Any]]) -> list[tuple[str, bytes]]:
    """ "METHOD path" and body of what was asked of the other services."""
    return services.account_calls
