"""Running the migrations, on a database or into SQL text."""

import io
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config


class Database(StrEnum):
    """The two databases of one Farley."""

    MAIN = "main"
    VAULT = "vault"


def upgrade(database: Database, url: str) -> None:
    """Bring a database to the newest revision; ``url`` is that of the owning role."""
    command.upgrade(_config(database, url), "head")


def sql(database: Database) -> str:
    """All migrations of a database as SQL."""
    text = io.StringIO()
    config = _config(database, "postgresql+asyncpg://")
    config.output_buffer = text
    command.upgrade(config, "head", sql=True)
    return text.getvalue()


def _config(database: Database, url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / database))
    config.attributes["url"] = url
    config.attributes["database"] = database
    return config
