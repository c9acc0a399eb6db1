"""What the reconciliation may read: amounts, states and pieces, and nothing about people."""

from django.db import migrations

COLUMNS = {
    "orders": ("id, number, status, payment_status, currency, total_minor, refunded_minor, asked_at, updated_at"),
    "order_lines": "order_id, product_id, quantity",
    "stock": "product_id, on_hand, reserved, sold",
    "stock_movements": "product_id, quantity",
}


class Migration(migrations.Migration):
    """The role is made with the database, as the application's is."""

    dependencies = [("orders", "0005_shipping"), ("catalogue", "0002_tables")]

    operations = [
        migrations.RunSQL(
            f"GRANT SELECT ({columns}) ON {table} TO product_auditor",
            f"REVOKE SELECT ({columns}) ON {table} FROM product_auditor",  # noqa: S608
        )
        for table, columns in COLUMNS.items()
    ]
