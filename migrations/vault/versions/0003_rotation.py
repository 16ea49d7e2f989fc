"""Keys that change: numbers of a person's keys, newer tenant keys, and who is told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import APP_ROLE

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# INVARIANT: changes become visible in the order of their numbers, for the lock is held until the commit.
# Whoever has heard of one has heard of all before it. Deferred, so that this lock is always the last.
TELL = """
CREATE FUNCTION tell_of_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('key_changes', 0));
    INSERT INTO key_changes (subject_id, at) VALUES (NEW.subject_id, clock_timestamp());
    PERFORM pg_notify('farley_keys', '');
    RETURN NULL;
END
$$
"""

# A process that has not heard of a rotation would otherwise wrap new keys under what is about to be retired.
REFUSE_RETIRED = """
CREATE FUNCTION refuse_retired() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT tenant_id, tenant_key_version FROM added) a
        WHERE a.tenant_key_version IS DISTINCT FROM (
            SELECT max(k.version) FROM tenant_keys k
            WHERE k.tenant_id = a.tenant_id AND k.use = 'seal'
        )
    ) THEN
        RAISE EXCEPTION 'the tenant key is not the newest'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN NULL;
END
$$
"""

# One round trip, so that nobody who stops half way holds the locks. A change older than a key may be cached
# is of no use to anybody.
DESTROY = """
CREATE FUNCTION destroy_subject(tenant uuid, subject uuid, noise bytea) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    had_key boolean;
BEGIN
    INSERT INTO tombstones (tenant_id, subject_id, destroyed_at)
    VALUES (tenant, subject, clock_timestamp()) ON CONFLICT DO NOTHING;
    UPDATE subject_keys SET wrapped = noise WHERE tenant_id = tenant AND subject_id = subject;
    DELETE FROM subject_keys WHERE tenant_id = tenant AND subject_id = subject;
    had_key := FOUND;
    DELETE FROM key_changes WHERE number IN (
        SELECT number FROM key_changes WHERE at < now() - interval '10 minutes'
        LIMIT 1000 FOR UPDATE SKIP LOCKED
    );
    RETURN had_key;
END
$$
"""


def upgrade() -> None:
    op.add_column(
        "subject_keys",
        sa.Column("seals", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.add_column(
        "subject_keys",
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
    )
    op.create_table(
        "key_changes",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_key_changes")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON key_changes TO {APP_ROLE}")
    for function in (TELL, REFUSE_RETIRED, DESTROY):
        op.execute(function)
    op.execute(
        "CREATE CONSTRAINT TRIGGER tell_of_key AFTER INSERT ON tombstones"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_of_key()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER tell_of_key AFTER INSERT OR UPDATE OF seals ON subject_keys"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.number > 1)"
        " EXECUTE FUNCTION tell_of_key()"
    )
    op.execute(
        "CREATE TRIGGER refuse_retired AFTER INSERT ON subject_keys"
        " REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_retired()"
    )
    # As when a key is destroyed: keys that are being made are there before the newer one, or refused.
    op.execute(
        "CREATE TRIGGER rotate_alone BEFORE INSERT ON tenant_keys"
        " FOR EACH ROW EXECUTE FUNCTION destroy_alone()"
    )
