"""Changes of the policy: kept, proposed, approved, and told to every server at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.security import protect

revision = "0009_policy_rules"
down_revision = "0008_custom_fields"
branch_labels = None
depends_on = None

NAMES = "member ~ '^[A-Za-z0-9_:.-]+$' AND role ~ '^[A-Za-z0-9_:.-]+$'"
WORDS = "subject, resource, action, purpose, condition, fields, effect"
NEWEST = "SELECT tenant_id, max(version) AS version FROM policy_versions GROUP BY tenant_id"
OWNED = ("policy_versions", "policy_rules", "policy_role_links")
TELL = """
CREATE FUNCTION farley_policy_changed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('farley_policy', NEW.tenant_id::text);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Rules are few, so that their tables are looked through at once."""
    _changes()
    op.execute(
        "ALTER TABLE tenants ADD COLUMN policy_approval BOOLEAN DEFAULT false NOT NULL",
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "ALTER TABLE policy_rules ADD CONSTRAINT ck_policy_rules_fields"
        " CHECK (fields::text ~ '^[{}a-z0-9_~:.,]*$')"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "ALTER TABLE policy_role_links ADD CONSTRAINT ck_policy_role_links_characters"
        f" CHECK ({NAMES})"
    )
    _appoint_administrators()
    op.execute(TELL)
    op.execute(
        "CREATE TRIGGER changed AFTER INSERT ON policy_versions"
        " FOR EACH ROW EXECUTE FUNCTION farley_policy_changed()"
    )


def _changes() -> None:
    op.create_table(
        "policy_changes",
        sa.Column("tenant_id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("id", sa.UUID(as_uuid=False), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("base_version", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("difference", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('PROPOSED', 'APPLIED', 'REJECTED', 'WITHDRAWN')",
            name=op.f("ck_policy_changes_status"),
        ),
        sa.CheckConstraint(
            "(status = 'APPLIED') = (version IS NOT NULL)", name=op.f("ck_policy_changes_version")
        ),
        sa.CheckConstraint(
            "decided_by <> author OR status <> 'APPLIED'",
            name=op.f("ck_policy_changes_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version"],
            ["policy_versions.tenant_id", "policy_versions.version"],
            name=op.f("fk_policy_changes_tenant_id_version"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_policy_changes")),
        sa.UniqueConstraint(
            "tenant_id", "version", name=op.f("uq_policy_changes_tenant_id_version")
        ),
    )
    protect("policy_changes", "SELECT, INSERT, UPDATE")


def _appoint_administrators() -> None:
    """Tenants from before have a new version, in which administrators may change the policy.

    The wall binds the owner too, and is let down for these statements, inside this transaction.
    """
    for table in OWNED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO policy_versions (tenant_id, version, author, reason, created_at)"
        " SELECT tenant_id, max(version) + 1, 'farley', 'administrators may change the policy', now()"
        " FROM policy_versions GROUP BY tenant_id"
    )
    op.execute(
        f"INSERT INTO policy_rules (tenant_id, version, number, {WORDS})"  # noqa: S608 - our own text
        f" SELECT v.tenant_id, v.version, r.number, {WORDS} FROM policy_rules r JOIN ({NEWEST}) v"
        " ON r.tenant_id = v.tenant_id AND r.version = v.version - 1"
    )
    op.execute(
        f"INSERT INTO policy_rules (tenant_id, version, number, {WORDS})"  # noqa: S608 - our own text
        " SELECT v.tenant_id, v.version, n.number + (SELECT coalesce(max(number), 0) FROM policy_rules r"
        " WHERE r.tenant_id = v.tenant_id AND r.version = v.version),"
        " n.subject, 'policy', n.action, n.purpose, '', '{}'::text[], 'allow'"
        f" FROM ({NEWEST}) v CROSS JOIN (VALUES (1, 'ADMIN', 'administer', 'administration'),"
        " (2, 'SERVICE', 'administer', 'administration'), (3, 'COMPLIANCE:MEMBER', 'read', 'compliance'))"
        " AS n (number, subject, action, purpose)"
    )
    op.execute(
        "INSERT INTO policy_role_links (tenant_id, version, member, role)"  # noqa: S608 - our own text
        " SELECT l.tenant_id, v.version, l.member, l.role FROM policy_role_links l"
        f" JOIN ({NEWEST}) v ON l.tenant_id = v.tenant_id AND l.version = v.version - 1"
    )
    for table in OWNED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
