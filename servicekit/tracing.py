"""W3C trace context through HTTP, outbox rows and AMQP headers. Spans leave by OTLP when OTEL_* variables are set."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, DEFAULT_ON
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = trace.get_tracer("storefront")


def configure_tracing(service: str, process: str) -> None:
    """Install this process's tracer provider.

    It records and exports only when `OTEL_EXPORTER_OTLP_ENDPOINT` is set. Otherwise its spans just pass the trace on.
    """
    is_exporting = bool(
        os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    )
    resource = Resource.create({"service.name": service, "service.instance.id": process})
    provider = TracerProvider(resource=resource, sampler=DEFAULT_ON if is_exporting else ALWAYS_OFF)
    if is_exporting:
        # Imported here: gRPC costs 20 MB and a third of a second that a process without a collector need not pay.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def shutdown_tracing() -> None:
    """Send what is still buffered. Web servers leave without it on SIGTERM, and the last spans would be lost."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()


@contextmanager
def span(
    name: str, *, kind: SpanKind = SpanKind.INTERNAL, traceparent: str | None = None, **attributes: str | int
) -> Iterator[Span]:
    """Run the block in a span: a child of `traceparent` when given, of the current span otherwise."""
    with _TRACER.start_as_current_span(
        name, context=_context(traceparent), kind=kind, attributes=attributes
    ) as current:
        yield current


def start_span(name: str, *, kind: SpanKind, traceparent: str | None = None, **attributes: str | int) -> Span:
    """Start a span that the caller ends, for work that does not nest, such as many messages of one batch."""
    return _TRACER.start_span(name, context=_context(traceparent), kind=kind, attributes=attributes)


def traceparent_of(current: Span) -> str | None:
    """The `traceparent` header value that makes others children of `current`; None when it is not recorded."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, context=trace.set_span_in_context(current))
    return carrier.get("traceparent")


def current_traceparent() -> str | None:
    """The `traceparent` of the span at hand; None outside any."""
    return traceparent_of(trace.get_current_span())


def _context(traceparent: str | None) -> Context | None:
    return _PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None
