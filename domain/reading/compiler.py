"""From a read plan to SQL text, once per plan and reach; running it needs values only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID, asyncpg

from domain.reading.filters import where
from domain.reading.keyset import Keyset
from domain.reading.plan import Connection, Leaf, One, Selection
from domain.reading.reach import Reach
from domain.reading.rows import RowProgram

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types none of its dialects
_CACHED_STATEMENTS = 2048


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and the names of its parameters in order."""

    sql: str
    parameters: tuple[str, ...]

    @classmethod
    def of(cls, query: sa.Select[Any]) -> Self:
        """The SQL of a query."""
        compiled = query.compile(dialect=_DIALECT)
        return cls(str(compiled), tuple(compiled.positiontup or ()))

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The arguments in order."""
        return [values[name] for name in self.parameters]


@dataclass(frozen=True, slots=True)
class PageStatement:
    """A page's statement; the row's cursor begins at ``position``, its parent stands at ``parent``."""

    statement: Statement
    program: RowProgram
    position: int
    parent: int


def _statement(query: sa.Select[Any]) -> Statement:
    return Statement.of(query)


def fields_of(selections: Iterator[Selection]) -> frozenset[str]:
    """The declared fields that selections use."""
    return frozenset(
        name for selection in selections for item in selection.items for name in _fields(item)
    )


def _fields(item: object) -> tuple[str, ...]:
    if isinstance(item, Leaf):
        return (item.field,)
    return (item.edge,) if isinstance(item, One) else ()


@lru_cache(maxsize=_CACHED_STATEMENTS)
def page(
    plan: Connection, reach: Reach, column: str | None, nulls: tuple[bool, ...] | None
) -> PageStatement:
    """The rows of a page; of one page per parent where ``column`` names the parent's id."""
    table = reach.resource.table.alias("t")
    program = RowProgram(reach, fields_of(plan.selections), table)
    keyset = Keyset(reach, plan.order, table)
    columns = [*program.columns, *keyset.position()]
    query = _rows(plan, reach, table).with_only_columns(*_named(columns))
    if nulls is not None:
        query = query.where(keyset.beyond(nulls, backwards=plan.backwards))
    query = query.order_by(*keyset.ordering(backwards=plan.backwards))
    query = query.limit(sa.bindparam("limit", type_=sa.Integer))
    position, parent = len(program.columns), len(columns)
    return PageStatement(_statement(_per_parent(query, table, column)), program, position, parent)


@lru_cache(maxsize=_CACHED_STATEMENTS)
def count(plan: Connection, reach: Reach, column: str | None) -> Statement:
    """How many rows all pages have."""
    table = reach.resource.table.alias("t")
    query = _rows(plan, reach, table).with_only_columns(sa.func.count().label("count"))
    return _statement(_per_parent(query, table, column))


@lru_cache(maxsize=_CACHED_STATEMENTS)
def totals(plan: Connection, reach: Reach, column: str | None) -> Statement:
    """Sum and number of amounts, per currency; rows whose amount is not open do not count."""
    table = reach.resource.table.alias("t")
    query = (
        _rows(plan, reach, table)
        .where(reach.usable("amount", table), reach.usable("currency", table))
        .where(table.c.amount.is_not(None))
        .with_only_columns(
            table.c.currency.label("currency"),
            sa.cast(sa.func.sum(table.c.amount), sa.Text).label("amount"),
            sa.func.count().label("count"),
        )
        .group_by(table.c.currency)
        .order_by(table.c.currency)
    )
    return _statement(_per_parent(query, table, column))


@lru_cache(maxsize=_CACHED_STATEMENTS)
def records(selections: tuple[Selection, ...], reach: Reach) -> tuple[Statement, RowProgram]:
    """The rows whose ids are given."""
    table = reach.resource.table.alias("t")
    program = RowProgram(reach, fields_of(iter(selections)), table)
    ids = sa.bindparam("ids", type_=ARRAY(UUID(as_uuid=False)))
    query = sa.select(*_named(program.columns)).where(
        reach.where(table), table.c.id == sa.any_(ids)
    )
    return _statement(query), program


def _rows(plan: Connection, reach: Reach, table: sa.FromClause) -> sa.Select[Any]:
    query = sa.select(table.c.id).where(reach.where(table))
    return query if plan.filter is None else query.where(where(plan.filter, reach, table))


def _named(columns: Sequence[sa.ColumnElement[Any]]) -> list[sa.Label[Any]]:
    return [column.label(f"v{i}") for i, column in enumerate(columns)]


def _per_parent(query: sa.Select[Any], table: sa.FromClause, column: str | None) -> sa.Select[Any]:
    """Run a query once for each parent's id.

    INVARIANT: a LATERAL query is joined by a nested loop, so a parent's rows keep their order.
    """
    if column is None:
        return query
    ids = sa.bindparam("parents", type_=ARRAY(UUID(as_uuid=False)))
    parent_id = sa.column("id", UUID(as_uuid=False))
    parents = sa.func.unnest(ids).table_valued(parent_id, name="parents").render_derived()
    inner = query.where(table.c[column] == parents.c.id).lateral("rows")
    return sa.select(*inner.c, sa.cast(parents.c.id, sa.Text).label("parent")).select_from(
        parents.join(inner, sa.true())
    )
