"""Who was destroyed, as the main database knows it: known from its own erasures until now."""

from alembic import op

from migrations.tombstones import count_ledger, make_ledger

revision = "0017_tombstones"
down_revision = "0016_restriction_informed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_ledger()
    # The wall binds the owner too, and is let down for this statement, inside this transaction.
    op.execute("ALTER TABLE erasures NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO tombstone_log (tenant, subject, kind, destroyed_at)"
        " SELECT tenant_id, customer_id, 'ERASED', coalesce(completed_at, now()) FROM erasures"
        " WHERE step IN ('KEY_DESTROYED', 'COMPLETED')"
    )
    op.execute("ALTER TABLE erasures FORCE ROW LEVEL SECURITY")
    count_ledger("SELECT, INSERT, UPDATE (destroyed_at)")
