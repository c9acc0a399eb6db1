"""Whether the pieces of every product add up, within product's own database."""

from collections.abc import Iterator

from sqlalchemy import Connection

from payment.reconciliation.findings import Finding
from payment.reconciliation.snapshots import rows

STOCK_CHECKS = {
    "stock_differs": """
        SELECT product_id, on_hand, reserved, sold, coalesce(moved, 0) AS came_in
        FROM stock LEFT JOIN (
            SELECT product_id, sum(quantity)::bigint AS moved FROM stock_movements GROUP BY product_id
        ) AS movements USING (product_id) WHERE on_hand + reserved + sold <> coalesce(moved, 0)
    """,
    "stock_negative": """
        SELECT product_id, on_hand, reserved, sold FROM stock WHERE least(on_hand, reserved, sold) < 0
    """,
    "reserved_differs": """
        SELECT product_id, reserved, coalesce(held, 0) AS held FROM stock LEFT JOIN (
            SELECT product_id, sum(quantity)::bigint AS held FROM order_lines JOIN orders ON orders.id = order_id
            WHERE status = 'pending' GROUP BY product_id
        ) AS pending USING (product_id) WHERE reserved <> coalesce(held, 0)
    """,
    "sold_differs": """
        SELECT product_id, sold, coalesce(taken, 0) AS taken FROM stock LEFT JOIN (
            SELECT product_id, sum(quantity)::bigint AS taken FROM order_lines JOIN orders ON orders.id = order_id
            WHERE status IN ('confirmed', 'completed') GROUP BY product_id
        ) AS paid USING (product_id) WHERE sold <> coalesce(taken, 0)
    """,
}
"""By the code of what is found: queries for what is wrong, the product's id before the facts."""


def faults_of_stock(product: Connection) -> Iterator[Finding]:
    for code, query in STOCK_CHECKS.items():
        for row in rows(product, query):
            facts = dict(row._mapping)
            product_id = str(facts.pop("product_id"))
            yield Finding(code, "product", product_id, facts)
