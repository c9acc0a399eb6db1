"""What the service says of itself: description, health, metrics, documentation."""

import re
from typing import Any

import httpx2

from auth import VERSION


async def test_describes_itself_and_links_to_what_exists(client: httpx2.AsyncClient) -> None:
    description = (await client.get("/")).json()

    assert (description["service"], description["version"]) == ("auth", VERSION)
    for link in description["links"].values():
        assert (await client.get(link)).status_code == 200


async def test_reports_its_dependencies(client: httpx2.AsyncClient) -> None:
    alive, ready = await client.get("/healthcheck"), await client.get("/health")

    assert alive.json() == {"status": "ok"}
    assert ready.json() == {"status": "ok", "dependencies": {"database": "ok"}}


async def test_counts_requests_by_route_and_never_by_path(client: httpx2.AsyncClient) -> None:
    await client.get("/nowhere/in-particular")

    metrics = await client.get("/metrics")

    assert metrics.headers["Content-Type"].startswith("text/plain")
    assert 'http_request_duration_seconds_count{method="GET",route="unmatched",status="404"}' in metrics.text
    assert "in-particular" not in metrics.text


async def test_serves_the_assets_of_its_documentation_itself(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/docs")).text

    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) == 3
    for source in sources:
        assert source.startswith("/docs/assets/")
        assert (await client.get(source)).status_code == 200


def failures(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path} {status}": answer
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if int(status) >= 400 and path != "/health"
    }


async def test_documents_its_failures_as_problem_documents(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    documented = failures(document)
    assert "post /register 409" in documented
    for answer in documented.values():
        assert answer["content"] == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert {"type", "title", "status", "code", "request_id"} <= set(
        document["components"]["schemas"]["Problem"]["required"]
    )


async def test_documents_no_password_as_readable(client: httpx2.AsyncClient) -> None:
    schemas = (await client.get("/openapi.json")).json()["components"]["schemas"]

    for name in ("Registration", "TokenRequest"):
        assert schemas[name]["properties"]["password"]["format"] == "password"
    assert "password" not in schemas["UserResponse"]["properties"]
