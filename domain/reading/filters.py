"""From a filter to SQL. Each comparison counts only where the caller may see the field it uses."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from domain.catalogue import Lookup, Resource
from domain.errors import InvalidInputError
from domain.persistence.tables import external_references, lookup_tags
from domain.reading import name_lookup
from domain.reading.plan import Combine, Compare, Filter, Junction, Operator
from domain.reading.reach import Reach

Column = sa.ColumnElement[Any]
Comparison = Callable[[Column, Column], sa.ColumnElement[bool]]

_SCALAR: Mapping[Operator, Comparison] = {
    Operator.EQ: lambda column, value: column == value,
    Operator.NEQ: lambda column, value: column.is_distinct_from(value),
    Operator.LT: lambda column, value: column < value,
    Operator.LTE: lambda column, value: column <= value,
    Operator.GT: lambda column, value: column > value,
    Operator.GTE: lambda column, value: column >= value,
}

OPERATORS: Mapping[Lookup, frozenset[Operator]] = {
    Lookup.NONE: frozenset(),
    Lookup.EQUAL: frozenset({Operator.EQ, Operator.NEQ, Operator.IN, Operator.IS_NULL}),
    Lookup.RANGE: frozenset({*_SCALAR, Operator.IN, Operator.IS_NULL}),
    Lookup.TAGS: frozenset({Operator.HAS_ANY, Operator.HAS_ALL}),
    Lookup.BLIND: frozenset({Operator.EQ, Operator.IN}),
    Lookup.WORDS: name_lookup.OPERATORS,
}


def slot_name(slot: int) -> str:
    """The parameter that a slot's value is bound to."""
    return f"s{slot}"


def where(filter_: Filter, reach: Reach, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The filter as SQL; raises ``ForbiddenError`` for a field that the caller may not see."""
    if isinstance(filter_, Combine):
        parts = [where(part, reach, table) for part in filter_.parts]
        if filter_.junction is Junction.NOT:
            return sa.not_(sa.func.coalesce(parts[0], sa.false()))
        if filter_.junction is Junction.OR:
            return sa.or_(sa.false(), *parts)
        return sa.and_(sa.true(), *parts)
    if reach.resource.by_name[filter_.field].lookup is Lookup.WORDS:
        _check(filter_, Lookup.WORDS)
        return name_lookup.where(filter_.field, slot_name(filter_.slot), reach, table)
    return sa.and_(reach.usable(filter_.field, table), _compare(filter_, reach.resource, table))


def _compare(
    comparison: Compare, resource: Resource, table: sa.FromClause
) -> sa.ColumnElement[bool]:
    field = resource.by_name[comparison.field]
    _check(comparison, field.lookup)
    name = slot_name(comparison.slot)
    if field.lookup is Lookup.BLIND:
        return _tagged(resource, comparison.field, name, table)
    column = table.c[resource.column(comparison.field).name]
    return _plain(comparison.operator, column, name)


def _check(comparison: Compare, lookup: Lookup) -> None:
    if comparison.operator not in OPERATORS[lookup]:
        message = f"{comparison.field} cannot be looked up by {comparison.operator}"
        raise InvalidInputError(message, (comparison.field, comparison.operator))


def _plain(operator: Operator, column: Column, name: str) -> sa.ColumnElement[bool]:
    if operator is Operator.IS_NULL:
        return column.is_(None) == sa.bindparam(name, type_=sa.Boolean)
    if operator is Operator.IN:
        return column == sa.any_(sa.bindparam(name, type_=ARRAY(column.type)))
    value: sa.BindParameter[Any] = sa.bindparam(name, type_=column.type)
    if operator is Operator.HAS_ANY:
        return column.op("&&", is_comparison=True)(value)
    if operator is Operator.HAS_ALL:
        return column.op("@>", is_comparison=True)(value)
    return _SCALAR[operator](column, value)


def _tagged(
    resource: Resource, field: str, name: str, table: sa.FromClause
) -> sa.ColumnElement[bool]:
    tags = sa.bindparam(name, type_=ARRAY(BYTEA))
    if field == "external_references":
        index, kind = external_references.alias(), ("resource", resource.name)
    else:
        index, kind = lookup_tags.alias(), ("field", f"{resource.stable}.{field}")
    return table.c.id.in_(
        sa.select(index.c.row_id).where(
            index.c.tenant_id == sa.bindparam("tenant", type_=index.c.tenant_id.type),
            index.c[kind[0]] == sa.literal_column(f"'{kind[1]}'"),
            index.c.tag == sa.any_(tags),
        )
    )
