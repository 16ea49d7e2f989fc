"""The vault's ledger of tombstones, why each was written, and who is kept out, once more than in main."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import protect
from migrations.tombstones import count_ledger, make_ledger

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LOG = """
CREATE FUNCTION log_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tombstone_log (tenant, subject, kind, destroyed_at)
    VALUES (NEW.tenant_id, NEW.subject_id, NEW.kind, NEW.destroyed_at) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$
"""

# Servers that have not heard of kinds still call the one without, whose people count as erased.
DESTROY = """
CREATE FUNCTION destroy_subject(tenant uuid, subject uuid, noise bytea, kind text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tombstones (tenant_id, subject_id, destroyed_at, kind)
    VALUES (tenant, subject, clock_timestamp(), kind) ON CONFLICT DO NOTHING;
    RETURN destroy_subject(tenant, subject, noise);
END
$$
"""


def upgrade() -> None:
    op.add_column(
        "tombstones", sa.Column("kind", sa.Text(), server_default="ERASED", nullable=False)
    )
    op.create_table(
        "kept_out",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("tag", postgresql.BYTEA(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "field", "tag", name=op.f("pk_kept_out")),
    )
    protect("kept_out", "SELECT, INSERT")
    make_ledger()
    # The wall binds the owner too, and is let down for this statement, inside this transaction.
    op.execute("ALTER TABLE tombstones NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO tombstone_log (tenant, subject, kind, destroyed_at)"
        " SELECT tenant_id, subject_id, kind, destroyed_at FROM tombstones"
    )
    op.execute("ALTER TABLE tombstones FORCE ROW LEVEL SECURITY")
    count_ledger("SELECT, INSERT")
    op.execute(LOG)
    op.execute(
        "CREATE TRIGGER log_tombstone AFTER INSERT ON tombstones"
        " FOR EACH ROW EXECUTE FUNCTION log_tombstone()"
    )
    op.execute(DESTROY)
