"""Comparison of one field with a value: which operators a field has, and each as SQL."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.reading.plan.criteria import Operator
from domain.reading.plan.relative_times import RELATIVE
from domain.reading.sql import places

Column = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]

_EQUALITY = frozenset({Operator.EQ, Operator.NEQ, Operator.IS_NULL})
_EXACTLY = frozenset({Operator.EQ, Operator.IN})
_MEMBERSHIP = frozenset({Operator.IN, Operator.NOT_IN})
_ORDER = frozenset({Operator.LT, Operator.LTE, Operator.GT, Operator.GTE})
_PATTERN = frozenset({Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH})
_OF_NAMES = frozenset(
    {Operator.STARTS_WITH, Operator.HAS_WORDS, Operator.MATCHES, Operator.CONTAINS}
)
_MOMENTS = frozenset({Kind.DATE, Kind.TIMESTAMP})


_OF_LOOKUPS: Mapping[Lookup, frozenset[Operator]] = {
    Lookup.NONE: frozenset(),
    Lookup.DECLARED: frozenset(),  # Each custom field has those of its own type.
    Lookup.TAGS: frozenset({Operator.HAS_ANY, Operator.HAS_ALL, Operator.HAS_NONE}),
    Lookup.PLACE: frozenset({Operator.IS_NULL, Operator.WITHIN}),
    Lookup.BLIND: _EXACTLY,
    Lookup.WORDS: _EXACTLY | _OF_NAMES,
}


def operators(field: Field) -> frozenset[Operator]:
    """How callers may compare a field."""
    if field.lookup is Lookup.RANGE:
        relative = frozenset(RELATIVE) if field.kind in _MOMENTS else frozenset[Operator]()
        return _EQUALITY | _MEMBERSHIP | _ORDER | relative
    if field.lookup is Lookup.EQUAL:
        return _equality(field.kind)
    return _OF_LOOKUPS[field.lookup]


def _equality(kind: Kind) -> frozenset[Operator]:
    if kind is Kind.BOOLEAN:
        return _EQUALITY
    if kind is Kind.TEXT:
        return _EQUALITY | _MEMBERSHIP | _ORDER | _PATTERN
    return _EQUALITY | _MEMBERSHIP


def folded(text: Column) -> sa.ColumnElement[str]:
    """Text without the case and the accents that ordering and searching look past."""
    return sa.func.folded(text, type_=sa.Text)


_COMPARISONS: Mapping[Operator, Callable[[Column, Column], Condition]] = {
    Operator.EQ: lambda column, value: column == value,
    Operator.NEQ: lambda column, value: column.is_distinct_from(value),
    Operator.LT: lambda column, value: column < value,
    Operator.LTE: lambda column, value: column <= value,
    Operator.GT: lambda column, value: column > value,
    Operator.GTE: lambda column, value: column >= value,
    Operator.OLDER_THAN: lambda column, value: column < value,
    Operator.LATER_THAN: lambda column, value: column > value,
    Operator.HAS_ANY: lambda column, value: column.op("&&", is_comparison=True)(value),
    Operator.HAS_ALL: lambda column, value: column.op("@>", is_comparison=True)(value),
    Operator.HAS_NONE: lambda column, value: sa.not_(
        sa.func.coalesce(column.op("&&", is_comparison=True)(value), sa.false())
    ),
    # No LIKE: a value has no wildcards.
    Operator.CONTAINS: lambda column, value: sa.func.strpos(column, value) > sa.literal_column("0"),
    Operator.STARTS_WITH: sa.func.starts_with,
    Operator.ENDS_WITH: lambda column, value: (
        sa.func.right(column, sa.func.length(value), type_=sa.Text) == value
    ),
}


def now_name(name: str) -> str:
    """The parameter that holds the present moment, beside the one that a duration leads to."""
    return f"{name}_now"


def operand_type(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """The type of what a column is compared with: a number of any size, so that none is rounded."""
    return (
        sa.Numeric() if isinstance(type_, sa.Numeric) and not isinstance(type_, sa.Float) else type_
    )


def compared(operator: Operator, field: Field, column: Column, name: str) -> Condition:
    """The comparison; ``name`` is the parameter that holds the value."""
    if operator is Operator.IS_NULL:
        return column.is_(None) == sa.bindparam(name, type_=sa.Boolean)
    if operator is Operator.WITHIN:
        return places.within(column, name)
    if operator in _MEMBERSHIP:
        several = ARRAY(operand_type(column.type))
        within: Condition = column == sa.any_(sa.bindparam(name, type_=several))
        return within if operator is Operator.IN else within.is_not(sa.true())
    value: sa.BindParameter[Any] = sa.bindparam(name, type_=operand_type(column.type))
    if operator in {Operator.WITHIN_LAST, Operator.WITHIN_NEXT}:
        now: sa.BindParameter[Any] = sa.bindparam(now_name(name), type_=column.type)
        lower, upper = (value, now) if operator is Operator.WITHIN_LAST else (now, value)
        return column.between(lower, upper)
    if field.kind is Kind.TEXT and operator in _ORDER | _PATTERN:
        return _COMPARISONS[operator](folded(column), folded(value))
    return _COMPARISONS[operator](column, value)
