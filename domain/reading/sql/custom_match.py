"""Custom fields in SQL. Their names are values: a plan knows only of which type a field is said to be.

Both indexes are asked, that of sealed values and that of others: which of them knows the field is seen
when its name is bound (``custom_lookup``).
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from domain.access.effective_access import EffectiveAccess
from domain.declaration.custom_types import CustomKind
from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.reading.plan.criteria import Compare, Operator, bind_name
from domain.reading.sql.comparing import Condition, compared, operators
from domain.storage.lookup_rows import has_tag
from domain.tables import lookup_tags, lookup_values
from domain.values.errors import InvalidInputError
from privacy.labels import Category

COLUMNS: Mapping[CustomKind, Field] = {
    kind: Field("value", of, Category.CONTENT, lookup)
    for kind, of, lookup in (
        (CustomKind.TEXT, Kind.TEXT, Lookup.EQUAL),
        (CustomKind.NUMBER, Kind.DECIMAL, Lookup.RANGE),
        (CustomKind.BOOLEAN, Kind.BOOLEAN, Lookup.EQUAL),
        (CustomKind.DATE, Kind.DATE, Lookup.RANGE),
        (CustomKind.DATE_TIME, Kind.TIMESTAMP, Lookup.RANGE),
        (CustomKind.CHOICE, Kind.ENUM, Lookup.EQUAL),
    )
}
"""What a value is compared as."""

BY_TAG = frozenset({Operator.EQ, Operator.NEQ, Operator.IN, Operator.NOT_IN, Operator.IS_NULL})
"""How sealed values are compared."""

_NEGATED = {Operator.NEQ: Operator.EQ, Operator.NOT_IN: Operator.IN}


def field_name(name: str) -> str:
    """The parameter that says which custom field it is."""
    return f"{name}_field"


def tags_name(name: str) -> str:
    """The parameter that holds the tags of a sealed one."""
    return f"{name}_tags"


def where(
    comparison: Compare, kind: CustomKind, access: EffectiveAccess, table: sa.FromClause
) -> Condition:
    """The rows in which a custom field compares so; raises ``ForbiddenError`` where the caller may use
    none.
    """
    operator, column = comparison.operator, COLUMNS[kind]
    if operator not in operators(column):
        message = f"a custom field is not compared as {kind} by {operator}"
        raise InvalidInputError(message, (comparison.field, operator))
    usable = access.usable(comparison.field, table)
    return sa.and_(usable, _holds(operator, column, bind_name(comparison.bind), table))


def _holds(operator: Operator, column: Field, name: str, table: sa.FromClause) -> Condition:
    if operator in _NEGATED:
        return sa.not_(_holds(_NEGATED[operator], column, name, table))
    values, tags = lookup_values.alias(), lookup_tags.alias()
    if operator is Operator.IS_NULL:
        there = _rows(values, name, table).union_all(_rows(tags, name, table))
        return sa.not_(table.c.id.in_(there)) == sa.bindparam(name, type_=sa.Boolean)
    # Parameters without a collation of their own, which BETWEEN does not take.
    value = sa.type_coerce(values.c.value, sa.Text)
    found = _rows(values, name, table).where(compared(operator, column, value, name))
    if operator not in BY_TAG:
        return table.c.id.in_(found)
    wanted: sa.BindParameter[Any] = sa.bindparam(tags_name(name), type_=ARRAY(BYTEA))
    return table.c.id.in_(found.union_all(_rows(tags, name, table).where(has_tag(tags, wanted))))


def _rows(index: sa.FromClause, name: str, table: sa.FromClause) -> sa.Select[tuple[str]]:
    tenant = sa.bindparam("tenant", type_=table.c.tenant_id.type)
    return sa.select(index.c.row_id).where(
        index.c.tenant_id == tenant,
        index.c.field == sa.bindparam(field_name(name), type_=sa.Text),
    )
