"""Orders, their lines and timelines, and idempotency keys."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import servicekit.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0002_tables"),
        ("orders", "0001_order_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user_id", "route", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user_id", models.UUIDField()),
                ("route", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.BinaryField()),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.TextField()),
                ("location", models.CharField(blank=True, default="", max_length=300)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "idempotency_keys",
                "indexes": [models.Index(fields=["created_at"], name="idempotency_keys_by_age")],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.UUIDField(default=servicekit.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.CharField(db_default=models.Func(function="next_order_number"), max_length=20)),
                ("user_id", models.UUIDField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("confirmed", "Confirmed"),
                            ("completed", "Completed"),
                            ("cancelling", "Cancelling"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                        ],
                        default="pending",
                        max_length=20,
                    ),
                ),
                (
                    "payment_status",
                    models.CharField(
                        choices=[
                            ("unpaid", "Unpaid"),
                            ("failed", "Failed"),
                            ("paid", "Paid"),
                            ("refund_pending", "Refund Pending"),
                            ("refunded", "Refunded"),
                        ],
                        default="unpaid",
                        max_length=20,
                    ),
                ),
                (
                    "fulfillment_status",
                    models.CharField(
                        choices=[("unfulfilled", "Unfulfilled"), ("shipped", "Shipped"), ("delivered", "Delivered")],
                        default="unfulfilled",
                        max_length=20,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("total_minor", models.BigIntegerField()),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                ("failure_code", models.CharField(blank=True, default="", max_length=50)),
                ("failure_message", models.TextField(blank=True, default="")),
                ("cancellation_reason", models.CharField(blank=True, default="", max_length=20)),
                ("payment_deadline", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("placed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "orders",
                "indexes": [
                    models.Index(fields=["user_id", "-id"], name="orders_of_user"),
                    models.Index(fields=["status", "-id"], name="orders_by_status"),
                    models.Index(fields=["payment_status", "-id"], name="orders_by_payment_status"),
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["payment_deadline"],
                        name="orders_unpaid_by_deadline",
                    ),
                    models.Index(
                        condition=models.Q(("asked_at__isnull", False)),
                        fields=["asked_at"],
                        name="orders_awaiting_answer",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="orders_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "confirmed", "completed", "cancelling", "cancelled", "expired"])
                        ),
                        name="orders_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payment_status__in", ["unpaid", "failed", "paid", "refund_pending", "refunded"])
                        ),
                        name="orders_payment_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fulfillment_status__in", ["unfulfilled", "shipped", "delivered"])),
                        name="orders_fulfillment_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total_minor__gte", 0)), name="orders_total_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=40)),
                ("status", models.CharField(max_length=20)),
                ("payment_status", models.CharField(max_length=20)),
                ("fulfillment_status", models.CharField(max_length=20)),
                ("cause", models.CharField(max_length=40)),
                ("actor_id", models.UUIDField(null=True)),
                ("message_id", models.UUIDField(null=True)),
                ("published_id", models.UUIDField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("occurred_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="orders.order"
                    ),
                ),
            ],
            options={
                "db_table": "order_events",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sku", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("quantity", models.PositiveSmallIntegerField()),
                ("unit_price_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="order_lines", to="catalogue.product"
                    ),
                ),
            ],
            options={
                "db_table": "order_lines",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "product"), name="order_lines_product_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="order_lines_quantity_positive"
                    ),
                ],
            },
        ),
    ]
