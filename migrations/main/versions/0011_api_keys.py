"""The keys of partners, suppliers and programs."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import protect

revision = "0011_api_keys"
down_revision = "0010_shares"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, postgresql.TIMESTAMP(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("partner_account_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("purposes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("networks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("hash", postgresql.BYTEA(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        _time("created_at"),
        _time("expires_at"),
        _time("last_used_at", nullable=True),
        _time("revoked_at", nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(partner_account_id, service) = 1", name=op.f("ck_api_keys_holder")
        ),
        sa.CheckConstraint("cardinality(purposes) > 0", name=op.f("ck_api_keys_purposes")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_api_keys")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "partner_account_id"],
            ["partner_accounts.tenant_id", "partner_accounts.id"],
            name=op.f("fk_api_keys_tenant_id_partner_account_id"),
        ),
    )
    op.create_index("ix_api_keys_partner_account", "api_keys", ["tenant_id", "partner_account_id"])
    op.create_index("ix_api_keys_service", "api_keys", ["tenant_id", "service"])
    protect("api_keys", "SELECT, INSERT, UPDATE")
