"""Aggregate SQL of a grouping: the row rule inside, one statement whatever is asked.

A row stands in a group only where the caller may see each key of it, and contributes to an aggregate
only where the caller may see the field: its hidden values count as none. What is suppressed
(``small_groups``) is gone before groups are compared, ordered and counted.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from domain.access.effective_access import EffectiveAccesses
from domain.declaration.kinds import Kind
from domain.reading.groups import small_groups
from domain.reading.groups.group_keys import group_keys
from domain.reading.groups.groups import (
    TIMES,
    Function,
    GroupBy,
    GroupOrder,
    Groups,
    Having,
    Measure,
    is_money,
)
from domain.reading.plan.criteria import Operator, bind_name
from domain.reading.sql.columns import as_rfc3339
from domain.reading.sql.comparing import operand_type
from domain.reading.sql.filters import used, where
from domain.reading.statements.compiler import Statement, weight
from privacy.bounded_caches import kept

Column = sa.ColumnElement[Any]

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types none of its dialects
_DECIMALS: Column = sa.literal_column("4")
_AGGREGATES: Mapping[Function, Callable[[Column], Column]] = {
    Function.COUNT_DISTINCT: lambda column: sa.func.count(column.distinct()),
    Function.SUM: lambda column: sa.cast(sa.func.sum(column), sa.Double),
    Function.AVG: lambda column: sa.cast(sa.func.avg(column), sa.Double),
    Function.MIN: sa.func.min,
    Function.MAX: sa.func.max,
}
_OF_MONEY: Mapping[Function, Callable[[Column], Column]] = {
    Function.SUM: sa.func.sum,
    Function.AVG: lambda column: sa.func.round(sa.func.avg(column), _DECIMALS),
    Function.MIN: sa.func.min,
    Function.MAX: sa.func.max,
}
COMPARISONS: Mapping[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQ: operator.eq,
    Operator.NEQ: operator.ne,
    Operator.LT: operator.lt,
    Operator.LTE: operator.le,
    Operator.GT: operator.gt,
    Operator.GTE: operator.ge,
}


@dataclass(frozen=True, slots=True)
class GroupStatement:
    """A statement, and what its columns are called; several rows are one group with its currencies."""

    statement: Statement
    columns: tuple[str, ...]


def _weight(found: GroupStatement, *_arguments: object) -> int:
    return weight(found.statement)


@kept(_weight)
def statement(plan: Groups, accesses: EffectiveAccesses) -> GroupStatement:
    """The statement of a grouping; raises ``ForbiddenError`` for fields that the caller may not use."""
    query = _Query(plan, accesses).query()
    compiled = query.compile(dialect=_DIALECT)
    prepared = Statement(str(compiled), tuple(compiled.positiontup or ()))
    return GroupStatement(prepared, tuple(column.name for column in query.selected_columns))


class _Query:
    """One grouping: rows ``r`` → groups ``g`` → without what is suppressed ``c`` → one page ``p``; and
    beside the groups ``m``, their money in each currency.
    """

    def __init__(self, plan: Groups, accesses: EffectiveAccesses) -> None:
        self._plan = plan
        self._accesses = accesses
        self._access = accesses[plan.resource]
        self._resource = self._access.resource
        used = dict.fromkeys(plan.used_measures)
        self._money = [m for m in used if is_money(self._resource.by_name[m.field])]
        self._plain = [m for m in used if m not in self._money]
        self._masked = any(
            small_groups.is_masked(accesses[name], used) for name, used in self._used().items()
        )
        self._rows = self._read_rows().cte("r")
        self._groups = self._grouped().cte("g")
        self._cells = self._money_cells().cte("m") if self._money else None

    def _used(self) -> dict[str, set[str]]:
        """The fields that are used, by resource: a filter may follow edges and compare beyond them."""
        names = [key.field for key in self._plan.by]
        names += [measure.field for measure in self._plan.used_measures]
        fields = [(self._resource, name) for name in names]
        fields += used(self._plan.filter, self._accesses, self._plan.resource)
        found: dict[str, set[str]] = {self._resource.name: set()}
        for resource, name in fields:
            sources = resource.by_name[name].sources
            found.setdefault(resource.name, set()).update(sources or (name,))
        return found

    def _read_rows(self) -> sa.Select[Any]:
        table = self._resource.table.alias("t")
        source, keys = group_keys(self._accesses, self._access, self._plan.by, table)
        columns: list[Any] = [key.label(f"k{i}") for i, key in enumerate(keys)]
        for name in dict.fromkeys(m.field for m in (*self._plain, *self._money)):
            columns += self._values(name, table)
        columns.append(small_groups.people(self._access, table).label("person"))
        query = sa.select(*columns).select_from(source).where(self._access.where(table))
        query = query.where(*(self._access.usable(key.field, table) for key in self._plan.by))
        wanted = self._plan.filter
        return (
            query
            if wanted is None
            else query.where(where(wanted, self._accesses, self._plan.resource, table))
        )

    def _values(self, name: str, table: sa.FromClause) -> list[sa.Label[Any]]:
        sources = self._resource.by_name[name].sources or (name,)
        conditions = [self._access.usable(source, table) for source in sources]
        hidden = [one for one in conditions if not isinstance(one, sa.True_)]
        # A currency that is counted is open in other rows than one that money is summed by.
        prefix = "v" if len(sources) == 1 else "m"
        found = []
        for source in sources:
            column = table.c[self._resource.column(source).name]
            shown = sa.case((sa.and_(*hidden), column)) if hidden else column
            found.append(shown.label(f"{prefix}_{source}"))
        return found

    def _keys(self) -> list[Column]:
        return [self._rows.c[f"k{i}"] for i in range(len(self._plan.by))]

    def _group_id(self) -> sa.Label[str]:
        """All keys as one text, by which a group is known: NULLs are equal in it."""
        keys = self._keys()
        whole = sa.cast(sa.func.row(*keys), sa.Text) if keys else sa.literal_column("''", sa.Text)
        return whole.label("id")

    def _grouped(self) -> sa.Select[Any]:
        rows, person = self._rows.c, self._rows.c.person
        columns = [*self._keys(), self._group_id(), sa.func.count().label("n")]
        columns += [
            _AGGREGATES[m.function](rows[f"v_{m.field}"]).label(_name(m)) for m in self._plain
        ]
        if not self._masked:
            return sa.select(*columns).select_from(self._rows).group_by(*self._keys())
        columns.append(sa.func.count(person.distinct()).label("people"))
        for name in dict.fromkeys(m.field for m in self._plain):
            value = rows[f"v_{name}"]
            counted = sa.func.count(person.distinct()).filter(value.is_not(None))
            columns.append(counted.label(f"people_{name}"))
        whole = sa.select(*columns).select_from(self._rows).group_by(*self._keys()).cte("w")
        hidden = small_groups.group_is_hidden(whole.c.people, whole.c.id).label("hidden")
        return sa.select(*whole.c, hidden)

    def _money_cells(self) -> sa.Select[Any]:
        """Each group's money by currency, without what is suppressed."""
        rows = self._rows.c
        currency = rows.m_currency.label("currency")
        columns = [self._group_id(), currency, sa.func.count().label("n")]
        columns += [_OF_MONEY[m.function](rows.m_amount).label(_name(m)) for m in self._money]
        if self._masked:
            columns.append(sa.func.count(rows.person.distinct()).label("people"))
        query = sa.select(*columns).where(rows.m_currency.is_not(None))
        query = query.group_by(*self._keys(), rows.m_currency)
        return self._without_hidden_cells(query.cte("wm")) if self._masked else query

    def _without_hidden_cells(self, whole: sa.CTE) -> sa.Select[Any]:
        groups = self._groups.c
        hidden = small_groups.cell_is_hidden(
            whole.c.people, groups.hidden, whole.c.id, (whole.c.currency,)
        )
        marked = (
            sa.select(*whole.c, hidden.label("hidden"))
            .join(self._groups, groups.id == whole.c.id)
            .cte("hm")
        )
        return sa.select(*marked.c).where(sa.not_(marked.c.hidden))

    def _shown(self) -> sa.CTE:
        """The groups, with NULL for each aggregate that is suppressed; hidden groups are still there."""
        if not self._masked:
            return self._groups
        groups = self._groups.c
        columns = [groups[f"k{i}"] for i in range(len(self._plan.by))]
        columns += [groups.id, groups.n, groups.hidden]
        for m in self._plain:
            people = groups[f"people_{m.field}"]
            hidden = small_groups.cell_is_hidden(people, groups.hidden, groups.id)
            columns.append(sa.case((sa.not_(hidden), groups[_name(m)])).label(_name(m)))
        return sa.select(*columns).cte("c")

    def _page(self) -> sa.CTE:
        shown = self._shown()
        joined: sa.FromClause = shown
        money: dict[int, sa.FromClause] = {}
        for bind in dict.fromkeys(self._plan.currencies):
            if self._cells is not None:
                cells = money[bind] = self._cells.alias(f"m{bind}")
                same = sa.and_(cells.c.id == shown.c.id, cells.c.currency == _text(bind_name(bind)))
                joined = joined.outerjoin(cells, same)
        order = [self._ordering(key, shown, money) for key in self._plan.order]
        order += [shown.c[f"k{i}"].asc().nulls_last() for i in range(len(self._plan.by))]
        number = sa.func.row_number().over(order_by=order or None).label("number")
        names = [c.name for c in shown.c if c.name != "hidden"]
        query = sa.select(*(shown.c[name] for name in names), number).select_from(joined)
        query = query.where(*(self._holds(one, shown, money) for one in self._plan.having))
        if self._masked:
            query = query.where(sa.not_(shown.c.hidden))
        limit = sa.bindparam("limit", type_=sa.Integer)
        return query.order_by(sa.column("number")).limit(limit).cte("p")

    def _cell(
        self, used: GroupOrder | Having, shown: sa.CTE, money: Mapping[int, sa.FromClause]
    ) -> Column:
        measure = used.by if isinstance(used, GroupOrder) else used.measure
        if measure is None:
            return shown.c.n
        if isinstance(measure, str):
            return shown.c[f"k{[key.field for key in self._plan.by].index(measure)}"]
        if used.currency is not None:
            return money[used.currency].c[_name(measure)]
        return shown.c[_name(measure)]

    def _holds(
        self, one: Having, shown: sa.CTE, money: Mapping[int, sa.FromClause]
    ) -> sa.ColumnElement[bool]:
        cell = self._cell(one, shown, money)
        operand = sa.bindparam(bind_name(one.bind), type_=operand_type(cell.type))
        holds: sa.ColumnElement[bool] = COMPARISONS[one.operator](cell, operand)
        return holds

    def _ordering(
        self, key: GroupOrder, shown: sa.CTE, money: Mapping[int, sa.FromClause]
    ) -> Column:
        cell = self._cell(key, shown, money)
        return (cell.desc() if key.descending else cell.asc()).nulls_last()

    def query(self) -> sa.Select[Any]:
        """The page with the money of its groups; one row even if there is no group."""
        page = self._page()
        one = sa.select(self._suppressed().label("suppressed")).cte("s")
        joined: sa.FromClause = one.outerjoin(page, sa.true())
        columns = [one.c.suppressed, page.c.number, page.c.n.label("count")]
        columns += [self._key_out(i, key, page) for i, key in enumerate(self._plan.by)]
        columns += [self._out(m, page.c[_name(m)]) for m in self._plain]
        if self._cells is None:
            return sa.select(*columns).select_from(joined).order_by(page.c.number)
        cells = self._cells
        joined = joined.outerjoin(cells, cells.c.id == page.c.id)
        columns += [cells.c.currency, cells.c.n.label("amounts")]
        columns += [sa.cast(cells.c[_name(m)], sa.Text).label(_name(m)) for m in self._money]
        query = sa.select(*columns).select_from(joined)
        return query.order_by(page.c.number, cells.c.currency)

    def _suppressed(self) -> Column:
        if not self._masked:
            return sa.false()
        hidden = sa.func.bool_or(self._groups.c.hidden)
        return sa.select(sa.func.coalesce(hidden, sa.true())).scalar_subquery()

    def _key_out(self, i: int, key: GroupBy, page: sa.CTE) -> sa.Label[Any]:
        column = page.c[f"k{i}"]
        is_text = self._resource.by_name[key.field].kind in {*TIMES, Kind.REFERENCE}
        return (sa.cast(column, sa.Text) if is_text else column).label(f"k{i}")

    def _out(self, measure: Measure, column: Column) -> sa.Label[Any]:
        kind = self._resource.by_name[measure.field].kind
        if measure.function in {Function.MIN, Function.MAX}:
            if kind is Kind.TIMESTAMP:
                column = as_rfc3339(column)
            elif kind is Kind.DATE:
                column = sa.cast(column, sa.Text)
        return column.label(_name(measure))


def _name(measure: Measure) -> str:
    return f"{measure.function}_{measure.field}"


def _text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.Text)
