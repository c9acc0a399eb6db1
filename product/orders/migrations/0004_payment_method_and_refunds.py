"""How an order is paid, and how much of it was given back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_deleted_users")]

    operations = [
        migrations.AddField("order", "payment_method", models.CharField(default="wallet", max_length=141)),
        migrations.AddField("order", "refunded_minor", models.BigIntegerField(default=0)),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=models.Q(refunded_minor__gte=0, refunded_minor__lte=models.F("total_minor")),
                name="orders_refunded_in_bounds",
            ),
        ),
    ]
