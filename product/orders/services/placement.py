"""Placing an order: stock, order, lines, timeline and event, all or nothing."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.conf import settings

from product.catalogue import stock
from product.catalogue.prices import Price
from product.catalogue.stock import ReservedProduct
from product.messaging import outbox
from product.orders.changes import Cause, timeline_entry
from product.orders.errors import ChangedPrice, MixedCurrencies, OrderTooLarge, PriceChanged
from product.orders.events import order_placed
from product.orders.insertion import insert
from product.orders.models import Order, OrderLine
from product.transactions import retried_transaction
from servicekit.ids import new_id
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
    order = Order(
        user_id=user_id,
        currency=currency,
        total_minor=total_minor,
        payment_method=payment_method,
        carrier="",
        tracking="",
    )
    lines = [_line(order, products[product_id], quantity) for product_id, quantity in quantities.items()]
    entry = timeline_entry(
        order,
        "placed",
        cause=Cause("customer", user_id),
        detail={"payment_method": order.payment_method_name},
        published_id=new_id(),
    )
    insert(order, lines, entry, payment_within_seconds=settings.ENVIRONMENT.payment_deadline_seconds)
    outbox.record(order_placed(order, lines, event_id=entry.published_id))
    # As prefetch_related leaves it: what was just written need not be read to be shown.
    order._prefetched_objects_cache = {"lines": lines}  # type: ignore[attr-defined]
    return order


def _line(order: Order, product: ReservedProduct, quantity: int) -> OrderLine:
    return OrderLine(
        order=order,
        product_id=product.id,
        sku=product.sku,
        name=product.name,
        quantity=quantity,
        unit_price_minor=product.price.minor,
        currency=product.price.currency,
    )


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
