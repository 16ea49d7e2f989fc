"""Tables of the rules."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from privacy.tables import id_column, metadata, tenant_column, time_column

policy_versions = sa.Table(
    "policy_versions",
    metadata,
    tenant_column(),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    time_column("created_at"),
)

policy_rules = sa.Table(
    "policy_rules",
    metadata,
    tenant_column(),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("condition", sa.Text, nullable=False),
    sa.Column("fields", ARRAY(sa.Text), nullable=False),
    sa.Column("effect", sa.Text, nullable=False),
    sa.CheckConstraint("effect IN ('allow', 'deny')", name="effect"),
    sa.CheckConstraint(
        r"subject ~ '^(\*|[A-Za-z0-9_:.-]+)$' AND resource ~ '^[a-z_]+$' AND action ~ '^[a-z]+$'"
        r" AND purpose ~ '^(\*|[a-z_]+)$'"
        r" AND condition !~ '[][''%;:$,=<>{}*!?#@^|~\\\u0001-\u001f]' AND octet_length(condition) <= 1000",
        name="characters",
    ),
    sa.CheckConstraint("fields::text ~ '^[{}a-z0-9_~:.,]*$'", name="fields"),
    sa.UniqueConstraint(
        "tenant_id", "version", "subject", "resource", "action", "purpose", "condition", "effect"
    ),
    sa.ForeignKeyConstraint(
        ["tenant_id", "version"], ["policy_versions.tenant_id", "policy_versions.version"]
    ),
)

policy_role_links = sa.Table(
    "policy_role_links",
    metadata,
    tenant_column(),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.ForeignKeyConstraint(
        ["tenant_id", "version"], ["policy_versions.tenant_id", "policy_versions.version"]
    ),
    sa.CheckConstraint(
        "member ~ '^[A-Za-z0-9_:.-]+$' AND role ~ '^[A-Za-z0-9_:.-]+$'", name="characters"
    ),
)

policy_changes = sa.Table(
    "policy_changes",
    metadata,
    tenant_column(),
    id_column(),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("base_version", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger),
    sa.Column("difference", JSONB, nullable=False),
    time_column("created_at"),
    time_column("expires_at", nullable=True),
    sa.Column("decided_by", sa.Text),
    time_column("decided_at", nullable=True),
    sa.CheckConstraint("status IN ('PROPOSED', 'APPLIED', 'REJECTED', 'WITHDRAWN')", name="status"),
    sa.CheckConstraint("(status = 'APPLIED') = (version IS NOT NULL)", name="version"),
    sa.CheckConstraint("decided_by <> author OR status <> 'APPLIED'", name="two_people"),
    sa.UniqueConstraint("tenant_id", "version"),
    sa.ForeignKeyConstraint(
        ["tenant_id", "version"], ["policy_versions.tenant_id", "policy_versions.version"]
    ),
)
"""What changed the policy, or would once another administrator approves it."""
