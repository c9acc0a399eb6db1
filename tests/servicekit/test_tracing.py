"""One trace follows a purchase: HTTP request → outbox row → AMQP message → consumer → next outbox row."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from servicekit import tracing
from servicekit.contracts import CloudEvent, OrderCancelled, PaymentVoided
from servicekit.http import RequestScope
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from servicekit.messaging.inbound import read
from servicekit.outbox import OutboxRow

CALLERS_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_TRACER", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def test_carries_the_callers_trace_from_the_request_to_the_next_services_event(spans: InMemorySpanExporter) -> None:
    scope = RequestScope("POST", "/api/v1/orders", {"traceparent": f"00-{CALLERS_TRACE}-00f067aa0ba902b7-01"})
    asked = CloudEvent.of(OrderCancelled(order_id=new_id(), reason="customer"))
    row = OutboxRow.of(asked)
    scope.finish("/api/v1/orders", 202)

    received = read(Delivery("payment.orders", row.body.encode()))
    answered = CloudEvent.of(PaymentVoided(payment_id=new_id(), order_id=asked.data.order_id), cause=received)
    received.span.end()

    request_span, processing_span = spans.get_finished_spans()
    assert trace.format_trace_id(request_span.context.trace_id) == CALLERS_TRACE
    assert processing_span.parent is not None
    assert processing_span.parent.span_id == request_span.context.span_id
    assert answered.traceparent is not None
    assert answered.traceparent.split("-")[1:3] == [
        CALLERS_TRACE,
        trace.format_span_id(processing_span.context.span_id),
    ]
    assert answered.causationid == asked.id


def test_an_event_outside_any_trace_starts_none(spans: InMemorySpanExporter) -> None:
    event = CloudEvent.of(OrderCancelled(order_id=new_id(), reason="expired"))

    assert event.traceparent is None
    assert "traceparent" not in event.to_json()
