"""Something written down about a record of a customer's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.later_rules import add_rules, spread
from migrations.security import belongs, indexed, keep_out_of_statistics, protect

revision = "0033_notes"
down_revision = "0032_folded_faster"
branch_labels = None
depends_on = None

FIELDS = (
    "record customer body external_references findings author department partner_account "
    "version created_at updated_at archived_at"
)
FIELDS_1 = "record customer body version created_at updated_at"
FIELDS_2 = "body external_references findings"

RULES = spread(
    "note",
    ("SALES:MEMBER", "read create update", "sales", "own_department", FIELDS, "allow"),
    ("SALES:MANAGER", "read update", "sales", "", FIELDS, "allow"),
    ("SUPPORT:MEMBER", "read create update", "support", "", FIELDS, "allow"),
    ("COMPLIANCE:MEMBER", "read", "compliance", "", FIELDS, "allow"),
    ("SERVICE", "read create update", "administration", "", FIELDS, "allow"),
    ("PARTNER", "read create update", "partner", "partner_account", FIELDS_1, "allow"),
    ("DATA_SUBJECT", "read", "compliance", "own_customer", FIELDS_1, "allow"),
    (
        "*",
        "read create update",
        "sales support marketing partner supply",
        "not not_restricted",
        FIELDS_2,
        "deny",
    ),
    ("PARTNER", "create update", "*", "", "external_references", "deny"),
    ("SUPPLIER", "create update", "*", "", "external_references", "deny"),
)


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("author_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("department_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("partner_account_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("archived_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("sealed", postgresql.BYTEA(), nullable=True),
        *belongs(
            "notes",
            author_id="members",
            customer_id="customers",
            department_id="departments",
            partner_account_id="partner_accounts",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_created_at", "notes", ["tenant_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_notes_customer", "notes", ["tenant_id", "customer_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_notes_undetected",
        "notes",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where=sa.text("findings IS NULL AND sealed IS NOT NULL"),
    )
    indexed("notes", "author_id", "department_id", "partner_account_id", "record")
    keep_out_of_statistics("notes", "sealed")
    protect("notes", "SELECT, INSERT, UPDATE")
    add_rules(RULES, "upgrade to notes")
