"""Outbox, inbox and parked messages."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="InboxMessage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "consumer", "message_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("consumer", models.TextField()),
                ("message_id", models.UUIDField()),
                ("body_hash", models.BinaryField()),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "inbox_messages",
            },
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.UUIDField(unique=True)),
                ("type", models.TextField()),
                ("correlation_id", models.UUIDField(null=True)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("claimed_until", models.DateTimeField(null=True)),
                ("attempts", models.SmallIntegerField(db_default=0)),
                ("published_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(null=True)),
            ],
            options={
                "db_table": "outbox_events",
                "indexes": [
                    models.Index(fields=["correlation_id"], name="outbox_events_correlation"),
                    models.Index(
                        condition=models.Q(("failed_at", None), ("published_at", None)),
                        fields=["id"],
                        name="outbox_events_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("failed_at__isnull", False)), fields=["id"], name="outbox_events_failed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ParkedMessage",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("consumer", models.TextField()),
                ("message_id", models.TextField(null=True)),
                ("type", models.TextField(null=True)),
                ("reason", models.TextField()),
                ("detail", models.TextField()),
                ("body", models.BinaryField()),
                ("body_hash", models.BinaryField()),
                ("headers", models.JSONField()),
                ("parked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "resolution",
                    models.TextField(choices=[("replayed", "Replayed"), ("discarded", "Discarded")], null=True),
                ),
                ("note", models.TextField(null=True)),
            ],
            options={
                "db_table": "parked_messages",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at", None)),
                        fields=("consumer", "body_hash"),
                        name="parked_messages_open_once",
                    )
                ],
            },
        ),
    ]
