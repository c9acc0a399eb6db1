"""What lists and searches stand on when there are a million products: their indexes, and the words of all names."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

# Runs once per statement, so that a thousand products at once cost one INSERT. The order of the words lets two
# transactions that learn the same ones wait for each other instead of deadlocking. Numbers and part numbers are no
# words: they would make the vocabulary grow with the catalogue.
LEARN_SEARCH_WORDS = """
    CREATE FUNCTION learn_search_words() RETURNS trigger LANGUAGE plpgsql
    AS $$
        BEGIN
            INSERT INTO search_words (word)
            SELECT DISTINCT word
            FROM changed, unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', search_name))) AS word
            WHERE word ~ '^[^0-9]{3,50}$'
            ORDER BY word
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END
    $$;
    CREATE TRIGGER products_learn_words_of_new AFTER INSERT ON products
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learn_search_words();
    CREATE TRIGGER products_learn_words_of_changed AFTER UPDATE ON products
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION learn_search_words();
    UPDATE products SET version = version;
"""
FORGET_SEARCH_WORDS = """
    DROP TRIGGER products_learn_words_of_new ON products;
    DROP TRIGGER products_learn_words_of_changed ON products;
    DROP FUNCTION learn_search_words
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_tables"),
    ]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=50, primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "search_words",
            },
        ),
        migrations.RemoveIndex(
            model_name="product",
            name="products_similar_name",
        ),
        migrations.RemoveIndex(
            model_name="product",
            name="products_by_price",
        ),
        migrations.RemoveIndex(
            model_name="product",
            name="products_by_name",
        ),
        migrations.AddField(
            model_name="product",
            name="handle",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="product",
            name="options",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="product",
            name="tags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=50), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="vendor",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("search_name", "text_pattern_ops"),
                name="products_by_search_name",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True), ("retired_at", None)),
                fields=["price_minor", "id"],
                name="products_by_price",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True), ("retired_at", None)),
                fields=["name", "id"],
                name="products_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True), ("retired_at", None)),
                fields=["category", "price_minor", "id"],
                name="products_of_category_by_price",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True), ("retired_at", None)),
                fields=["category", "name", "id"],
                name="products_of_category_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", False), ("retired_at", None)), fields=["id"], name="products_hidden"
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("handle", ""), _negated=True), fields=["handle", "id"], name="products_by_handle"
            ),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["word"], name="search_words_similar", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.RunSQL(LEARN_SEARCH_WORDS, FORGET_SEARCH_WORDS),
    ]
