"""Labels of custom fields, and the values by which those are found that are not sealed.

What was declared before stays sealed. The values are text in a spelling whose order is that of the
values: unlike the operators of ``numeric`` and ``jsonb``, those of ``text`` are LEAKPROOF, so that behind
the row-level policy PostgreSQL may use the index.
"""

import sqlalchemy as sa
from alembic import op

from migrations.security import protect

revision = "0008_custom_fields"
down_revision = "0007_search"
branch_labels = None
depends_on = None

TYPES = "'TEXT', 'INTEGER', 'DECIMAL', 'BOOLEAN', 'DATE', 'DATETIME', 'CHOICE'"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE custom_field_definitions"
        " ADD COLUMN sealed BOOLEAN DEFAULT true NOT NULL,"
        " ADD COLUMN category TEXT DEFAULT 'user.content.private' NOT NULL,"
        " ADD COLUMN choices TEXT[] DEFAULT '{}' NOT NULL"
        " CONSTRAINT ck_custom_field_definitions_choices CHECK ((type = 'CHOICE') = (choices <> '{}'))"
    )
    # A handful of rows for each tenant: looking at them again takes no time.
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE custom_field_definitions DROP CONSTRAINT ck_custom_field_definitions_type"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "ALTER TABLE custom_field_definitions ADD CONSTRAINT ck_custom_field_definitions_type"
        f" CHECK (type IN ({TYPES}))"
    )
    op.create_table(
        "lookup_values",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(collation="C"), nullable=False),
        sa.Column("row_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("customer_id", sa.UUID(as_uuid=False), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "field", "value", "row_id", name=op.f("pk_lookup_values")
        ),
    )
    op.create_index("ix_lookup_values_customer", "lookup_values", ["tenant_id", "customer_id"])
    op.create_index("ix_lookup_values_row", "lookup_values", ["tenant_id", "row_id", "field"])
    protect("lookup_values", "SELECT, INSERT, UPDATE, DELETE")
