"""Who is told, by staff."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from product.transactions import retried_transaction
from product.webhooks.errors import TooManyWebhooks, WebhookNotFound
from product.webhooks.models import WebhookDelivery, WebhookEndpoint
from product.webhooks.signing import new_secret, sealed

MAX_ENDPOINTS = 20
"""The worker has room for all of them at once, so that none has to wait for another."""
FORMER_SECRET_VALID = timedelta(hours=24)

_LOCK = 7_305_106_622
"""Means "registering a webhook" to PostgreSQL's advisory locks."""


@retried_transaction
def register_endpoint(*, url: str, event_types: list[str], description: str = "") -> tuple[WebhookEndpoint, str]:
    """The endpoint and its secret, which is told this once. Raises `TooManyWebhooks`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if WebhookEndpoint.objects.count() >= MAX_ENDPOINTS:
        raise TooManyWebhooks
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        url=url, event_types=event_types, description=description, secret=sealed(secret)
    )
    return endpoint, secret


@retried_transaction
def change_endpoint(*, endpoint_id: UUID, changes: dict[str, Any]) -> None:
    """Set the columns in `changes`. Switched on again, it starts with a clean slate. Raises `WebhookNotFound`."""
    clean_slate = {"failing_since": None, "note": ""} if changes.get("is_active") else {}
    endpoints = WebhookEndpoint.objects.filter(id=endpoint_id)
    if not endpoints.update(**changes, **clean_slate, updated_at=Now()):
        raise WebhookNotFound


@retried_transaction
def rotate_secret(*, endpoint_id: UUID) -> str:
    """A new secret; the former one signs beside it for a day. Raises `WebhookNotFound`."""
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).filter(id=endpoint_id).first()
    if endpoint is None:
        raise WebhookNotFound
    secret = new_secret()
    WebhookEndpoint.objects.filter(id=endpoint_id).update(
        former_secret=endpoint.secret,
        former_secret_until=Now() + FORMER_SECRET_VALID,
        secret=sealed(secret),
        updated_at=Now(),
    )
    return secret


@retried_transaction
def delete_endpoint(*, endpoint_id: UUID) -> None:
    """With all that was, or was to be, sent to it. Raises `WebhookNotFound`."""
    if not WebhookEndpoint.objects.filter(id=endpoint_id).delete()[0]:
        raise WebhookNotFound
    WebhookDelivery.objects.filter(endpoint_id=endpoint_id).delete()
