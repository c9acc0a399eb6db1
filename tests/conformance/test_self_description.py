"""What every service says of itself: what it is, how it is, how to call it."""

import re
from typing import Any

import pytest

from tests.conformance.authorisation import PUBLIC
from tests.running_shop import RunningShop


def test_the_root_says_what_this_is(shop: RunningShop, service: str) -> None:
    body = shop.visitor.read(service, "/")

    assert body["service"] == service
    assert body["version"]
    for link in body["links"].values():
        assert shop.visitor.get(service, link).status_code in {200, 401}, link


def test_the_healthcheck_speaks_for_the_process(shop: RunningShop, service: str) -> None:
    assert shop.visitor.read(service, "/healthcheck") == {"status": "ok"}


def test_health_names_each_dependency(shop: RunningShop, service: str) -> None:
    body = shop.visitor.read(service, "/health")

    assert body["status"] == "ok"
    assert body["dependencies"]["database"] == "ok"


def test_metrics_count_requests_by_route_template(shop: RunningShop, service: str) -> None:
    shop.visitor.get(service, "/healthcheck")
    shop.visitor.get(service, "/no/such/path")

    answer = shop.visitor.get(service, "/metrics")

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert re.search(r'http_request_duration_seconds_count\{[^}]*route="/healthcheck"[^}]*\} ', answer.text)
    assert "/no/such/path" not in answer.text


def test_the_documentation_loads_nothing_from_elsewhere(shop: RunningShop, service: str) -> None:
    page = shop.visitor.get(service, "/docs")

    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert not re.search(r"(?:src|href|url)\s*[=:(]\s*[\"']?(?:https?:)?//", page.text), page.text
    assets = re.findall(r"(?:src|href)=[\"']([^\"'#]+)[\"']", page.text)
    assert any(".js" in asset for asset in assets)
    for asset in assets:
        assert shop.visitor.get(service, asset).status_code == 200, asset


@pytest.fixture
def document(shop: RunningShop, service: str) -> dict[str, Any]:
    return shop.visitor.read(service, "/openapi.json")


def test_the_openapi_document_lists_every_operation_with_its_problems(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.")
    assert document["info"]["title"]
    for path, operations in document["paths"].items():
        assert path == "/" or not path.endswith("/"), path
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")) and path != "/health":
                    media_types = list(response["content"])
                    assert media_types == ["application/problem+json"], (method, path, status, media_types)


def test_private_operations_are_marked_as_such_in_the_openapi_document(document: dict[str, Any], service: str) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            ways_in = operation.get("security") or document.get("security") or [{}]
            assert ({} not in ways_in) == ((service, method.upper(), path) not in PUBLIC), (method, path)
