"""Placing an order: stock, order, lines, timeline and event, all or nothing."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from product.catalogue import stock
from product.catalogue.prices import Price
from product.catalogue.stock import ReservedProduct
from product.messaging import outbox
from product.orders.changes import Cause, timeline_entry
from product.orders.errors import ChangedPrice, MixedCurrencies, OrderTooLarge, PriceChanged
from product.orders.events import order_placed
from product.orders.models import Order, OrderLine
from product.transactions import retried_transaction
from servicekit.money import MAX_MINOR


@retried_transaction
def place_order(
    *,
    user_id: UUID,
    quantities: Mapping[UUID, int],
    expected_prices: Mapping[UUID, Price] | None = None,
    expected_total: Price | None = None,
    payment_method: str = "wallet",
) -> Order:
    """Reserve the stock and ask payment for the money. `quantities` is pieces by product id, of one product at least.

    Prices are those of this moment. What the buyer expected, of one piece by product id or in total, is compared with
    them, and the order placed for exactly that or not at all.
    Raises `OutOfStock`, `ProductsUnavailable`, `MixedCurrencies`, `OrderTooLarge`, `PriceChanged`: nothing is changed.
    """
    products = stock.reserve(quantities)
    currency = _common_currency(products.values())
    total_minor = sum(product.price.minor * quantities[product.id] for product in products.values())
    if total_minor > MAX_MINOR:
        raise OrderTooLarge
    _compare(products, expected_prices or {}, Price(total_minor, currency), expected_total)
    window = timedelta(seconds=settings.ENVIRONMENT.payment_deadline_seconds)
    order = Order.objects.create(
        user_id=user_id,
        currency=currency,
        total_minor=total_minor,
        payment_method=payment_method,
        payment_deadline=Now() + window,
    )
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product_id=product_id,
            sku=products[product_id].sku,
            name=products[product_id].name,
            quantity=quantity,
            unit_price_minor=products[product_id].price.minor,
            currency=currency,
        )
        for product_id, quantity in quantities.items()
    )
    event = order_placed(order, lines)
    timeline_entry(order, "placed", cause=Cause("customer", user_id), event=event).save(force_insert=True)
    outbox.record(event)
    return order


def _common_currency(products: Iterable[ReservedProduct]) -> str:
    currencies = {product.price.currency for product in products}
    if len(currencies) > 1:
        raise MixedCurrencies
    return currencies.pop()


def _compare(
    products: Mapping[UUID, ReservedProduct],
    expected_prices: Mapping[UUID, Price],
    total: Price,
    expected_total: Price | None,
) -> None:
    changed = [
        ChangedPrice(
            product_id=str(product_id),
            name=products[product_id].name,
            unit_price=products[product_id].price.amount,
            expected_unit_price=expected.amount,
            expected_currency=expected.currency,
        )
        for product_id, expected in expected_prices.items()
        if expected != products[product_id].price
    ]
    if changed or expected_total not in (None, total):
        raise PriceChanged(total, changed)
