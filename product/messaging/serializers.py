"""Outbox and parked messages over the wire."""

from typing import Any

from rest_framework import serializers

from product.messaging.models import ParkedMessage
from product.serializers import StrictSerializer


class OutboxStateOutput(serializers.Serializer[Any]):
    waiting = serializers.IntegerField()
    failed = serializers.IntegerField()
    oldest_waiting_seconds = serializers.FloatField(allow_null=True)


class ParkedMessageOutput(serializers.Serializer[ParkedMessage]):
    id = serializers.UUIDField()
    consumer = serializers.CharField()
    message_id = serializers.CharField(allow_null=True, allow_blank=True)
    type = serializers.CharField(allow_null=True, allow_blank=True)
    reason = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    parked_at = serializers.DateTimeField()


class ParkedMessageDetailOutput(ParkedMessageOutput):
    body = serializers.SerializerMethodField()
    headers = serializers.JSONField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolution = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_null=True)

    def get_body(self, message: ParkedMessage) -> str:
        """As text; bytes that are none are replaced."""
        return bytes(message.body).decode("utf-8", "replace")


class ReplayQuery(StrictSerializer):
    after = serializers.UUIDField(required=False, help_text="`last` of an earlier call: go on behind it.")


class ReplaysOutput(serializers.Serializer[Any]):
    replayed = serializers.IntegerField()
    unprocessable = serializers.IntegerField(help_text="Those that stay parked.")
    untried = serializers.IntegerField(help_text="Those that were left for a call that goes on after `last`.")
    last = serializers.UUIDField(allow_null=True)


class RetriedEventsOutput(serializers.Serializer[Any]):
    retried = serializers.IntegerField()


class DiscardQuery(StrictSerializer):
    reason = serializers.CharField(max_length=500, help_text="Why the message is given up. Kept.")
