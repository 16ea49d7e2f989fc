"""Tables of the privacy room, and the MetaData that every table of the main database joins."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA, TIMESTAMP, UUID

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)
vault_metadata = sa.MetaData(naming_convention=NAMING)


def tenant_column() -> sa.Column[str]:
    """The column that leads every key."""
    return sa.Column("tenant_id", UUID(as_uuid=False), primary_key=True)


def id_column(name: str = "id", *, primary_key: bool = True) -> sa.Column[str]:
    """An id of the tenant's."""
    return sa.Column(name, UUID(as_uuid=False), primary_key=primary_key, nullable=False)


def time_column(
    name: str, *, nullable: bool = False, default: sa.ColumnElement[datetime] | None = None
) -> sa.Column[datetime]:
    """A point in time, with offset."""
    return sa.Column(name, TIMESTAMP(timezone=True), nullable=nullable, server_default=default)


consents = sa.Table(
    "consents",
    metadata,
    tenant_column(),
    id_column(),
    id_column("customer_id", primary_key=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    time_column("given_at", nullable=True),
    time_column("withdrawn_at", nullable=True),
    time_column("expires_at", nullable=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    time_column("created_at"),
    time_column("updated_at"),
    sa.CheckConstraint("status IN ('GRANTED', 'WITHDRAWN')", name="status"),
    sa.UniqueConstraint("tenant_id", "customer_id", "purpose"),
    sa.ForeignKeyConstraint(["tenant_id", "customer_id"], ["customers.tenant_id", "customers.id"]),
)

suppressions = sa.Table(
    "suppressions",
    metadata,
    tenant_column(),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("tag", BYTEA, primary_key=True),
    time_column("created_at"),
    time_column("lifted_at", nullable=True),
)

audit_leaves = sa.Table(
    "audit_leaves",
    metadata,
    tenant_column(),
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    time_column("at"),
    sa.Column("leaf", BYTEA, nullable=False),
    sa.Column("leaf_hash", BYTEA, nullable=False),
)

tenant_keys = sa.Table(
    "tenant_keys",
    vault_metadata,
    tenant_column(),
    sa.Column("use", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("wrapped", BYTEA, nullable=False),
    time_column("created_at"),
    sa.Column("step", sa.Text),
    sa.CheckConstraint("use IN ('seal', 'index') OR use LIKE 'index/%'", name="use"),
    sa.CheckConstraint("step IN ('ANNOUNCED', 'WRITTEN', 'ALONE')", name="step"),
)
"""``index/CONTEXT`` is what is left of an index root that is gone. ``step`` stands in the newest one until
it has taken the older one's place.
"""

subject_keys = sa.Table(
    "subject_keys",
    vault_metadata,
    tenant_column(),
    id_column("subject_id"),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("tenant_key_version", sa.BigInteger, nullable=False),
    sa.Column("wrapped", BYTEA, nullable=False),
    sa.Column("seals", sa.Boolean, nullable=False, server_default=sa.true()),
    time_column("created_at", default=sa.func.now()),
)
"""With ``seals``, a key that new values may be sealed with: those of the greatest such number are."""

key_changes = sa.Table(
    "key_changes",
    vault_metadata,
    sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    id_column("subject_id", primary_key=False),
    time_column("at"),
)
"""Whose keys changed or were destroyed, of all tenants together: ids, for some minutes."""

tombstones = sa.Table(
    "tombstones",
    vault_metadata,
    tenant_column(),
    id_column("subject_id"),
    time_column("destroyed_at"),
    sa.Column("kind", sa.Text, nullable=False, server_default="ERASED"),
)

kept_out = sa.Table(
    "kept_out",
    vault_metadata,
    tenant_column(),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("tag", BYTEA, primary_key=True),
    time_column("created_at"),
    time_column("lifted_at", nullable=True),
)
"""The suppressions once more: an older main database would have forgotten some."""


def _ledger(of: sa.MetaData) -> None:
    """Who was destroyed, of all tenants together: ids (``privacy.tombstones.ledger``)."""
    sa.Table(
        "tombstone_log",
        of,
        id_column("tenant"),
        id_column("subject"),
        sa.Column("kind", sa.Text, nullable=False),
        time_column("destroyed_at", nullable=True),
        sa.CheckConstraint("kind IN ('ERASED', 'FORGOTTEN')", name="kind"),
    )
    sa.Table(
        "tombstone_marks",
        of,
        sa.Column("only", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.BigInteger, nullable=False),
        sa.Column("identity", sa.Text),
        sa.CheckConstraint('"only"', name="only"),
    )


_ledger(metadata)
_ledger(vault_metadata)
