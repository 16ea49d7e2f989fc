"""What partners register before it becomes an opportunity."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import protect

revision = "0012_deal_registrations"
down_revision = "0011_api_keys"
branch_labels = None
depends_on = None

REFERENCES = {
    "partner_account_id": "partner_accounts",
    "pipeline_id": "pipelines",
    "opportunity_id": "opportunities",
    "decided_by_id": "members",
}


def upgrade() -> None:
    op.create_table(
        "deal_registrations",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("customer_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("partner_account_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("pipeline_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("opportunity_id", sa.UUID(as_uuid=False)),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rejection_reason", sa.Text()),
        sa.Column("new_customer", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("amount", sa.Numeric(19, 4)),
        sa.Column("currency", sa.Text()),
        sa.Column("expected_close", sa.Date()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_id", sa.UUID(as_uuid=False)),
        sa.Column("sealed", postgresql.BYTEA()),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'EXPIRED')",
            name=op.f("ck_deal_registrations_status"),
        ),
        sa.CheckConstraint(
            "rejection_reason IN ('INCOMPLETE', 'NOT_ELIGIBLE', 'DECLINED')",
            name=op.f("ck_deal_registrations_rejection_reason"),
        ),
        sa.CheckConstraint(
            "kind IN ('PERSON', 'ORGANIZATION')", name=op.f("ck_deal_registrations_kind")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_deal_registrations_amount")),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL)", name=op.f("ck_deal_registrations_money")
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_deal_registrations_currency")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_deal_registrations_tenant_id_{column}"),
            )
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_deal_registrations")),
    )
    for name, columns in (
        ("created", ["created_at", "id"]),
        ("partner", ["partner_account_id", "created_at", "id"]),
        ("customer", ["customer_id"]),
    ):
        op.create_index(
            f"ix_deal_registrations_{name}", "deal_registrations", ["tenant_id", *columns]
        )
    protect("deal_registrations", "SELECT, INSERT, UPDATE, DELETE")
