"""What this service is, and how it is doing: for supervisors, load balancers and Prometheus."""

from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from payment import VERSION
from payment.database import DatabaseUnavailable, transaction
from payment.messaging.queries import longest_wait_seconds
from servicekit.health import State, health_answer
from servicekit.metrics import exposition

blueprint = APIBlueprint("service", __name__)

_OUTBOX_WORRIES_AFTER_SECONDS = 60

_NOT_READY: Any = {
    503: {
        "description": "Not ready: a dependency is away.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Readiness"}}},
    }
}
_METRICS: Any = {200: {"description": "Metrics.", "content": {"text/plain": {"schema": {"type": "string"}}}}}


class Description(BaseModel):
    service: str
    version: str
    description: str
    links: dict[str, str]


class Aliveness(BaseModel):
    status: Literal["ok"]


class Readiness(BaseModel):
    """The worst state of all, and each dependency's own."""

    status: State
    dependencies: dict[str, State]


@blueprint.get("/")
@blueprint.output(Description)
def describe() -> Description:
    """What this is, and where to go from here."""
    return Description(
        service="payment",
        version=VERSION,
        description="Wallets, the ledger, payments and refunds of the shop.",
        links={
            "docs": "/docs",
            "openapi": "/openapi.json",
            "payments": "/api/v1/payments",
            "wallets": "/api/v1/wallets",
            "health": "/health",
            "metrics": "/metrics",
        },
    )


@blueprint.get("/healthcheck")
@blueprint.output(Aliveness)
def healthcheck() -> Aliveness:
    """The process is alive; nothing is said of its dependencies."""
    return Aliveness(status="ok")


@blueprint.get("/health")
@blueprint.output(Readiness)
@blueprint.doc(responses=_NOT_READY)
def health() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Each dependency with its state. 503 when the database is away.

    The broker is known here only by its absence: events that pile up in the outbox make the service degraded.
    """
    body, status = health_answer(_states())
    return body, status, {"Retry-After": "5"} if status == DatabaseUnavailable.status else {}


@blueprint.get("/metrics")
@blueprint.doc(responses=_METRICS)
def metrics() -> Response:
    """For Prometheus."""
    return Response(exposition(), content_type=CONTENT_TYPE_LATEST)


def _states() -> dict[str, State]:
    try:
        with transaction():
            is_late = longest_wait_seconds() > _OUTBOX_WORRIES_AFTER_SECONDS
    except DatabaseUnavailable:
        return {"database": "unavailable"}
    return {"database": "ok", "outbox": "degraded" if is_late else "ok"}
