"""What the service says of itself."""

from django.contrib.staticfiles import finders

from product.messaging.models import OutboxEvent
from tests.product.api import Api
from tests.product.factories import make_order


def test_the_root_describes_the_service_to_programs(api: Api) -> None:
    body = api.get("/", headers={"Accept": "*/*"}).json()

    assert body["service"] == "product"
    for link in body["links"].values():
        assert api.get(link).status_code in {200, 401}, link


def test_the_root_is_the_shop_for_a_browser(api: Api) -> None:
    response = api.get("/", headers={"Accept": "text/html,application/xhtml+xml"})

    assert response.headers["Content-Type"].startswith("text/html")
    assert "Accept" in response.headers["Vary"]


def test_is_ready_when_the_database_is(api: Api) -> None:
    assert api.get("/health").json() == {"status": "ok", "dependencies": {"database": "ok", "outbox": "ok"}}


def test_is_degraded_when_events_pile_up(api: Api) -> None:
    make_order()
    OutboxEvent.objects.update(created_at="2020-01-01T00:00:00Z")

    response = api.get("/health")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"


def test_counts_requests_by_route(api: Api) -> None:
    api.get("/api/v1/products/no-such-product")

    metrics = api.get("/metrics").text

    assert (
        'http_request_duration_seconds_count{method="GET",route="/api/v1/products/{id_or_slug}",status="404"}'
        in metrics
    )


def test_the_document_says_what_every_operation_can_answer(api: Api) -> None:
    document = api.get("/openapi.json").json()

    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            assert operation["operationId"], (method, path)
            assert {"500", "503"} <= answers.keys(), (method, path)
            problems = {status: answer for status, answer in answers.items() if int(status) >= 400}
            for status, answer in problems.items():
                if (path, status) != ("/health", "503"):
                    assert list(answer["content"]) == ["application/problem+json"], (method, path, status)


def test_the_documentation_page_needs_nothing_from_elsewhere(api: Api) -> None:
    page = api.get("/docs")

    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]
    assert finders.find("drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")
