"""Running the migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config

CONFIGURATION = Path(__file__).parents[1] / "alembic.ini"


def upgrade(owner_url: str) -> None:
    """Bring the schema up to date. May run several times at once: the second waits and finds nothing to do."""
    configuration = Config(CONFIGURATION)
    configuration.attributes["owner_url"] = owner_url
    command.upgrade(configuration, "head")
