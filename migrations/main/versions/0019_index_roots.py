"""Under which of the tenant's index roots a tag or the tokens of a row were made."""

import sqlalchemy as sa
from alembic import op

revision = "0019_index_roots"
down_revision = "0018_fuzzy_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("lookup_tags", "external_references", "search_tokens"):
        op.add_column(table, sa.Column("root", sa.BigInteger(), server_default="1", nullable=False))
