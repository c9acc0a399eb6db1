"""Reading webhooks and what became of their deliveries."""

from uuid import UUID

from product.pagination import DEFAULT_LIMIT, Page, keyset_page
from product.webhooks.errors import DeliveryNotFound, WebhookNotFound
from product.webhooks.models import WebhookDelivery, WebhookEndpoint


def list_endpoints() -> list[WebhookEndpoint]:
    """All of them: they are few."""
    return list(WebhookEndpoint.objects.order_by("id"))


def get_endpoint(endpoint_id: UUID) -> WebhookEndpoint:
    """Raises `WebhookNotFound`."""
    endpoint = WebhookEndpoint.objects.filter(id=endpoint_id).first()
    if endpoint is None:
        raise WebhookNotFound
    return endpoint


def list_deliveries(
    endpoint_id: UUID, *, state: str | None = None, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[WebhookDelivery]:
    """Of one endpoint, the newest first, each with its attempts. Raises `WebhookNotFound`."""
    deliveries = WebhookDelivery.objects.filter(endpoint=get_endpoint(endpoint_id)).prefetch_related("attempts")
    if state is not None:
        deliveries = deliveries.filter(state=state)
    return keyset_page(deliveries, ordering="-id", cursor=cursor, limit=limit)


def get_delivery(endpoint_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """Raises `DeliveryNotFound`."""
    deliveries = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, id=delivery_id).prefetch_related("attempts")
    delivery = deliveries.first()
    if delivery is None:
        raise DeliveryNotFound
    return delivery
