"""Those whose unpaid orders are to be cancelled."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_tables")]

    operations = [
        migrations.CreateModel(
            name="DeletedUser",
            fields=[
                ("user_id", models.UUIDField(primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"db_table": "deleted_users"},
        ),
    ]
