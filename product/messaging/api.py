"""JSON endpoints for operators: the outbox, and the messages that could not be processed."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import StaffOnly
from product.messaging import queries, services
from product.messaging.serializers import (
    DiscardQuery,
    OutboxStateOutput,
    ParkedMessageDetailOutput,
    ParkedMessageOutput,
    ReplayQuery,
    ReplaysOutput,
    RetriedEventsOutput,
)
from product.openapi import PROBLEM, page_of
from product.pages import PageQuery, page_body
from product.serializers import parse_query, shown


class OutboxView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="read_outbox", responses=OutboxStateOutput)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """How many events still wait to be sent, and for how long."""
        return Response(shown(OutboxStateOutput, queries.outbox_state()))


class OutboxRetryView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="retry_refused_events", request=None, responses=RetriedEventsOutput)
    def post(self, request: Request) -> Response:  # noqa: ARG002
        """Let the relay try again what the broker has refused five times; the oldest 1,000 at once."""
        return Response({"retried": services.retry_refused_events()})


class ParkedListView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(
        operation_id="list_parked_messages",
        parameters=[PageQuery],
        responses=page_of(ParkedMessageOutput, is_counted=True),
    )
    def get(self, request: Request) -> Response:
        """The messages that wait for a decision, the newest first, and how many there are."""
        query = parse_query(PageQuery, request.query_params.dict())
        page = queries.list_parked_messages(**query)
        count = queries.count_parked_messages()
        return Response(page_body(request, page, ParkedMessageOutput) | {"count": count})


class ParkedReplayAllView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(
        operation_id="replay_parked_messages", request=None, parameters=[ReplayQuery], responses=ReplaysOutput
    )
    def post(self, request: Request) -> Response:
        """Process what is parked now, the oldest first; at most 100 at once. What still cannot be stays parked."""
        query = parse_query(ReplayQuery, request.query_params.dict())
        return Response(shown(ReplaysOutput, services.replay_parked_messages(**query)))


class ParkedView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="get_parked_message", responses=ParkedMessageDetailOutput)
    def get(self, request: Request, parked_id: UUID) -> Response:  # noqa: ARG002
        """One message with its body, resolved or not."""
        return Response(shown(ParkedMessageDetailOutput, queries.get_parked_message(parked_id)))

    @extend_schema(
        operation_id="discard_parked_message", parameters=[DiscardQuery], responses={204: None, 409: PROBLEM}
    )
    def delete(self, request: Request, parked_id: UUID) -> Response:
        """Give the message up. It stays on record, with the reason."""
        query = parse_query(DiscardQuery, request.query_params.dict())
        services.discard_parked_message(parked_id=parked_id, note=query["reason"])
        return Response(status=204)


class ParkedReplayView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(
        operation_id="replay_parked_message",
        request=None,
        responses={200: ParkedMessageDetailOutput, 409: PROBLEM},
    )
    def post(self, request: Request, parked_id: UUID) -> Response:  # noqa: ARG002
        """Process the message now. 409 with the reason when it still cannot be."""
        services.replay_parked_message(parked_id=parked_id)
        return Response(shown(ParkedMessageDetailOutput, queries.get_parked_message(parked_id)))
