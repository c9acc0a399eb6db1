"""The schema: as the models say, changed by its owner only."""

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection

pytestmark = pytest.mark.django_db


def test_models_and_migrations_say_the_same() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE extra (id int)", "ALTER TABLE orders ADD extra int", "DROP TABLE orders", "CREATE EXTENSION hstore"],
)
def test_the_application_cannot_change_it(statement: str) -> None:
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)
