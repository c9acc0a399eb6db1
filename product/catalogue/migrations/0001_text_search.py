"""What full-text search and typo tolerance stand on. The extensions are trusted: a database's owner may make them."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# Generated columns accept immutable functions only. unaccent() is not declared so, because its dictionary could be
# replaced; ours is named and stays.
SEARCHABLE = """
    CREATE FUNCTION searchable(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, value)) $$
"""
SEARCH_DOCUMENT = """
    CREATE FUNCTION search_document(name text, sku text, description text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
        SELECT setweight(to_tsvector('pg_catalog.english', public.searchable(name)), 'A')
            || setweight(to_tsvector('pg_catalog.simple', public.searchable(sku)), 'A')
            || setweight(to_tsvector('pg_catalog.english', public.searchable(description)), 'C')
    $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(SEARCHABLE, "DROP FUNCTION searchable"),
        migrations.RunSQL(SEARCH_DOCUMENT, "DROP FUNCTION search_document"),
    ]
