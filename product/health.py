"""Is it alive, is it ready, how is it doing: for supervisors, load balancers and Prometheus."""

from django.db import DatabaseError
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from prometheus_client import CONTENT_TYPE_LATEST
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.messaging.queries import longest_wait_seconds
from servicekit.health import State, health_answer
from servicekit.metrics import exposition

_OUTBOX_WORRIES_AFTER_SECONDS = 60


class HealthcheckView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = ()

    @extend_schema(operation_id="healthcheck", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """The process is alive; nothing is said of its dependencies."""
        return Response({"status": "ok"})


class HealthView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = ()

    @extend_schema(operation_id="health", responses={200: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Each dependency with its state. 503 when the database is away.

        The broker is known here only by its absence: events that pile up in the outbox make the service degraded.
        """
        body, status = health_answer(_states())
        return Response(body, status=status, headers={"Retry-After": "5"} if status == 503 else None)


class MetricsView(APIView):
    permission_classes = [AllowAny]
    authentication_classes = ()

    @extend_schema(operation_id="metrics", responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002
        """For Prometheus."""
        return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _states() -> dict[str, State]:
    try:
        is_late = longest_wait_seconds() > _OUTBOX_WORRIES_AFTER_SECONDS
    except DatabaseError:
        return {"database": "unavailable"}
    return {"database": "ok", "outbox": "degraded" if is_late else "ok"}
