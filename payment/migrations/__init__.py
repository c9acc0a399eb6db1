"""The history of the schema (Alembic). Run by the owner's role through `python -m payment migrate`."""
