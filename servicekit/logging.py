"""Logs are events with fields: a static dotted name and identifiers, as JSON for machines or in colours for people."""

import logging
import sys
from typing import Literal

import structlog
from opentelemetry import trace
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, Processor


def configure_logging(
    service: str, process: str, *, level: str = "INFO", log_format: Literal["console", "json"]
) -> None:
    """Send structlog and the standard library's loggers through one chain to standard output."""

    def add_origin(_logger: object, _method: str, event: EventDict) -> EventDict:
        # A processor and not a context variable: those are not seen by a server's other threads.
        return {**event, "service": service, "process": process}

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_origin,
        _add_trace_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(log_format))
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # These tell every frame and every request at INFO; ours say the same once, with ids.
    for chatty in ("aio_pika", "aiormq", "httpx2", "httpcore2", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # Eight errors and a traceback for each attempt to reconnect, beside our one line.
    logging.getLogger("pika").setLevel(logging.CRITICAL)


def _rendering(log_format: Literal["console", "json"]) -> list[Processor]:
    """Tracebacks come without local variables, which is where passwords and tokens would be."""
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if log_format == "json":
        tracebacks = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
        return [strip, tracebacks, structlog.processors.JSONRenderer()]
    plain = structlog.dev.plain_traceback
    return [strip, structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=plain)]


def _add_trace_id(_logger: object, _method: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event
