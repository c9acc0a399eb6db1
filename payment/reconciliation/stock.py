"""Whether the pieces of every product add up, within product's own database."""

from collections.abc import Iterator

from sqlalchemy import Connection

from payment.reconciliation.findings import Finding
from payment.reconciliation.snapshots import rows

STOCK_CHECKS = {
    "stock_differs": """
        SELECT product_id, on_hand || ' on hand, ' || reserved || ' reserved, ' || sold || ' sold, ' ||
            coalesce(moved, 0) || ' came in' AS detail
        FROM stock LEFT JOIN (
            SELECT product_id, sum(quantity) AS moved FROM stock_movements GROUP BY product_id
        ) AS movements USING (product_id) WHERE on_hand + reserved + sold <> coalesce(moved, 0)
    """,
    "stock_negative": """
        SELECT product_id, on_hand || ' on hand, ' || reserved || ' reserved, ' || sold || ' sold' AS detail
        FROM stock WHERE least(on_hand, reserved, sold) < 0
    """,
    "reserved_differs": """
        SELECT product_id, reserved || ' reserved, ' || coalesce(held, 0) || ' held' AS detail FROM stock LEFT JOIN (
            SELECT product_id, sum(quantity) AS held FROM order_lines JOIN orders ON orders.id = order_id
            WHERE status = 'pending' GROUP BY product_id
        ) AS pending USING (product_id) WHERE reserved <> coalesce(held, 0)
    """,
    "sold_differs": """
        SELECT product_id, sold || ' sold, ' || coalesce(taken, 0) || ' taken' AS detail FROM stock LEFT JOIN (
            SELECT product_id, sum(quantity) AS taken FROM order_lines JOIN orders ON orders.id = order_id
            WHERE status IN ('confirmed', 'completed') GROUP BY product_id
        ) AS paid USING (product_id) WHERE sold <> coalesce(taken, 0)
    """,
}
"""By the code of what is found: queries for what is wrong."""


def faults_of_stock(product: Connection) -> Iterator[Finding]:
    for code, query in STOCK_CHECKS.items():
        for row in rows(product, query):
            yield Finding(code, f"product {row.product_id}", row.detail)
