"""A catalogue for measurements of orders, and orders by the million, written in bulk."""

from typing import Any
from uuid import UUID

from bench.statements import execute
from stack.provisioning import DatabaseUrls

PRODUCTS = 1000
_PIECES = 1_000_000
CUSTOMER = UUID("00000000-0000-7000-a000-000000000000")
"""Has 40 orders among the first thousand, and no more however many others there are."""

_CATALOGUE = f"""
    INSERT INTO categories (id, name, slug, description, position) VALUES (gen_random_uuid(), 'All', 'all', '', 0);
    INSERT INTO products (id, sku, slug, name, description, category_id, price_minor, currency, is_active, version)
    SELECT ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, 'SKU-' || n, 'product-' || n, 'Product ' || n,
        '', (SELECT id FROM categories WHERE slug = 'all'), 1000, 'EUR', true, 1
    FROM generate_series(0, {PRODUCTS - 1}) AS n;
    INSERT INTO stock (product_id, on_hand, reserved, sold)
    SELECT id, {_PIECES}, 0, 0 FROM products WHERE slug LIKE 'product-%';
    INSERT INTO stock_movements (product_id, quantity, reason)
    SELECT id, {_PIECES}, 'restocked' FROM products WHERE slug LIKE 'product-%';
"""  # noqa: S608  (a constant)

# One order a second. Of a hundred, 88 are delivered, 4 wait to be packed, 2 are on their way, 4 were given back,
# 1 has expired and 1 waits for its payment.
_ORDERS = """
    CREATE TEMPORARY TABLE new_orders ON COMMIT DROP AS
    SELECT n, moment, n %% 100 AS kind, (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
        || '70008' || lpad(to_hex(n), 15, '0'))::uuid AS id,
        CASE WHEN n <= 1000 AND n %% 25 = 0 THEN %(customer)s::uuid
            ELSE ('00000000-0000-7000-b000-' || lpad((n %% (%(last)s / 40))::text, 12, '0'))::uuid END AS user_id
    FROM generate_series(%(first)s, %(last)s) AS n,
        LATERAL (SELECT timestamptz '2025-01-01 00:00Z' + n * interval '1 second') AS clock (moment);

    INSERT INTO orders (id, number, user_id, status, payment_status, fulfillment_status, currency, total_minor,
        payment_method, refunded_minor, attempt, failure_code, failure_message, cancellation_reason, payment_deadline,
        asked_at, version, placed_at, updated_at)
    SELECT id, '2025-' || lpad(n::text, 7, '0'), user_id,
        CASE WHEN kind < 88 THEN 'completed' WHEN kind < 94 THEN 'confirmed' WHEN kind < 98 THEN 'cancelled'
            WHEN kind = 98 THEN 'expired' ELSE 'pending' END,
        CASE WHEN kind < 94 THEN 'paid' WHEN kind < 98 THEN 'refunded' ELSE 'unpaid' END,
        CASE WHEN kind < 88 THEN 'delivered' WHEN kind IN (92, 93) THEN 'shipped' ELSE 'unfulfilled' END,
        'EUR', 1000, 'wallet', CASE WHEN kind BETWEEN 94 AND 97 THEN 1000 ELSE 0 END, 1, '', '', '',
        moment + interval '15 minutes', CASE WHEN kind = 99 THEN moment END, 2, moment, moment
    FROM new_orders;

    INSERT INTO order_lines (order_id, product_id, sku, name, quantity, unit_price_minor, currency)
    SELECT id, ('00000000-0000-7000-9000-' || lpad((n %% 1000)::text, 12, '0'))::uuid, 'SKU', 'Product', 1, 1000, 'EUR'
    FROM new_orders;

    INSERT INTO order_events (order_id, type, status, payment_status, fulfillment_status, cause, detail, occurred_at)
    SELECT id, 'placed', 'pending', 'unpaid', 'unfulfilled', 'customer', '{}', moment FROM new_orders;
"""


def product_id(number: int) -> str:
    return f"00000000-0000-7000-9000-{number % PRODUCTS:012d}"


def order_of(number: int, *, lines: int = 1) -> dict[str, Any]:
    """The body of a request for one piece each of so many products."""
    return {"lines": [{"product_id": product_id(number + step), "quantity": 1} for step in range(lines)]}


def add_catalogue(database: DatabaseUrls) -> None:
    """Products that cost 10.00 EUR, and that nobody will sell out. PostgreSQL knows how many they are."""
    execute(database.app, _CATALOGUE)
    execute(database.owner, "ANALYZE categories, products, stock")


def set_stock(database_url: str, *, number: int, pieces: int) -> None:
    """Of one product of the catalogue that nobody has ordered yet."""
    execute(
        database_url,
        "UPDATE stock SET on_hand = %(pieces)s WHERE product_id = %(id)s;"
        "UPDATE stock_movements SET quantity = %(pieces)s WHERE product_id = %(id)s",
        pieces=pieces,
        id=product_id(number),
    )


def add_orders(owner_url: str, *, first: int, last: int) -> None:
    """The orders with these numbers, as PostgreSQL keeps them once its housekeeping has seen them."""
    execute(owner_url, _ORDERS, customer=CUSTOMER.hex, first=first, last=last)
    for table in ("orders", "order_lines", "order_events"):
        execute(owner_url, f"VACUUM ANALYZE {table}")
