"""JSON endpoints of webhooks, for staff."""

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from product.authentication import StaffOnly
from product.openapi import PROBLEM, page_of
from product.pages import page_body, whole_body
from product.serializers import parse_body, parse_query, shown
from product.webhooks import queries, services
from product.webhooks.serializers import (
    DeliveryListQuery,
    DeliveryOutput,
    NewWebhookOutput,
    WebhookChangeInput,
    WebhookInput,
    WebhookOutput,
    WebhookSecretOutput,
)


class WebhookListView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="list_webhooks", responses=page_of(WebhookOutput))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """All webhooks. Their secrets are not shown."""
        return Response(whole_body(queries.list_endpoints(), WebhookOutput))

    @extend_schema(
        operation_id="register_webhook", request=WebhookInput, responses={201: NewWebhookOutput, 409: PROBLEM}
    )
    def post(self, request: Request) -> Response:
        """Have events sent to an address. The answer holds the secret that signs them, this once."""
        endpoint, secret = services.register_endpoint(**parse_body(WebhookInput, request.data))
        body = shown(WebhookOutput, queries.get_endpoint(endpoint.pk)) | {"secret": secret}
        return Response(body, status=201, headers={"Location": reverse("webhook", args=[endpoint.pk])})


class WebhookView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="get_webhook", responses=WebhookOutput)
    def get(self, request: Request, webhook_id: UUID) -> Response:  # noqa: ARG002
        """One webhook, and whether its receiver answers."""
        return Response(shown(WebhookOutput, queries.get_endpoint(webhook_id)))

    @extend_schema(operation_id="change_webhook", request=WebhookChangeInput, responses=WebhookOutput)
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Change what is given. `is_active: true` switches on again what was switched off for failing."""
        queries.get_endpoint(webhook_id)
        changes = parse_body(WebhookChangeInput, request.data, partial=True)
        services.change_endpoint(endpoint_id=webhook_id, changes=changes)
        return Response(shown(WebhookOutput, queries.get_endpoint(webhook_id)))

    @extend_schema(operation_id="delete_webhook", responses={204: None})
    def delete(self, request: Request, webhook_id: UUID) -> Response:  # noqa: ARG002
        """Send nothing more there, and forget what was sent."""
        services.delete_endpoint(endpoint_id=webhook_id)
        return Response(status=204)


class WebhookSecretView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="rotate_webhook_secret", request=None, responses=WebhookSecretOutput)
    def post(self, request: Request, webhook_id: UUID) -> Response:  # noqa: ARG002
        """A new secret. For a day messages are signed with the former one too."""
        return Response({"secret": services.rotate_secret(endpoint_id=webhook_id)})


class WebhookTestView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="test_webhook", request=None, responses={202: DeliveryOutput, 409: PROBLEM})
    def post(self, request: Request, webhook_id: UUID) -> Response:  # noqa: ARG002
        """Send a message of type `webhook.test`. Its outcome is among the deliveries."""
        delivery_id = services.send_test(endpoint_id=webhook_id)
        return Response(shown(DeliveryOutput, queries.get_delivery(webhook_id, delivery_id)), status=202)


class DeliveryListView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(
        operation_id="list_webhook_deliveries", parameters=[DeliveryListQuery], responses=page_of(DeliveryOutput)
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """What was sent, the newest first, with every try. Kept for 30 days."""
        query = parse_query(DeliveryListQuery, request.query_params.dict())
        return Response(page_body(request, queries.list_deliveries(webhook_id, **query), DeliveryOutput))


class RedeliverView(APIView):
    permission_classes = [StaffOnly]

    @extend_schema(operation_id="redeliver_webhook", request=None, responses={202: DeliveryOutput})
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:  # noqa: ARG002
        """Send it again, now, with the same `webhook-id`."""
        services.redeliver(endpoint_id=webhook_id, delivery_id=delivery_id)
        return Response(shown(DeliveryOutput, queries.get_delivery(webhook_id, delivery_id)), status=202)
