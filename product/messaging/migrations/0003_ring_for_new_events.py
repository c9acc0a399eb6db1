"""Wake the relay, when it rests, as soon as there is something to publish."""

from django.db import migrations

from servicekit.outbox.bell import RING_FOR_NEW_ROWS, RING_NO_MORE


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0002_words"),
    ]

    operations = [
        migrations.RunSQL(list(RING_FOR_NEW_ROWS), list(RING_NO_MORE)),
    ]
