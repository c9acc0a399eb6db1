"""Addresses of the pages of operations, below /backoffice/operations."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from product.backoffice.operations import parked_views, views


class _AnyService(StringConverter):
    regex = "auth|product|payment"


class _ParkingService(StringConverter):
    """Auth takes no messages, and so parks none."""

    regex = "product|payment"


register_converter(_AnyService, "any-service")
register_converter(_ParkingService, "parking-service")

urlpatterns = [
    path("", views.overview, name="operations"),
    path("/outbox/<any-service:service>/retry", views.retry_refused, name="retry-refused"),
    path("/events", views.events, name="events"),
    path("/reconciliation", views.reconciliation, name="reconciliation"),
    path("/reconciliation/run", views.reconcile_now, name="reconcile-now"),
    path("/parked/<parking-service:service>", parked_views.parked_messages, name="parked"),
    path("/parked/<parking-service:service>/replay", parked_views.replay_all, name="replay-all"),
    path("/parked/<parking-service:service>/<uuid:parked_id>", parked_views.parked_message, name="parked-message"),
    path("/parked/<parking-service:service>/<uuid:parked_id>/replay", parked_views.replay, name="replay"),
    path("/parked/<parking-service:service>/<uuid:parked_id>/discard", parked_views.discard, name="discard"),
]
