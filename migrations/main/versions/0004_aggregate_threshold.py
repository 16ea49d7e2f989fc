"""How many people a group must have before callers who see them masked are shown it."""

from alembic import op

revision = "0004_aggregate_threshold"
down_revision = "0003_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE tenants ADD COLUMN aggregate_threshold BIGINT DEFAULT 5 NOT NULL"
        " CONSTRAINT ck_tenants_aggregate_threshold CHECK (aggregate_threshold >= 1)"
    )
