"""From a read plan to SQL text, once per plan and reach; running it needs values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID, asyncpg

from domain.access.effective_access import Reaches
from domain.reading.plan.plan import Connection, Selection
from domain.reading.sql.filters import where
from domain.reading.sql.keyset import Keyset
from domain.reading.sql.parents import PARENT, per_parent
from domain.reading.statements.level import Level
from privacy.kept import kept

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types none of its dialects
STATEMENT_BYTES = 1_500
LEVEL_BYTES = 3_700
CODE_BYTES = 2.5
"""What a statement takes in memory beside its text, a level (its compressed source too), and each character
of a level's source."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and the names of its parameters in order."""

    sql: str
    parameters: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The arguments in order."""
        return [values[name] for name in self.parameters]


@dataclass(frozen=True, slots=True)
class LevelStatement:
    """The statement of a level. Of a page, ``place`` are the columns of a row's place in the order; its
    parent's id stands at ``parent``.
    """

    statement: Statement
    level: Level
    place: slice
    parent: int


def compiled(query: sa.Select[Any]) -> Statement:
    """The text of a statement, for whoever keeps it."""
    compiled = query.compile(dialect=_DIALECT)
    return Statement(str(compiled), tuple(compiled.positiontup or ()))


def weight(statement: Statement, *_arguments: object) -> int:
    """How many bytes a statement takes that is kept."""
    return STATEMENT_BYTES + len(statement.sql)


def _weight(level: LevelStatement, *_arguments: object) -> int:
    code = int(level.level.code_length * CODE_BYTES)
    return weight(level.statement) + LEVEL_BYTES + code


@kept(_weight)
def page(
    plan: Connection, reaches: Reaches, column: str | None, nulls: tuple[bool, ...] | None
) -> LevelStatement:
    """The rows of a page; of one page per parent where ``column`` names the parent's id."""
    reach = reaches[plan.resource]
    table = reach.resource.table.alias("t")
    level = Level(reaches, plan.resource, plan.selections, table)
    keyset = Keyset(reach, plan.order, table)
    positions = keyset.position() if plan.wants_cursors else []
    columns = [*level.columns, *positions]
    query = _rows(plan, reaches, table, column).with_only_columns(*_named(columns))
    query = query.select_from(level.source)
    if nulls is not None:
        query = query.where(keyset.beyond(nulls, backwards=plan.backwards))
    query = query.order_by(*keyset.ordering(backwards=plan.backwards))
    query = query.limit(sa.bindparam("limit", type_=sa.Integer))
    parent = level.known(column) if column else None
    statement = compiled(_per_parent(query, table, column, named=parent is None))
    width = len(columns)
    place = slice(len(level.columns), width)
    level.compiled()
    return LevelStatement(statement, level, place, width if parent is None else parent)


@kept(weight)
def count(plan: Connection, reaches: Reaches, column: str | None) -> Statement:
    """How many rows all pages have."""
    reach = reaches[plan.resource]
    table = reach.resource.table.alias("t")
    rows = _rows(plan, reaches, table, column)
    query = rows.with_only_columns(sa.func.count().label("count"))
    return compiled(_per_parent(query, table, column))


@kept(weight)
def totals(plan: Connection, reaches: Reaches, column: str | None) -> Statement:
    """Sum and number of amounts, per currency; rows whose amount is not open do not count."""
    reach = reaches[plan.resource]
    table = reach.resource.table.alias("t")
    query = (
        _rows(plan, reaches, table, column)
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
    return compiled(_per_parent(query, table, column))


@kept(_weight)
def records(selection: Selection, reaches: Reaches) -> LevelStatement:
    """The rows whose ids are given."""
    reach = reaches[selection.resource]
    table = reach.resource.table.alias("t")
    level = Level(reaches, selection.resource, [selection], table)
    ids = sa.bindparam("ids", type_=ARRAY(UUID(as_uuid=False)))
    query = (
        sa.select(*_named(level.columns))
        .select_from(level.source)
        .where(reach.where(table), table.c.id == sa.any_(ids))
    )
    width = len(level.columns)
    level.compiled()
    return LevelStatement(compiled(query), level, slice(width, width), width)


def _rows(
    plan: Connection, reaches: Reaches, table: sa.FromClause, column: str | None
) -> sa.Select[Any]:
    """The rows of all pages; below a parent those of which the caller may know whose they are."""
    reach = reaches[plan.resource]
    query = sa.select(table.c.id).where(reach.where(table))
    if column is not None:
        query = query.where(reach.belonging(column, table))
    if plan.filter is None:
        return query
    return query.where(where(plan.filter, reaches, plan.resource, table))


def _named(columns: Sequence[sa.ColumnElement[Any]]) -> list[sa.Label[Any]]:
    return [column.label(f"v{i}") for i, column in enumerate(columns)]


def _per_parent(
    query: sa.Select[Any], table: sa.FromClause, column: str | None, *, named: bool = True
) -> sa.Select[Any]:
    """Run a query once for each parent, where there are any."""
    if column is None:
        return query
    return per_parent(query.where(table.c[column] == PARENT), named=named)
