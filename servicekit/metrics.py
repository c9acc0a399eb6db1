"""Every metric of the system. Units are in the names; labels take values from small, fixed sets: routes, not paths."""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

_LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

HTTP_REQUEST_SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time to answer an HTTP request.",
    ("method", "route", "status"),
    buckets=_LATENCY_BUCKETS,
)

EVENTS_PUBLISHED = Counter("outbox_events_published_total", "Events that the broker confirmed.", ("type",))
PUBLISH_FAILURES = Counter(
    "outbox_publish_failures_total", "Events that the broker refused or did not confirm.", ("type",)
)
EVENTS_SENT_AGAIN = Counter(
    "outbox_events_sent_again_total", "Published events that were taken back, because the broker has lost what it held."
)
PUBLISH_BATCH_SECONDS = Histogram("outbox_publish_batch_duration_seconds", "Claim, publish and mark one batch.")
OUTBOX_WAITING = Gauge("outbox_waiting_events", "Events not yet published, as of the relay's last look.")
OUTBOX_OLDEST_SECONDS = Gauge("outbox_oldest_waiting_seconds", "Age of the oldest event not yet published.")

MESSAGES_CONSUMED = Counter(
    "consumer_messages_total", "Messages settled, by outcome: processed, duplicate or parked.", ("queue", "outcome")
)
CONSUME_BATCH_SECONDS = Histogram("consumer_batch_duration_seconds", "Process and commit one batch of messages.")
CONSUME_BATCH_SIZE = Histogram(
    "consumer_batch_size_messages", "Messages in one batch.", buckets=(1, 2, 5, 10, 20, 50, 100, 200)
)
MESSAGE_AGE_SECONDS = Histogram(
    "consumer_message_age_seconds",
    "From the event to its effect.",
    ("queue",),
    buckets=(*_LATENCY_BUCKETS, 60, 300, 1800),
)
CONSUMER_HOLDS = Counter("consumer_holds_total", "Batches held back because a dependency was away.")


def count_with_others(folder: str) -> None:
    """Count in files of this folder from now on, as do the other processes behind the same port.

    To be called before anything is counted. Metrics without labels exist by now, and remain this process's own.
    """
    os.environ[_FOLDER] = folder
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


def exposition() -> bytes:
    """All metrics in Prometheus' text format: of this process, or of all that count in the same folder."""
    if _FOLDER not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
