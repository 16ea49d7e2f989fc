"""Index roots that take an older one's place step by step, what is left of older ones, and who is told."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As for people's keys: changes become visible in the order of their numbers. A tenant's id is told.
TELL = """
CREATE FUNCTION tell_of_root() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(NEW.use, OLD.use) <> 'seal' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('key_changes', 0));
        INSERT INTO key_changes (subject_id, at)
        VALUES (coalesce(NEW.tenant_id, OLD.tenant_id), clock_timestamp());
        PERFORM pg_notify('farley_keys', '');
    END IF;
    RETURN NULL;
END
$$
"""

# A tenant has a few rows here: to look through all of them takes milliseconds.
USE = "ck_tenant_keys_use"


def upgrade() -> None:
    op.add_column("tenant_keys", sa.Column("step", sa.Text()))
    op.execute(
        f"-- squawk-ignore ban-drop-constraint\nALTER TABLE tenant_keys DROP CONSTRAINT {USE}"
    )
    for name, rule in (
        (USE, "use IN ('seal', 'index') OR use LIKE 'index/%'"),
        ("ck_tenant_keys_step", "step IN ('ANNOUNCED', 'WRITTEN', 'ALONE')"),
    ):
        op.execute(
            "-- squawk-ignore constraint-missing-not-valid\n"
            f"ALTER TABLE tenant_keys ADD CONSTRAINT {name} CHECK ({rule})"
        )
    op.execute(TELL)
    op.execute(
        "CREATE CONSTRAINT TRIGGER tell_of_root AFTER INSERT OR UPDATE OF step OR DELETE ON tenant_keys"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_of_root()"
    )
