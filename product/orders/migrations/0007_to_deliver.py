"""What staff has to pack, and what is on its way, the oldest first, however many orders there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0006_auditor"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["fulfillment_status", "id"],
                condition=models.Q(status="confirmed"),
                name="orders_to_deliver",
            ),
        ),
    ]
