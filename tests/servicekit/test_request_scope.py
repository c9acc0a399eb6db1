"""Around every request: an id that can be trusted in a log line, and a metric whose labels stay few."""

import pytest
from prometheus_client import REGISTRY

from servicekit.http import RequestScope


def finished(
    headers: dict[str, str] | None = None, *, method: str = "GET", route: str | None = "/x/{id}"
) -> RequestScope:
    scope = RequestScope(method, "/x/1", headers or {})
    scope.finish(route, 200)
    return scope


def requests_counted(method: str, route: str) -> float:
    labels = {"method": method, "route": route, "status": "200"}
    return REGISTRY.get_sample_value("http_request_duration_seconds_count", labels) or 0


def test_echoes_a_reasonable_request_id() -> None:
    assert finished({"X-Request-ID": "trace-42:a/b"}).request_id == "trace-42:a/b"


@pytest.mark.parametrize("header", ["", " ", "a b", "x" * 129, "line\nbreak", "nul\x00", "ünï", '<script>"'])
def test_replaces_an_unreasonable_request_id(header: str) -> None:
    request_id = finished({"X-Request-ID": header}).request_id

    assert request_id != header
    assert len(request_id) == 36


def test_counts_by_route_template_not_by_path() -> None:
    before = requests_counted("GET", "/x/{id}")

    finished()

    assert requests_counted("GET", "/x/{id}") == before + 1


def test_made_up_methods_and_unknown_paths_share_one_label() -> None:
    before = requests_counted("OTHER", "unmatched")

    finished(method="BREW", route=None)

    assert requests_counted("OTHER", "unmatched") == before + 1
