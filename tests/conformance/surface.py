"""Where in each service the common rules can be tried: the one place to extend when a service gets new endpoints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Surface:
    """`private`: a GET for whoever is signed in. `write`: method, path, and whose token it takes, of an operation
    with a JSON body; None where the service has none. `lists`: paged by cursor, for a customer."""

    private: str
    write: tuple[str, str, str] | None
    lists: tuple[str, ...] = ()


SURFACES = {
    "auth": Surface(private="/api/v1/users/me", write=("POST", "/register", "anyone")),
    "product": Surface(
        private="/api/v1/orders",
        write=("POST", "/api/v1/orders", "customer"),
        lists=("/api/v1/products", "/api/v1/orders"),
    ),
    "payment": Surface(
        private="/api/v1/wallets", write=("POST", "/api/v1/wallets", "customer"), lists=("/api/v1/payments",)
    ),
}

PUBLIC = {
    *((service, "GET", path) for service in SURFACES for path in ("/", "/healthcheck", "/health", "/metrics")),
    *((service, "GET", path) for service in SURFACES for path in ("/docs", "/openapi.json")),
    ("auth", "POST", "/register"),
    ("auth", "POST", "/token"),
    ("auth", "GET", "/.well-known/jwks.json"),
    ("auth", "GET", "/.well-known/revoked-sessions.json"),
    ("auth", "GET", "/api/v1/users/{user_id}/avatar"),
    ("auth", "POST", "/password-reset"),
    ("auth", "POST", "/password-reset/confirm"),
    ("auth", "POST", "/email-change/confirm"),
    ("auth", "POST", "/email-confirmation/confirm"),
    ("product", "GET", "/api/v1/products"),
    ("product", "GET", "/api/v1/products/{id_or_slug}"),
    ("product", "GET", "/api/v1/products/suggest"),
    ("product", "GET", "/api/v1/products/{id_or_slug}/related"),
    ("product", "GET", "/api/v1/categories"),
    ("product", "GET", "/api/v1/categories/{id_or_slug}"),
}
"""Operations that need no token. Whatever is not here must ask for one."""

STAFF_ONLY = {
    ("product", "POST", "/api/v1/products"),
    ("product", "PATCH", "/api/v1/products/{id_or_slug}"),
    ("product", "DELETE", "/api/v1/products/{id_or_slug}"),
    ("product", "POST", "/api/v1/products/{id_or_slug}/images"),
    ("product", "PATCH", "/api/v1/products/{id_or_slug}/images/{image_id}"),
    ("product", "DELETE", "/api/v1/products/{id_or_slug}/images/{image_id}"),
    ("product", "POST", "/api/v1/products/import"),
    ("product", "GET", "/api/v1/products/imports/{import_id}"),
    ("product", "GET", "/api/v1/products/export"),
    ("product", "GET", "/api/v1/products/{id_or_slug}/stock-movements"),
    ("product", "POST", "/api/v1/products/{id_or_slug}/stock-movements"),
    ("product", "POST", "/api/v1/categories"),
    ("product", "PATCH", "/api/v1/categories/{id_or_slug}"),
    ("product", "DELETE", "/api/v1/categories/{id_or_slug}"),
    ("product", "POST", "/api/v1/orders/{order_id}/ship"),
    ("product", "POST", "/api/v1/orders/{order_id}/deliver"),
    ("product", "GET", "/api/v1/webhooks"),
    ("product", "POST", "/api/v1/webhooks"),
    ("product", "GET", "/api/v1/webhooks/{webhook_id}"),
    ("product", "PATCH", "/api/v1/webhooks/{webhook_id}"),
    ("product", "DELETE", "/api/v1/webhooks/{webhook_id}"),
    ("product", "GET", "/api/v1/webhooks/{webhook_id}/deliveries"),
    ("product", "POST", "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver"),
    ("product", "POST", "/api/v1/webhooks/{webhook_id}/rotate-secret"),
    ("product", "POST", "/api/v1/webhooks/{webhook_id}/test"),
    ("payment", "GET", "/api/v1/ledger/verify"),
    ("payment", "POST", "/api/v1/payments/{payment_id}/refund"),
}
"""Besides all operations below /api/v1/operations."""

ADMIN_ONLY = {
    ("auth", "GET", "/api/v1/users"),
    ("auth", "POST", "/api/v1/users"),
}

UPLOADS = {
    ("product", "POST", "/api/v1/products/{id_or_slug}/images"),
    ("auth", "POST", "/api/v1/users/{user_id}/avatar"),
    ("product", "POST", "/api/v1/products/import"),
}
"""Operations whose body is a form with a file."""
