"""What this service is, and how it is doing."""

from typing import Any, Literal

from fastapi import APIRouter, Response, status
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from sqlalchemy import select
from starlette.responses import PlainTextResponse

from auth import VERSION
from auth.database import DatabaseUnavailable, transaction
from servicekit.health import State, health_answer
from servicekit.metrics import exposition

router = APIRouter(tags=["service"])

_RETRY_AFTER_SECONDS = 5


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


@router.get("/", response_model=Description)
async def describe() -> Description:
    """What this is, and where to go from here."""
    return Description(
        service="auth",
        version=VERSION,
        description="Accounts and access tokens of the shop.",
        links={
            "docs": "/docs",
            "openapi": "/openapi.json",
            "health": "/health",
            "metrics": "/metrics",
            "jwks": "/.well-known/jwks.json",
        },
    )


@router.get("/healthcheck", response_model=Aliveness)
async def healthcheck() -> Aliveness:
    """The process is alive; nothing is said of its dependencies."""
    return Aliveness(status="ok")


@router.get(
    "/health",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Not ready: a dependency is away."}},
)
async def health(response: Response) -> dict[str, Any]:
    """Each dependency with its state. The broker is none: the relay talks to it, this process never does."""
    body, response.status_code = health_answer({"database": await _database_state()})
    if response.status_code != status.HTTP_200_OK:
        response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return body


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics() -> Response:
    """For Prometheus."""
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)


async def _database_state() -> State:
    try:
        async with transaction() as session:
            await session.execute(select(1))
    except DatabaseUnavailable:
        return "unavailable"
    return "ok"
