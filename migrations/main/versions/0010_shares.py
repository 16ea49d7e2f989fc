"""Records shared for a time, trees from above, and conditions with arguments and brackets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import protect

revision = "0010_shares"
down_revision = "0009_policy_rules"
branch_labels = None
depends_on = None

CHARACTERS = (
    "subject ~ '^[A-Za-z0-9_:.-]+$' AND resource ~ '^[a-z_]+$' AND action ~ '^[a-z]+$'"
    r" AND purpose ~ '^(\*|[a-z_]+)$'"
    r" AND condition !~ '[][''%;:$,=<>{}*!?#@^|~\\\u0001-\u001f]' AND octet_length(condition) <= 1000"
)


def upgrade() -> None:
    _record_shares()
    op.create_index("ix_departments_parent", "departments", ["tenant_id", "parent_id"])
    op.create_index("ix_members_manager", "members", ["tenant_id", "manager_id"])
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE policy_rules DROP CONSTRAINT ck_policy_rules_characters"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE policy_rules ADD CONSTRAINT ck_policy_rules_characters CHECK ({CHARACTERS})"
    )


def _record_shares() -> None:
    op.create_table(
        "record_shares",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("grantee", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "record ~ '^(cus|int|opp)_[0-9a-f-]{36}$'", name=op.f("ck_record_shares_record")
        ),
        sa.CheckConstraint(
            "grantee ~ '^((mem|par|dep)_[0-9a-f-]{36}|role:[A-Za-z0-9_:.-]{1,100})$'",
            name=op.f("ck_record_shares_grantee"),
        ),
        sa.CheckConstraint(
            "reason IN ('COVER', 'HANDOVER', 'PROJECT', 'REVIEW', 'OTHER')",
            name=op.f("ck_record_shares_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "author_id"],
            ["members.tenant_id", "members.id"],
            name=op.f("fk_record_shares_tenant_id_author_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_record_shares")),
        sa.UniqueConstraint(
            "tenant_id",
            "record",
            "grantee",
            name=op.f("uq_record_shares_tenant_id_record_grantee"),
        ),
    )
    op.create_index("ix_record_shares_created", "record_shares", ["tenant_id", "created_at", "id"])
    protect("record_shares", "SELECT, INSERT, UPDATE")
