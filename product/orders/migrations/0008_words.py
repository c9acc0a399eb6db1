"""What the admin calls tables and fields, for translation. Changes no table."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_to_deliver"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="order",
            options={"verbose_name": "order", "verbose_name_plural": "orders"},
        ),
        migrations.AlterModelOptions(
            name="orderevent",
            options={"ordering": ["id"], "verbose_name": "event", "verbose_name_plural": "timeline"},
        ),
        migrations.AlterModelOptions(
            name="orderline",
            options={"ordering": ["id"], "verbose_name": "line", "verbose_name_plural": "lines"},
        ),
        migrations.AlterField(
            model_name="order",
            name="asked_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), null=True, verbose_name="payment was asked at"
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="attempt",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="attempt to pay"),
        ),
        migrations.AlterField(
            model_name="order",
            name="carrier",
            field=models.CharField(blank=True, db_default="", max_length=100, verbose_name="carrier"),
        ),
        migrations.AlterField(
            model_name="order",
            name="failure_code",
            field=models.CharField(blank=True, default="", max_length=50, verbose_name="failure"),
        ),
        migrations.AlterField(
            model_name="order",
            name="fulfillment_status",
            field=models.CharField(
                choices=[("unfulfilled", "Unfulfilled"), ("shipped", "Shipped"), ("delivered", "Delivered")],
                default="unfulfilled",
                max_length=20,
                verbose_name="delivery",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="number",
            field=models.CharField(
                db_default=models.Func(function="next_order_number"), max_length=20, verbose_name="number"
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="payment_deadline",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="to be paid until"
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="payment_status",
            field=models.CharField(
                choices=[
                    ("unpaid", "Unpaid"),
                    ("failed", "Failed"),
                    ("paid", "Paid"),
                    ("refund_pending", "Refund Pending"),
                    ("refunded", "Refunded"),
                ],
                default="unpaid",
                max_length=20,
                verbose_name="payment",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="placed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="placed at"),
        ),
        migrations.AlterField(
            model_name="order",
            name="status",
            field=models.CharField(
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
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="tracking",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="tracking"),
        ),
        migrations.AlterField(
            model_name="order",
            name="user_id",
            field=models.UUIDField(verbose_name="buyer's id"),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="actor_id",
            field=models.UUIDField(null=True, verbose_name="person"),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="detail",
            field=models.JSONField(default=dict, verbose_name="detail"),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="fulfillment_status",
            field=models.CharField(
                choices=[("unfulfilled", "Unfulfilled"), ("shipped", "Shipped"), ("delivered", "Delivered")],
                max_length=20,
                verbose_name="delivery",
            ),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="occurred_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="when"),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="payment_status",
            field=models.CharField(
                choices=[
                    ("unpaid", "Unpaid"),
                    ("failed", "Failed"),
                    ("paid", "Paid"),
                    ("refund_pending", "Refund Pending"),
                    ("refunded", "Refunded"),
                ],
                max_length=20,
                verbose_name="payment",
            ),
        ),
        migrations.AlterField(
            model_name="orderevent",
            name="status",
            field=models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("confirmed", "Confirmed"),
                    ("completed", "Completed"),
                    ("cancelling", "Cancelling"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                ],
                max_length=20,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="name",
            field=models.CharField(max_length=200, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="quantity",
            field=models.PositiveSmallIntegerField(verbose_name="quantity"),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="sku",
            field=models.CharField(max_length=64, verbose_name="SKU"),
        ),
    ]
