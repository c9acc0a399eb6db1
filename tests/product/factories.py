"""Products, orders, people and messages, in good shape unless a test says otherwise."""

from itertools import count
from typing import Any

from product.catalogue.models import Category, Product, Stock, StockMovement
from product.messaging import inbox
from product.orders.models import Order
from product.orders.services import place_order
from servicekit.contracts import (
    CloudEvent,
    EventData,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
    PaymentVoided,
)
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from servicekit.principal import Principal

_numbers = count(1)


def make_principal(**overrides: Any) -> Principal:
    """A customer."""
    values: dict[str, Any] = {
        "user_id": new_id(),
        "username": "ada",
        "role": "customer",
        "session_id": new_id(),
        "token_id": "t",
    }
    return Principal(**values | overrides)


def make_category(**overrides: Any) -> Category:
    number = next(_numbers)
    return Category.objects.create(**{"name": f"Category {number}", "slug": f"category-{number}"} | overrides)


def make_product(*, on_hand: int = 10, **overrides: Any) -> Product:
    """With its stock, and the movement that brought it in."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "sku": f"SKU-{number}",
        "slug": f"product-{number}",
        "name": f"Product {number}",
        "price_minor": 1000,
        "currency": "EUR",
    }
    category = overrides.pop("category", None) or make_category()
    product = Product.objects.create(**values | overrides, category=category)
    Stock.objects.create(product=product, on_hand=on_hand)
    if on_hand:
        StockMovement.objects.create(product=product, quantity=on_hand, reason=StockMovement.Reason.INITIAL)
    return product


def make_order(*, buyer: Principal | None = None, product: Product | None = None, quantity: int = 1) -> Order:
    """Placed in the ordinary way: its stock is reserved and payment was asked."""
    buyer, product = buyer or make_principal(), product or make_product()
    return place_order(user_id=buyer.user_id, quantities={product.pk: quantity})


def succeeded(order: Order, **overrides: Any) -> PaymentSucceeded:
    values = {
        "payment_id": new_id(),
        "order_id": order.pk,
        "attempt": order.attempt,
        "amount": order.total,
        "currency": order.currency,
        "ledger_transaction_id": new_id(),
    }
    return PaymentSucceeded(**values | overrides)


def failed(order: Order, **overrides: Any) -> PaymentFailed:
    values = {
        "payment_id": new_id(),
        "order_id": order.pk,
        "attempt": order.attempt,
        "code": "insufficient_funds",
        "message": "There is not enough money in the wallet",
    }
    return PaymentFailed(**values | overrides)


def voided(order: Order, **overrides: Any) -> PaymentVoided:
    return PaymentVoided(**{"payment_id": new_id(), "order_id": order.pk} | overrides)


def refunded(order: Order, **overrides: Any) -> PaymentRefunded:
    values = {
        "refund_id": new_id(),
        "payment_id": new_id(),
        "order_id": order.pk,
        "amount": order.total,
        "currency": order.currency,
        "total_refunded": order.total,
    }
    return PaymentRefunded(**values | overrides)


def delivery(data: EventData, *, queue: str | None = None) -> Delivery:
    """The data as a message off the queue where it belongs, in a new envelope."""
    queue = queue or ("product.users" if data.producer == "auth" else "product.payments")
    event: CloudEvent[EventData] = CloudEvent.of(data)
    return Delivery(queue, event.to_json().encode(), str(event.id), event.type, {})


def receive(*events: EventData) -> None:
    """Let the consumer take them in, in one batch."""
    inbox.process([delivery(event) for event in events])
