"""Row-level security, rights, and the refusal to make keys for who was erased."""

from alembic import op

from migrations.security import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Who makes keys shares a lock, and who destroys one holds it alone: a key that was being made meanwhile
# is either there to be deleted or refused. One lock for each tenant, since a batch makes thousands of keys.
DESTROY_ALONE = """
CREATE FUNCTION destroy_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.tenant_id::text, 0));
    RETURN NEW;
END
$$
"""

REFUSE = """
CREATE FUNCTION refuse_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.tenant_id::text, 0));
    IF EXISTS (
        SELECT FROM tombstones
        WHERE tenant_id = NEW.tenant_id AND subject_id = NEW.subject_id
    ) THEN
        RAISE EXCEPTION 'the subject was destroyed';
    END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    protect("tenant_keys", "SELECT, INSERT")
    protect("subject_keys", "SELECT, INSERT, UPDATE, DELETE")
    protect("tombstones", "SELECT, INSERT")
    op.execute(REFUSE)
    op.execute(
        "CREATE TRIGGER refuse_destroyed BEFORE INSERT ON subject_keys"
        " FOR EACH ROW EXECUTE FUNCTION refuse_destroyed()"
    )
    op.execute(DESTROY_ALONE)
    op.execute(
        "CREATE TRIGGER destroy_alone BEFORE INSERT ON tombstones"
        " FOR EACH ROW EXECUTE FUNCTION destroy_alone()"
    )
