"""What they are told: recorded with the change, claimed by a worker, tried until it is heard or given up."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop as _

from product.transactions import retried_transaction
from product.webhooks.errors import DeliveryNotFound, WebhookInactive, WebhookNotFound
from product.webhooks.events import TEST, fact_of, public_form
from product.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from product.webhooks.sender import Outcome
from servicekit.contracts import CloudEvent
from servicekit.ids import new_id

RETRY_SECONDS = (5, 60, 300, 1800, 7200, 18_000, 36_000, 36_000)
"""Pauses between tries, a fifth more or less. After the last one the delivery is given up: a good day in all."""
SWITCHED_OFF_AFTER = timedelta(hours=24)
"""Of failing without a success in between, an endpoint whose delivery is given up is switched off."""
KEPT = timedelta(days=30)
LEASE_SECONDS = 60
"""How long a claim holds: much longer than a try takes. Then another worker may believe that the claimant died."""

_json = DjangoJSONEncoder(separators=(",", ":"), ensure_ascii=False)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is this worker's to try, with all that it takes."""

    delivery_id: UUID
    claim: int
    tries: int
    endpoint_id: UUID
    event_id: UUID
    body: str
    url: str
    secrets: list[str]
    """Encrypted; the first is the current one."""


RECEIVERS = "SELECT id, event_types FROM webhook_endpoints WHERE is_active AND event_types && %s::varchar[]"
"""Who wants to hear of any of these types, and of which."""


def enqueue(events: Sequence[CloudEvent[Any]]) -> None:
    """Record the events for all who want to hear of them. Runs in the transaction of the change that they tell of."""
    with connection.cursor() as cursor:
        cursor.execute(RECEIVERS, [[event.type for event in events]])
        receivers = cursor.fetchall()
    enqueue_for(receivers, events=events)


def enqueue_for(receivers: Sequence[tuple[UUID, list[str]]], *, events: Sequence[CloudEvent[Any]]) -> None:
    """The same for receivers that were looked up by `RECEIVERS` with something else."""
    deliveries = [
        WebhookDelivery(
            endpoint_id=endpoint_id,
            event_id=event.id,
            event_type=event.type,
            fact=fact_of(event),
            body=_json.encode(public_form(event)),
        )
        for endpoint_id, event_types in receivers
        for event in events
        if event.type in event_types
    ]
    if deliveries:
        WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)


@retried_transaction
def send_test(*, endpoint_id: UUID) -> UUID:
    """Record a delivery that tells of nothing. Returns its id. Raises `WebhookNotFound`, `WebhookInactive`."""
    is_active = WebhookEndpoint.objects.filter(id=endpoint_id).values_list("is_active", flat=True).first()
    if is_active is None:
        raise WebhookNotFound
    if not is_active:
        raise WebhookInactive
    event_id = new_id()
    timestamp = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    body = {"id": str(event_id), "type": TEST, "timestamp": timestamp, "data": {}}
    delivery = WebhookDelivery.objects.create(
        endpoint_id=endpoint_id, event_id=event_id, event_type=TEST, fact=str(event_id), body=_json.encode(body)
    )
    return delivery.pk


@retried_transaction
def redeliver(*, endpoint_id: UUID, delivery_id: UUID) -> None:
    """Try again from the beginning, with the same `webhook-id`. Raises `DeliveryNotFound`."""
    chosen = WebhookDelivery.objects.filter(id=delivery_id, endpoint_id=endpoint_id)
    if not chosen.update(state=WebhookDelivery.State.PENDING, tries=0, next_attempt_at=Now(), claim=F("claim") + 1):
        raise DeliveryNotFound


# One of each endpoint at a time, so that none with a long queue crowds out the others.
_CLAIM = """
    WITH due AS (
        SELECT chosen.id FROM webhook_endpoints AS endpoint CROSS JOIN LATERAL (
            SELECT id FROM webhook_deliveries
            WHERE endpoint_id = endpoint.id AND state = 'pending' AND next_attempt_at <= statement_timestamp()
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
        ) AS chosen
        WHERE endpoint.is_active AND endpoint.id <> ALL (%s::uuid[])
    )
    UPDATE webhook_deliveries AS delivery
    SET claim = claim + 1, tries = tries + 1, next_attempt_at = statement_timestamp() + make_interval(secs => %s)
    FROM due, webhook_endpoints AS endpoint
    WHERE delivery.id = due.id AND endpoint.id = delivery.endpoint_id
    RETURNING delivery.id, claim, tries, endpoint.id, event_id, body, url,
        array_remove(ARRAY[secret, CASE WHEN former_secret_until > statement_timestamp() THEN former_secret END], NULL)
"""


@retried_transaction
def claim_due(*, busy: Iterable[UUID] = ()) -> list[Claimed]:
    """Take what is due, one delivery of each endpoint that is not `busy`. Several workers never take the same."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(busy), LEASE_SECONDS])
        return [Claimed(*row) for row in cursor.fetchall()]


@retried_transaction
def write_outcome(*, claimed: Claimed, outcome: Outcome) -> None:
    """Note how the try went, and what follows. From one whose claim was taken over, the note only."""
    if not WebhookDelivery.objects.filter(id=claimed.delivery_id).exists():
        return  # its endpoint was deleted meanwhile
    WebhookAttempt.objects.create(
        delivery_id=claimed.delivery_id,
        status=outcome.status,
        duration_milliseconds=outcome.duration_milliseconds,
        error=outcome.error[:200],
        answer=outcome.answer,
    )
    mine = WebhookDelivery.objects.filter(id=claimed.delivery_id, claim=claimed.claim)
    endpoints = WebhookEndpoint.objects.filter(id=claimed.endpoint_id)
    if outcome.is_delivered:
        mine.update(state=WebhookDelivery.State.DELIVERED, delivered_at=Now())
        endpoints.filter(failing_since__isnull=False).update(failing_since=None)
        return
    endpoints.filter(failing_since=None).update(failing_since=Now())
    is_given_up = outcome.is_gone or claimed.tries > len(RETRY_SECONDS)
    if is_given_up:
        mine.update(state=WebhookDelivery.State.FAILED)
        _switch_off(claimed.endpoint_id, outcome)
    else:
        mine.update(next_attempt_at=Now() + _pause(claimed.tries))


@retried_transaction
def forget_old_deliveries(*, limit: int = 1000) -> int:
    """Delete what is past its time and waits for nothing. Returns how many."""
    is_wanted = Exists(WebhookEndpoint.objects.filter(id=OuterRef("endpoint_id"), is_active=True))
    is_over = ~Q(state=WebhookDelivery.State.PENDING) | ~is_wanted
    old = WebhookDelivery.objects.filter(is_over, created_at__lt=Now() - KEPT).order_by("created_at")
    chosen = list(old.values_list("pk", flat=True)[:limit])
    WebhookDelivery.objects.filter(pk__in=chosen).delete()
    return len(chosen)


def _switch_off(endpoint_id: UUID, outcome: Outcome) -> None:
    long_failing = Q(failing_since__lt=Now() - SWITCHED_OFF_AFTER)
    gone, failing = _("It answered 410: it wants to hear no more."), _("Nothing was delivered for a day.")
    note = gone if outcome.is_gone else failing
    endpoints = WebhookEndpoint.objects.filter(id=endpoint_id, is_active=True)
    if (endpoints if outcome.is_gone else endpoints.filter(long_failing)).update(is_active=False, note=note):
        _log.warning("webhook.switched_off", endpoint_id=str(endpoint_id), status=outcome.status)


def _pause(tries: int) -> timedelta:
    return timedelta(seconds=RETRY_SECONDS[tries - 1] * random.uniform(0.8, 1.2))  # nosec B311  # noqa: S311
