"""Movements of stock over the wire."""

from rest_framework import serializers

from product.catalogue.models import StockMovement
from product.serializers import (
    StrictSerializer,
    WholeNumberField,
)

MAX_STOCK = 1_000_000_000
"""Pieces."""


class StockMovementInput(StrictSerializer):
    quantity = WholeNumberField(min_value=-MAX_STOCK, max_value=MAX_STOCK, help_text="Negative when pieces leave.")
    reason = serializers.ChoiceField(
        required=False, choices=[StockMovement.Reason.RESTOCKED.value, StockMovement.Reason.CORRECTED.value]
    )

    def validate_quantity(self, quantity: int) -> int:
        if quantity == 0:
            raise serializers.ValidationError("Must not be zero.")
        return quantity


class StockMovementOutput(serializers.Serializer[StockMovement]):
    id = serializers.IntegerField()
    quantity = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=StockMovement.Reason.choices)
    actor_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
