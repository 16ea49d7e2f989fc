"""How many people a group must have before callers who see them masked are shown it."""

import sqlalchemy as sa
from alembic import op

revision = "0003_aggregate_threshold"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tenants",
        sa.Column("aggregate_threshold", sa.BigInteger(), nullable=False, server_default="5"),
    )
    op.create_check_constraint(
        op.f("ck_tenants_aggregate_threshold"),
        "tenants",
        "aggregate_threshold >= 1",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE tenants VALIDATE CONSTRAINT ck_tenants_aggregate_threshold")
