"""What happens to all orders, as it happens. Read from their timelines: nothing is asked of the broker for it."""

from django.db import connection

from product.orders.models import OrderEvent

SHOWN = 50
_LOOKED_THROUGH = 20_000
"""Among so many of the latest are those of one type looked for: to find a rare one may take long otherwise."""


def latest_events(event_type: str = "") -> list[OrderEvent]:
    """The newest first, with their orders; only those of one type if one is given."""
    events = OrderEvent.objects.select_related("order").order_by("-id")
    if event_type:
        events = events.filter(type=event_type, id__gt=_newest_id() - _LOOKED_THROUGH)
    return list(events[:SHOWN])


def _newest_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM order_events")
        return int(cursor.fetchone()[0])
