"""Something written down about a record of a customer's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.later_rules import add_rules, spread
from migrations.security import keep_out_of_statistics, protect

revision = "0033_notes"
down_revision = "0032_folded_faster"
branch_labels = None
depends_on = None

FIELDS = (
    "record customer body external_references findings author department partner_account "
    "version created_at updated_at archived_at"
)

RULES = spread(
    (
        ("SALES:MEMBER", "note", "read create update", "sales", "own_department", FIELDS, "allow"),
        ("SALES:MANAGER", "note", "read update", "sales", "", FIELDS, "allow"),
        ("SUPPORT:MEMBER", "note", "read create update", "support", "", FIELDS, "allow"),
        ("COMPLIANCE:MEMBER", "note", "read", "compliance", "", FIELDS, "allow"),
        ("SERVICE", "note", "read create update", "administration", "", FIELDS, "allow"),
        (
            "PARTNER",
            "note",
            "read create update",
            "partner",
            "partner_account",
            "record customer body version created_at updated_at",
            "allow",
        ),
        (
            "DATA_SUBJECT",
            "note",
            "read",
            "compliance",
            "own_customer",
            "record customer body version created_at updated_at",
            "allow",
        ),
        (
            "*",
            "note",
            "read create update",
            "sales support marketing partner supply",
            "not not_restricted",
            "body external_references findings",
            "deny",
        ),
        ("PARTNER", "note", "create update", "*", "", "external_references", "deny"),
        ("SUPPLIER", "note", "create update", "*", "", "external_references", "deny"),
    )
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
        sa.ForeignKeyConstraint(
            ["tenant_id", "author_id"],
            ["members.tenant_id", "members.id"],
            name=op.f("fk_notes_tenant_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.id"],
            name=op.f("fk_notes_tenant_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "department_id"],
            ["departments.tenant_id", "departments.id"],
            name=op.f("fk_notes_tenant_id_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "partner_account_id"],
            ["partner_accounts.tenant_id", "partner_accounts.id"],
            name=op.f("fk_notes_tenant_id_partner_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_author", "notes", ["tenant_id", "author_id"], unique=False)
    op.create_index("ix_notes_created_at", "notes", ["tenant_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_notes_customer", "notes", ["tenant_id", "customer_id", "created_at", "id"], unique=False
    )
    op.create_index("ix_notes_department", "notes", ["tenant_id", "department_id"], unique=False)
    op.create_index(
        "ix_notes_partner_account", "notes", ["tenant_id", "partner_account_id"], unique=False
    )
    op.create_index("ix_notes_record", "notes", ["tenant_id", "record"], unique=False)
    op.create_index(
        "ix_notes_undetected",
        "notes",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where=sa.text("findings IS NULL AND sealed IS NOT NULL"),
    )
    keep_out_of_statistics("notes", "sealed")
    protect("notes", "SELECT, INSERT, UPDATE")
    add_rules(RULES, "upgrade to notes")
