"""Carts of customers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0002_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="CartItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.UUIDField()),
                ("quantity", models.PositiveSmallIntegerField()),
                ("seen_price_minor", models.BigIntegerField()),
                ("seen_currency", models.CharField(max_length=3)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cart_items", to="catalogue.product"
                    ),
                ),
            ],
            options={
                "db_table": "cart_items",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "product"), name="cart_items_product_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1), ("quantity__lte", 99)),
                        name="cart_items_quantity_in_range",
                    ),
                ],
            },
        ),
    ]
