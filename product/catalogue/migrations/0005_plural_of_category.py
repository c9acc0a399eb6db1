"""What Django calls several categories. Changes no table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0004_product_imports"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="category",
            options={"ordering": ["position", "name", "id"], "verbose_name_plural": "categories"},
        ),
    ]
