"""Compiler from a read plan to SQL text, once per plan and effective access; running needs values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID, asyncpg

from domain.access.effective_access import EffectiveAccesses
from domain.reading.plan.plan import Connection, Selection
from domain.reading.sql.filters import where
from domain.reading.sql.keyset import Keyset
from domain.reading.sql.parents import PARENT, per_parent
from domain.reading.statements.row_set import RowSet
from privacy.bounded_caches import kept

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types none of its dialects
STATEMENT_BYTES = 1_500
ROW_SET_BYTES = 3_700
CODE_BYTES = 2.5
"""What a statement takes in memory beside its text, a row set (its compressed source too), and each
character of a row set's source.
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and the names of its parameters in order."""

    sql: str
    parameters: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The arguments in order."""
        return [values[name] for name in self.parameters]


@dataclass(frozen=True, slots=True)
class RowSetStatement:
    """The statement of a row set. Of a page, ``place`` are the columns of a row's place in the order; its
    parent's id stands at ``parent``.
    """

    statement: Statement
    row_set: RowSet
    place: slice
    parent: int


def compiled(query: sa.Select[Any]) -> Statement:
    """The text of a statement, for whoever keeps it."""
    compiled = query.compile(dialect=_DIALECT)
    return Statement(str(compiled), tuple(compiled.positiontup or ()))


def weight(statement: Statement, *_arguments: object) -> int:
    """How many bytes a statement takes that is kept."""
    return STATEMENT_BYTES + len(statement.sql)


def _weight(row_set: RowSetStatement, *_arguments: object) -> int:
    code = int(row_set.row_set.code_length * CODE_BYTES)
    return weight(row_set.statement) + ROW_SET_BYTES + code


@kept(_weight)
def page(
    plan: Connection,
    accesses: EffectiveAccesses,
    column: str | None,
    nulls: tuple[bool, ...] | None,
) -> RowSetStatement:
    """The rows of a page; of one page per parent where ``column`` names the parent's id."""
    access = accesses[plan.resource]
    table = access.resource.table.alias("t")
    row_set = RowSet(accesses, plan.resource, plan.selections, table)
    keyset = Keyset(access, plan.order, table)
    positions = keyset.position() if plan.wants_cursors else []
    columns = [*row_set.columns, *positions]
    query = _rows(plan, accesses, table, column).with_only_columns(*_named(columns))
    query = query.select_from(row_set.source)
    if nulls is not None:
        query = query.where(keyset.beyond(nulls, backwards=plan.backwards))
    query = query.order_by(*keyset.ordering(backwards=plan.backwards))
    query = query.limit(sa.bindparam("limit", type_=sa.Integer))
    parent = row_set.known(column) if column else None
    statement = compiled(_per_parent(query, table, column, named=parent is None))
    width = len(columns)
    place = slice(len(row_set.columns), width)
    row_set.compiled()
    return RowSetStatement(statement, row_set, place, width if parent is None else parent)


@kept(weight)
def count(plan: Connection, accesses: EffectiveAccesses, column: str | None) -> Statement:
    """How many rows all pages have."""
    access = accesses[plan.resource]
    table = access.resource.table.alias("t")
    rows = _rows(plan, accesses, table, column)
    query = rows.with_only_columns(sa.func.count().label("count"))
    return compiled(_per_parent(query, table, column))


@kept(weight)
def totals(plan: Connection, accesses: EffectiveAccesses, column: str | None) -> Statement:
    """Sum and number of amounts, per currency; rows whose amount is not open do not count."""
    access = accesses[plan.resource]
    table = access.resource.table.alias("t")
    query = (
        _rows(plan, accesses, table, column)
        .where(access.usable("amount", table), access.usable("currency", table))
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
def records(selection: Selection, accesses: EffectiveAccesses) -> RowSetStatement:
    """The rows whose ids are given."""
    access = accesses[selection.resource]
    table = access.resource.table.alias("t")
    row_set = RowSet(accesses, selection.resource, [selection], table)
    ids = sa.bindparam("ids", type_=ARRAY(UUID(as_uuid=False)))
    query = (
        sa.select(*_named(row_set.columns))
        .select_from(row_set.source)
        .where(access.where(table), table.c.id == sa.any_(ids))
    )
    width = len(row_set.columns)
    row_set.compiled()
    return RowSetStatement(compiled(query), row_set, slice(width, width), width)


def _rows(
    plan: Connection, accesses: EffectiveAccesses, table: sa.FromClause, column: str | None
) -> sa.Select[Any]:
    """The rows of all pages; below a parent those of which the caller may know whose they are."""
    access = accesses[plan.resource]
    query = sa.select(table.c.id).where(access.where(table))
    if column is not None:
        query = query.where(access.belonging(column, table))
    if plan.filter is None:
        return query
    return query.where(where(plan.filter, accesses, plan.resource, table))


def _named(columns: Sequence[sa.ColumnElement[Any]]) -> list[sa.Label[Any]]:
    return [column.label(f"v{i}") for i, column in enumerate(columns)]


def _per_parent(
    query: sa.Select[Any], table: sa.FromClause, column: str | None, *, named: bool = True
) -> sa.Select[Any]:
    """Run a query once for each parent, where there are any."""
    if column is None:
        return query
    return per_parent(query.where(table.c[column] == PARENT), named=named)
