"""Something that somebody is to do."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.later_rules import add_rules, spread
from migrations.security import belongs, indexed, keep_out_of_statistics, protect

revision = "0035_tasks"
down_revision = "0034_any_record_shared"
branch_labels = None
depends_on = None

FIELDS = (
    "record customer title notes due_at remind_at priority status assignee external_references "
    "findings author department partner_account version created_at updated_at archived_at"
)
FIELDS_1 = "record customer due_at priority status version created_at updated_at remind_at assignee"
FIELDS_2 = "record customer due_at priority status version created_at updated_at title notes"
FIELDS_3 = "title notes external_references findings"
FIELDS_4 = "due_at remind_at status assignee"

RULES = spread(
    "task",
    ("SALES:MEMBER", "read create update", "sales", "own_department or owner", FIELDS, "allow"),
    ("SALES:MANAGER", "read create update", "sales", "", FIELDS, "allow"),
    ("SUPPORT:MEMBER", "read create update", "support", "", FIELDS, "allow"),
    ("MARKETING:MEMBER", "read", "marketing", "own_department or owner", FIELDS_1, "allow"),
    ("MARKETING:MEMBER", "update", "marketing", "own_department or owner", FIELDS_4, "allow"),
    ("COMPLIANCE:MEMBER", "read", "compliance", "", FIELDS, "allow"),
    ("SERVICE", "read create update", "administration", "", FIELDS, "allow"),
    ("PARTNER", "read create update", "partner", "partner_account", FIELDS_2, "allow"),
    ("DATA_SUBJECT", "read", "compliance", "own_customer", FIELDS_2, "allow"),
    (
        "*",
        "read create update",
        "sales support marketing partner supply",
        "not not_restricted",
        FIELDS_3,
        "deny",
    ),
    ("PARTNER", "create update", "*", "", "external_references", "deny"),
    ("SUPPLIER", "create update", "*", "", "external_references", "deny"),
)


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("remind_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("author_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("department_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("partner_account_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("archived_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("subject_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("sealed", postgresql.BYTEA(), nullable=True),
        sa.CheckConstraint(
            "priority IN ('LOW', 'NORMAL', 'HIGH', 'URGENT')", name=op.f("ck_tasks_priority")
        ),
        sa.CheckConstraint(
            "status IN ('OPEN', 'IN_PROGRESS', 'WAITING', 'DONE', 'CANCELLED')",
            name=op.f("ck_tasks_status"),
        ),
        *belongs(
            "tasks",
            assignee_id="members",
            author_id="members",
            customer_id="customers",
            department_id="departments",
            partner_account_id="partner_accounts",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_created_at", "tasks", ["tenant_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_tasks_customer", "tasks", ["tenant_id", "customer_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_tasks_undetected",
        "tasks",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where=sa.text("findings IS NULL AND sealed IS NOT NULL"),
    )
    indexed(
        "tasks",
        "assignee_id",
        "author_id",
        "department_id",
        "partner_account_id",
        "record",
        "subject_id",
    )
    keep_out_of_statistics("tasks", "sealed")
    protect("tasks", "SELECT, INSERT, UPDATE")
    add_rules(RULES, "upgrade to tasks")
