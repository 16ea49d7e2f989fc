"""Environment of Alembic for the vault database."""

from migrations.environment import run
from privacy.tables import vault_metadata

run(vault_metadata)
