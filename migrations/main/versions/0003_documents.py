"""Trusted documents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import protect

revision = "0003_documents"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trusted_documents",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("id ~ '^[0-9a-f]{64}$'", name=op.f("ck_trusted_documents_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_trusted_documents")),
    )
    protect("trusted_documents", "SELECT, INSERT, DELETE")
    op.add_column(
        "tenants",
        sa.Column(
            "trusted_documents_only", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
    )
