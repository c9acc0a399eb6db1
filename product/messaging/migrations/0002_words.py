"""What the admin calls tables and fields, for translation. Changes no table."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_tables"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="outboxevent",
            options={"verbose_name": "event to be published", "verbose_name_plural": "events to be published"},
        ),
        migrations.AlterModelOptions(
            name="parkedmessage",
            options={"verbose_name": "parked message", "verbose_name_plural": "parked messages"},
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="attempts",
            field=models.SmallIntegerField(db_default=0, verbose_name="tries"),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="body",
            field=models.TextField(verbose_name="body"),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="claimed_until",
            field=models.DateTimeField(null=True, verbose_name="claimed until"),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="correlation_id",
            field=models.UUIDField(null=True, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="recorded at"
            ),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="event_id",
            field=models.UUIDField(unique=True, verbose_name="event"),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="failed_at",
            field=models.DateTimeField(null=True, verbose_name="refused at"),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="last_error",
            field=models.TextField(null=True, verbose_name="last error"),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="published_at",
            field=models.DateTimeField(null=True, verbose_name="published at"),
        ),
        migrations.AlterField(
            model_name="outboxevent",
            name="type",
            field=models.TextField(verbose_name="type"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="consumer",
            field=models.TextField(verbose_name="queue"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="detail",
            field=models.TextField(verbose_name="detail"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="headers",
            field=models.JSONField(verbose_name="headers"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="message_id",
            field=models.TextField(null=True, verbose_name="message"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="note",
            field=models.TextField(null=True, verbose_name="note"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="parked_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="parked at"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="reason",
            field=models.TextField(verbose_name="reason"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="resolution",
            field=models.TextField(
                choices=[("replayed", "Replayed"), ("discarded", "Discarded")], null=True, verbose_name="resolution"
            ),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="resolved_at",
            field=models.DateTimeField(null=True, verbose_name="resolved at"),
        ),
        migrations.AlterField(
            model_name="parkedmessage",
            name="type",
            field=models.TextField(null=True, verbose_name="type"),
        ),
    ]
