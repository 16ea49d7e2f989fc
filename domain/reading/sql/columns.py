"""Column output: how PostgreSQL formats a field's value, so that Python need not."""

from typing import Any

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind


def output(resource: Entity, field: Field, table: sa.FromClause) -> sa.ColumnElement[Any]:
    """The value as the answer shows it: times as RFC 3339 text, decimals and ids as text."""
    column = table.c[resource.column(field.name).name]
    if field.kind is Kind.TIMESTAMP:
        return as_rfc3339(column)
    if field.kind in {Kind.DATE, Kind.DECIMAL, Kind.REFERENCE, Kind.JSON}:
        return sa.cast(column, sa.Text)
    return column


def as_rfc3339(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """A point in time as text with its offset, to the microsecond."""
    return sa.func.to_json(column).op("#>>", return_type=sa.Text)(sa.literal_column("'{}'"))
