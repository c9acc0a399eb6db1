"""Who brings an order, and by which number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_payment_method_and_refunds"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="carrier",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="order",
            name="tracking",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
    ]
