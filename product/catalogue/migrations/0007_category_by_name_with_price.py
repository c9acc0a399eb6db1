"""A category by name, filtered by price: the index alone says which products are outside of the range.

Built while the shop is in use, and the old one goes when the new one is there.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalogue", "0006_words"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="product",
            index=models.Index(
                fields=["category", "name", "id"],
                include=["price_minor", "currency"],
                name="products_in_category_by_name",
                condition=Q(is_active=True, retired_at=None),
            ),
        ),
        RemoveIndexConcurrently(model_name="product", name="products_of_category_by_name"),
    ]
