"""Common columns and constraints, which many tables have."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

from privacy.tables import time_column


def reference(name: str) -> sa.Column[str]:
    """An id of another record, or none."""
    return sa.Column(name, UUID(as_uuid=False))


def required(name: str) -> sa.Column[str]:
    """An id of another record."""
    return sa.Column(name, UUID(as_uuid=False), nullable=False)


def belongs(column: str, table: str) -> sa.ForeignKeyConstraint:
    """The key to the tenant's own record in another table."""
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def is_one_of(column: str, values: str) -> sa.CheckConstraint:
    """The values, parted by spaces, that a column may hold."""
    listed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def versioned() -> tuple[sa.Column[Any], ...]:
    """What every record that changes has."""
    return (
        sa.Column("version", sa.BigInteger, nullable=False),
        time_column("created_at"),
        time_column("updated_at"),
    )
