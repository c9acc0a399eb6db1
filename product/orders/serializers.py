"""Orders over the wire: what clients send, and how orders and their timelines are shown."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from product.cart.models import MAX_ITEMS, MAX_QUANTITY
from product.catalogue.prices import Price
from product.orders.models import Order, OrderEvent, OrderLine
from product.orders.states import FulfillmentStatus, PaymentStatus, Status
from product.orders.waiting import STATES
from product.pages import PageQuery
from product.serializers import AmountField, CurrencyField, IdField, StrictSerializer, StringField, WholeNumberField
from servicekit.contracts.orders import PAYMENT_METHOD_PATTERN
from servicekit.money import InvalidAmount, parse_amount

MAX_WAIT_SECONDS = 30


class OrderLineInput(StrictSerializer):
    product_id = IdField()
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY)
    expected_unit_price = AmountField(
        required=False, help_text="What the buyer was shown. When it costs something else: `409 price_changed`."
    )


class PaymentMethodField(serializers.RegexField):
    """`wallet`, or another method of payment's. One that payment does not know, or has not enabled, is declined."""

    def __init__(self, **options: Any) -> None:
        super().__init__(PAYMENT_METHOD_PATTERN, **options)


class OrderInput(StrictSerializer):
    """Without `lines` the cart is ordered. What is charged is the server's price; what is expected is compared with it.

    Each product once: two lines of one product are refused, because nobody could tell which quantity is meant.
    """

    lines = serializers.ListField(child=OrderLineInput(), required=False, min_length=1, max_length=MAX_ITEMS)
    expected_total = AmountField(
        required=False, help_text="What the buyer agreed to pay. When it is another total: `409 price_changed`."
    )
    expected_currency = CurrencyField(
        required=False, help_text="Of the expected amounts; by default the currency of the shop."
    )
    payment_method = PaymentMethodField(required=False, help_text="`wallet` unless said otherwise.")

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        products = {line["product_id"] for line in lines}
        if len(products) < len(lines):
            raise serializers.ValidationError("Each product may stand in one line only.")
        return lines

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The expected amounts become prices in their currency."""
        currency = attrs.pop("expected_currency", settings.ENVIRONMENT.currency)
        _read_price(attrs, "expected_total", currency)
        faults = [_fault(line, currency) for line in attrs.get("lines", ())]
        if any(faults):
            raise serializers.ValidationError({"lines": faults})
        return attrs


def _fault(line: dict[str, Any], currency: str) -> Any:
    try:
        _read_price(line, "expected_unit_price", currency)
    except serializers.ValidationError as error:
        return error.detail
    return {}


def _read_price(values: dict[str, Any], name: str, currency: str) -> None:
    if name not in values:
        return
    try:
        values[name] = Price(parse_amount(values[name], currency), currency)
    except InvalidAmount as error:
        raise serializers.ValidationError({name: [str(error)]}) from None


class PayInput(StrictSerializer):
    payment_method = PaymentMethodField(required=False, help_text="That of the declined attempt unless said otherwise.")


class ShipInput(StrictSerializer):
    carrier = StringField(required=False, allow_blank=True, max_length=100)
    tracking = StringField(required=False, allow_blank=True, max_length=200, help_text="The carrier's number for it.")


class OrderListQuery(PageQuery):
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.choices, required=False)
    fulfillment_status = serializers.ChoiceField(choices=FulfillmentStatus.choices, required=False)
    placed_from = serializers.DateTimeField(required=False, help_text="Placed at this time or later.")
    placed_to = serializers.DateTimeField(required=False, help_text="Placed before this time.")
    number = serializers.CharField(required=False, max_length=20, help_text="Exactly this: 2026-000123.")
    user_id = serializers.UUIDField(required=False, help_text="Staff only: the orders of this customer.")


_ANY_STATE = f"({'|'.join(sorted(STATES))})"


@extend_schema_field({"type": "string", "pattern": f"^{_ANY_STATE}(,{_ANY_STATE})*$"})
class StatesField(serializers.CharField):
    """Names of states with commas between them; the value is the set."""

    def to_internal_value(self, data: Any) -> frozenset[str]:  # type: ignore[override]
        states = frozenset(super().to_internal_value(data).split(","))
        if unknown := states - STATES:
            raise serializers.ValidationError(f"Unknown: {', '.join(sorted(unknown))}.")
        return states

    def run_validators(self, value: Any) -> None:
        """The names were compared with those that exist."""


class OrderQuery(StrictSerializer):
    wait = serializers.FloatField(
        required=False, min_value=0, max_value=MAX_WAIT_SECONDS, help_text="Seconds to wait for `until` at most."
    )
    until = StatesField(
        required=False, help_text="States of any axis, separated by commas; by default `paid,failed,cancelled,expired`."
    )


class OrderLineOutput(serializers.Serializer[OrderLine]):
    product_id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = serializers.CharField()
    total = serializers.CharField()


class OrderOutput(serializers.Serializer[Order]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    user_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Status.choices)
    payment_status = serializers.ChoiceField(choices=PaymentStatus.choices)
    fulfillment_status = serializers.ChoiceField(choices=FulfillmentStatus.choices)
    currency = serializers.CharField()
    total = serializers.CharField()
    refunded = serializers.CharField(help_text="How much of the total was given back.")
    payment_method = serializers.CharField(
        source="payment_method_name", help_text="Its name alone: the token is for the method's provider."
    )
    lines = OrderLineOutput(many=True)
    attempt = serializers.IntegerField()
    failure_code = serializers.CharField(allow_null=True)
    failure_message = serializers.CharField(allow_null=True)
    cancellation_reason = serializers.CharField(allow_null=True)
    carrier = serializers.CharField(allow_null=True)
    tracking = serializers.CharField(allow_null=True)
    payment_deadline = serializers.DateTimeField()
    version = serializers.IntegerField()
    placed_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Order) -> dict[str, Any]:
        body = super().to_representation(instance)
        for name in ("failure_code", "failure_message", "cancellation_reason", "carrier", "tracking"):
            body[name] = body[name] or None
        return body


class OrderEventOutput(serializers.Serializer[OrderEvent]):
    """A line of the timeline, with the ids by which it can be followed through the broker and the services."""

    type = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    status = serializers.CharField()
    payment_status = serializers.CharField()
    fulfillment_status = serializers.CharField()
    cause = serializers.CharField(help_text="`customer`, `staff`, `clock`, or the type of the received event.")
    detail = serializers.DictField()
    actor_id = serializers.UUIDField(required=False, allow_null=True, help_text="Staff only: who did it.")
    message_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Staff only: the received event that caused this."
    )
    published_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Staff only: the event that told others."
    )


class CustomersOrderEventOutput(OrderEventOutput):
    """The same without the ids."""

    actor_id = message_id = published_id = None  # type: ignore[assignment]  # DRF's way to take fields away
