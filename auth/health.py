"""What this service is, and how it is doing."""

from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select
from starlette.responses import JSONResponse, Response

from auth import VERSION
from auth.database import DatabaseUnavailable, transaction
from servicekit.health import State, health_answer

router = APIRouter(tags=["service"])

_DESCRIPTION = {
    "service": "auth",
    "version": VERSION,
    "description": "Accounts and access tokens of the shop.",
    "links": {
        "docs": "/docs",
        "openapi": "/openapi.json",
        "health": "/health",
        "metrics": "/metrics",
        "jwks": "/.well-known/jwks.json",
    },
}


@router.get("/")
async def describe() -> dict[str, Any]:
    """What this is, and where to go from here."""
    return _DESCRIPTION


@router.get("/healthcheck")
async def healthcheck() -> dict[str, str]:
    """The process is alive; nothing is said of its dependencies."""
    return {"status": "ok"}


@router.get("/health", responses={503: {"description": "Not ready: a dependency is away."}})
async def health() -> JSONResponse:
    """Each dependency with its state. The broker is none: the relay talks to it, this process never does."""
    body, status = health_answer({"database": await _database_state()})
    return JSONResponse(body, status, headers={"Retry-After": "5"} if status == 503 else None)


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    """For Prometheus."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _database_state() -> State:
    try:
        async with transaction() as session:
            await session.execute(select(1))
    except DatabaseUnavailable:
        return "unavailable"
    return "ok"
