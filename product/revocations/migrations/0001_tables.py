"""Sessions that auth has ended early."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RevokedSession",
            fields=[
                ("session_id", models.UUIDField(primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"))),
            ],
            options={
                "db_table": "revoked_sessions",
                "indexes": [
                    models.Index(fields=["until"], name="revoked_sessions_by_end"),
                    models.Index(fields=["recorded_at"], name="revoked_sessions_by_age"),
                ],
            },
        ),
    ]
