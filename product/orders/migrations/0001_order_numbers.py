"""Numbers for people: the year and a count. Gaps are fine: a sequence does not make one buyer wait for another."""

from django.db import migrations

NEXT_ORDER_NUMBER = """
    CREATE FUNCTION next_order_number() RETURNS text LANGUAGE sql VOLATILE
    AS $$
        SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-') || lpad(n::text, greatest(6, length(n::text)), '0')
        FROM nextval('public.order_numbers') AS n
    $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL("CREATE SEQUENCE order_numbers", "DROP SEQUENCE order_numbers"),
        migrations.RunSQL(NEXT_ORDER_NUMBER, "DROP FUNCTION next_order_number"),
    ]
