"""The ledger of tombstones, which both databases have in the same form.

Who was destroyed, of all tenants together: ids, nothing else, like the changes of keys.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import APP_ROLE

DIGEST = (
    "('x' || left(encode(sha256(convert_to({0}tenant::text || {0}subject::text, 'UTF8')), 'hex'), 16))"
    "::bit(64)::bigint"
)

COUNT = f"""
CREATE FUNCTION count_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tombstone_marks SET count = count + 1, digest = digest # {DIGEST.format("NEW.")};
    RETURN NULL;
END
$$
"""  # noqa: S608 - our own text


def make_ledger() -> None:
    """The two tables, empty."""
    op.create_table(
        "tombstone_log",
        sa.Column("tenant", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("subject", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("destroyed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('ERASED', 'FORGOTTEN')", name=op.f("ck_tombstone_log_kind")),
        sa.PrimaryKeyConstraint("tenant", "subject", name=op.f("pk_tombstone_log")),
    )
    op.create_table(
        "tombstone_marks",
        sa.Column("only", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.CheckConstraint('"only"', name=op.f("ck_tombstone_marks_only")),
        sa.PrimaryKeyConstraint("only", name=op.f("pk_tombstone_marks")),
    )


def count_ledger(rights: str) -> None:
    """Count what is there, and from now on what comes; the server gets ``rights`` on the log.

    Counted at the commit, so that the one row in which it is counted is locked last and shortly.
    """
    op.execute(
        "INSERT INTO tombstone_marks (count, digest)"  # noqa: S608 - our own text
        f" SELECT count(*), coalesce(bit_xor({DIGEST.format('')}), 0) FROM tombstone_log"
        " WHERE destroyed_at IS NOT NULL"
    )
    op.execute(COUNT)
    op.execute(
        "CREATE CONSTRAINT TRIGGER count_tombstone AFTER INSERT ON tombstone_log"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.destroyed_at IS NOT NULL)"
        " EXECUTE FUNCTION count_tombstone()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER count_confirmed AFTER UPDATE OF destroyed_at ON tombstone_log"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        " WHEN (OLD.destroyed_at IS NULL AND NEW.destroyed_at IS NOT NULL)"
        " EXECUTE FUNCTION count_tombstone()"
    )
    op.execute(f"GRANT {rights} ON tombstone_log TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, UPDATE ON tombstone_marks TO {APP_ROLE}")
