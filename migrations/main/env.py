"""Environment of Alembic for the main database."""

import policy.tables  # noqa: F401 - joins the metadata
from migrations.environment import run
from privacy.tables import metadata

run(metadata)
