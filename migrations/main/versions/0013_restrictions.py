"""Restriction of processing (GDPR Art. 18): what is in force stands with the customer, all of it beside."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import protect

revision = "0013_restrictions"
down_revision = "0012_deal_registrations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "customers", sa.Column("restricted_at", postgresql.TIMESTAMP(timezone=True), nullable=True)
    )
    op.execute(
        "ALTER TABLE customers ADD COLUMN restricted_for TEXT[] DEFAULT '{}' NOT NULL"
        " CONSTRAINT ck_customers_restricted"
        " CHECK ((restricted_at IS NULL) = (restricted_for = '{}'))"
    )
    op.create_index(
        "ix_customers_restricted",
        "customers",
        ["tenant_id", "id"],
        postgresql_where=sa.text("restricted_at IS NOT NULL"),
    )
    _restrictions()


def _restrictions() -> None:
    op.create_table(
        "restrictions",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("customer_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("restricted_by", sa.Text(), nullable=False),
        sa.Column("restricted_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('ACCURACY_CONTESTED', 'UNLAWFUL', 'LEGAL_CLAIM', 'OBJECTION')",
            name=op.f("ck_restrictions_reason"),
        ),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_restrictions_lifted")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.id"],
            name=op.f("fk_restrictions_tenant_id_customer_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_restrictions")),
    )
    op.create_index(
        "uq_restrictions_in_force",
        "restrictions",
        ["tenant_id", "customer_id", "reason"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    protect("restrictions", "SELECT, INSERT, UPDATE")
