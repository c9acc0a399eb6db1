"""Every route asks who is calling, or is listed here as public. Taken from the frameworks' own route tables."""

import pytest

from stack.credentials import SERVICES
from tests.architecture.conftest import Ask

PUBLIC = {
    "auth": {
        "/", "/healthcheck", "/health", "/metrics", "/docs", "/openapi.json", "/docs/assets/{path}",
        "/register", "/token", "/.well-known/jwks.json", "/.well-known/revoked-sessions.json",
        "/api/v1/users/{user_id}/avatar",
        "/password-reset", "/password-reset/confirm", "/email-change/confirm", "/email-confirmation/confirm",
    },
    "product": {
        "/", "/healthcheck", "/health", "/metrics", "/docs", "/openapi.json",
        "/api/v1/products (reading)", "/api/v1/products/<slug:id_or_slug> (reading)",
        "/api/v1/products/suggest (reading)", "/api/v1/products/<slug:id_or_slug>/related (reading)",
        "/api/v1/categories (reading)", "/api/v1/categories/<slug:id_or_slug> (reading)",
        "/admin", "/admin/login/", "/backoffice",
        r"/^media/products/(?P<name>[0-9a-f]{64}(?:-[0-9]{3})?\.webp)$",
    },
    "payment": {
        "/", "/healthcheck", "/health", "/metrics", "/docs", "/openapi.json", "/docs/assets/<path:filename>",
    },
}  # fmt: skip

OPEN_ROUTES = {
    "auth": """
import json
from fastapi.routing import iter_route_contexts
from auth.dependencies import _principal
from auth.main import create_app
from auth.settings import Settings

def asks(dependant):
    return dependant.call is _principal or any(asks(below) for below in dependant.dependencies)

routes = list(iter_route_contexts(create_app(Settings()).routes))
path = lambda route: getattr(route, "path_format", None) or route.path
print(json.dumps([path(route) for route in routes if not (hasattr(route, "dependant") and asks(route.dependant))]))
""",
    "payment": """
import json
from payment.app import create_app
from payment.settings import Settings

app = create_app(Settings())
asks = lambda rule: "auth" in getattr(app.view_functions[rule.endpoint], "_spec", {})
print(json.dumps([rule.rule for rule in app.url_map.iter_rules() if not asks(rule)]))
""",
    "product": """
import json, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "product.settings"
django.setup()
from django.urls import get_resolver
from product.authentication import SignedIn, StaffOnly, StaffOrReadOnly

def routes(patterns, prefix="/"):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if getattr(pattern, "app_name", None) == "storefront":
            continue  # pages send visitors to the sign-in form instead: tests/conformance/test_pages.py
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, path)
        else:
            yield path, pattern.callback

def openness(view):
    if hasattr(view, "admin_site") or hasattr(view, "model_admin") or hasattr(view, "is_for_staff"):
        return None  # inside AdminSite.admin_view, or staff_only
    permissions = set(getattr(getattr(view, "cls", None), "permission_classes", []))
    if permissions & {SignedIn, StaffOnly}:
        return None
    return " (reading)" if StaffOrReadOnly in permissions else ""

found = [(path, openness(view)) for path, view in routes(get_resolver().url_patterns)]
print(json.dumps([path + state for path, state in found if state is not None]))
""",
}


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_listed_routes_answer_anyone(service: str, ask: Ask) -> None:
    assert set(ask(service, OPEN_ROUTES[service])) == PUBLIC[service]
