"""Webhooks over the wire."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from product.pages import PageQuery
from product.serializers import StrictSerializer, StringField, TrueOrFalseField
from product.webhooks.addresses import AddressRefused, check_url
from product.webhooks.events import EVENT_TYPES
from product.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint


class ReceiverField(StringField):
    """An address on the public internet, as far as can be seen without asking the DNS."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        url = super().run_validation(data)
        if isinstance(url, str):
            try:
                check_url(url, loopback_allowed=settings.ENVIRONMENT.webhooks_to_loopback)
            except AddressRefused as refusal:
                raise serializers.ValidationError(f"{refusal}.") from None
        return url


class EventTypesField(serializers.ListField):
    child = serializers.ChoiceField(choices=EVENT_TYPES)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty=False, max_length=len(EVENT_TYPES), **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        types = super().run_validation(data)
        return sorted(set(types)) if isinstance(types, list) else types


class WebhookInput(StrictSerializer):
    url = ReceiverField(max_length=2000, help_text="https, port 443 or 8443. Redirects are not followed.")
    event_types = EventTypesField()
    description = StringField(required=False, allow_blank=True, max_length=200)


class WebhookChangeInput(WebhookInput):
    is_active = TrueOrFalseField(required=False)


class WebhookOutput(serializers.Serializer[WebhookEndpoint]):
    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    event_types = serializers.ListField(child=serializers.ChoiceField(choices=EVENT_TYPES))
    is_active = serializers.BooleanField()
    failing_since = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True, help_text="Why it was switched off.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WebhookSecretOutput(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="`whsec_…`. Told this once.")


class NewWebhookOutput(WebhookOutput):
    secret = serializers.CharField(help_text="`whsec_…`. Told this once.")


class AttemptOutput(serializers.Serializer[WebhookAttempt]):
    attempted_at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    duration_milliseconds = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True, help_text="Its first 500 characters.")


class DeliveryOutput(serializers.Serializer[WebhookDelivery]):
    id = serializers.UUIDField()
    event_id = serializers.UUIDField(help_text="The `webhook-id`.")
    event_type = serializers.CharField()
    state = serializers.ChoiceField(choices=WebhookDelivery.State.values)
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    next_attempt_at = serializers.SerializerMethodField()
    attempts = AttemptOutput(many=True)

    def get_next_attempt_at(self, delivery: WebhookDelivery) -> str | None:
        """Null when no more will follow."""
        if delivery.state != WebhookDelivery.State.PENDING:
            return None
        return serializers.DateTimeField().to_representation(delivery.next_attempt_at)


class DeliveryListQuery(PageQuery):
    state = serializers.ChoiceField(required=False, choices=WebhookDelivery.State.values)
