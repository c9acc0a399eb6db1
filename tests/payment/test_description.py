"""What the service says of itself: description, health, metrics, documentation."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, update

from payment.database import transaction
from payment.messaging.models import OutboxEvent
from tests.payment.factories import bearer, deliver, order_placed


def test_describes_itself(client: FlaskClient) -> None:
    body = client.get("/").get_json()

    assert body["service"] == "payment"
    for path in body["links"].values():
        assert client.get(path, headers=bearer()).status_code == 200


def test_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthcheck").get_json() == {"status": "ok"}


def test_is_ready_when_its_database_answers(client: FlaskClient) -> None:
    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "dependencies": {"database": "ok", "outbox": "ok"}}


def test_is_degraded_when_events_are_not_sent(client: FlaskClient) -> None:
    deliver(order_placed())
    with transaction() as session:
        session.execute(update(OutboxEvent).values(created_at=func.now() - func.make_interval(0, 0, 0, 0, 0, 2)))

    answer = client.get("/health")

    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")


def test_measures_requests_by_route(client: FlaskClient) -> None:
    client.get("/api/v1/payments", headers=bearer())

    metrics = client.get("/metrics").get_data(as_text=True)

    assert 'route="/api/v1/payments",status="200"' in metrics


def test_serves_its_documentation_without_any_other_server(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)

    assets = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(assets) >= 3
    for asset in assets:
        with client.get(asset) as answer:
            assert answer.status_code == 200
    assert "://" not in page.replace("https://swagger.io/docs", "")


@pytest.fixture
def document(client: FlaskClient) -> Any:
    return client.get("/openapi.json").get_json()


def test_documents_every_error_as_a_problem(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            if path.startswith("/api/"):
                assert {"401", "503"} <= errors.keys()
                assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values())


def test_documents_which_operations_need_a_token(document: dict[str, Any]) -> None:
    public = {
        path
        for path, operations in document["paths"].items()
        if not all(operation.get("security") for operation in operations.values())
    }

    assert public == {"/", "/healthcheck", "/health", "/metrics"}


def test_documents_no_parameter_as_null(document: dict[str, Any]) -> None:
    (operation,) = document["paths"]["/api/v1/payments"].values()

    schemas = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
    assert schemas["order_id"] == {"type": "string", "format": "uuid", "title": "Order Id"}
    assert schemas["status"]["enum"][0] == "unpaid"
