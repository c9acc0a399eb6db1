"""Large files of products that wait to be taken in."""

import django.db.models.functions.datetime
from django.db import migrations, models

import servicekit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_search_at_scale"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductImport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=servicekit.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("actor_id", models.UUIDField()),
                ("content", models.BinaryField()),
                ("charset", models.CharField(blank=True, default="", max_length=40)),
                ("currency", models.CharField(max_length=3)),
                ("lines", models.PositiveIntegerField()),
                ("line", models.PositiveIntegerField(default=0)),
                ("report", models.JSONField(default=dict)),
                ("detail", models.TextField(blank=True, default="")),
                ("claimed_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "product_imports",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["id"],
                        name="product_imports_open",
                    )
                ],
            },
        ),
    ]
