"""What the admin calls tables and fields, for translation. Changes no table."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0002_plural_of_delivery"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="webhookattempt",
            options={"ordering": ["id"], "verbose_name": "try", "verbose_name_plural": "tries"},
        ),
        migrations.AlterModelOptions(
            name="webhookdelivery",
            options={"verbose_name": "webhook delivery", "verbose_name_plural": "webhook deliveries"},
        ),
        migrations.AlterModelOptions(
            name="webhookendpoint",
            options={"verbose_name": "webhook", "verbose_name_plural": "webhooks"},
        ),
        migrations.AlterField(
            model_name="webhookattempt",
            name="answer",
            field=models.TextField(blank=True, default="", verbose_name="answer"),
        ),
        migrations.AlterField(
            model_name="webhookattempt",
            name="attempted_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="when"),
        ),
        migrations.AlterField(
            model_name="webhookattempt",
            name="duration_milliseconds",
            field=models.PositiveIntegerField(verbose_name="milliseconds"),
        ),
        migrations.AlterField(
            model_name="webhookattempt",
            name="error",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="error"),
        ),
        migrations.AlterField(
            model_name="webhookattempt",
            name="status",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="status"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="body",
            field=models.TextField(verbose_name="body"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="claim",
            field=models.PositiveIntegerField(default=0, verbose_name="claim"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="recorded at"
            ),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="delivered_at",
            field=models.DateTimeField(null=True, verbose_name="delivered at"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="endpoint",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="deliveries",
                to="webhooks.webhookendpoint",
                verbose_name="webhook",
            ),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="event_id",
            field=models.UUIDField(verbose_name="event"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="event_type",
            field=models.CharField(max_length=50, verbose_name="type of event"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="fact",
            field=models.CharField(max_length=100, verbose_name="about"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="next_attempt_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="next try at"
            ),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="state",
            field=models.CharField(
                choices=[("pending", "Pending"), ("delivered", "Delivered"), ("failed", "Failed")],
                default="pending",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="tries"),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="created_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="registered at"
            ),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="description",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="description"),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="event_types",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=50), size=None, verbose_name="types of event"
            ),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="failing_since",
            field=models.DateTimeField(null=True, verbose_name="failing since"),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="former_secret_until",
            field=models.DateTimeField(null=True, verbose_name="former secret until"),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="is_active",
            field=models.BooleanField(default=True, verbose_name="switched on"),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="note",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="note"),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="updated_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="changed at"),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="url",
            field=models.CharField(max_length=2000, verbose_name="address"),
        ),
    ]
