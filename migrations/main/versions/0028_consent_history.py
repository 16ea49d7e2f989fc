"""Consent history: each grant and each withdrawal is an event, and the consent's row their projection."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.mirrored_rules import mirror_rules
from migrations.security import protect

revision = "0028_consent_history"
down_revision = "0027_erasure_notes"
branch_labels = None
depends_on = None

# What a rule on consents shows, its history shows too.
FIELDS = {
    "consent": ("customer",),
    "customer": ("customer",),
    "purpose": ("purpose",),
    "status": ("status",),
    "method": ("method",),
    "at": ("given_at", "withdrawn_at"),
    "dated": ("given_at", "withdrawn_at"),
    "expires_at": ("expires_at",),
    "author": ("method",),
    "source": ("method",),
    "created_at": ("created_at",),
}


def upgrade() -> None:
    _events()
    _from_rows()
    mirror_rules("consent", "consent_event", FIELDS, "upgrade to the history of consents")


def _events() -> None:
    moment = postgresql.TIMESTAMP(timezone=True)
    op.create_table(
        "consent_events",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("consent_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("customer_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("author_id", sa.UUID(as_uuid=False), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint(
            "status IN ('GRANTED', 'WITHDRAWN')", name=op.f("ck_consent_events_status")
        ),
        sa.CheckConstraint(
            "source IN ('API', 'IMPORT', 'UPGRADE')", name=op.f("ck_consent_events_source")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_consent_events_tenant_id_{column}"),
            )
            for column, table in (
                ("consent_id", "consents"),
                ("customer_id", "customers"),
                ("author_id", "members"),
            )
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consent_events")),
    )
    for one in ("consent", "customer"):
        columns = ["tenant_id", f"{one}_id", "at", "id"]
        op.create_index(f"ix_consent_events_{one}", "consent_events", columns)
    # An erasure empties how it was said; who said what, and when, stays as it was written.
    protect("consent_events", "SELECT, INSERT, UPDATE (method)")


def _from_rows() -> None:
    """What stands of each consent; an import without a date left the time of its recording."""
    for table in ("consents", "consent_events"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for status, at, more in (
        ("GRANTED", "given_at", "nullif(method, 'erased'), expires_at"),
        ("WITHDRAWN", "withdrawn_at", "NULL, NULL"),
    ):
        op.execute(
            "INSERT INTO consent_events (tenant_id, id, consent_id, customer_id, purpose, status, method,"  # noqa: S608 - our own text
            " expires_at, at, dated, source, created_at) SELECT tenant_id, gen_random_uuid(), id,"
            f" customer_id, purpose, '{status}', {more}, {at},"
            f" NOT (method = 'import' AND {at} IN (created_at, updated_at)), 'UPGRADE', updated_at"
            f" FROM consents WHERE {at} IS NOT NULL"
        )
    for table in ("consents", "consent_events"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
