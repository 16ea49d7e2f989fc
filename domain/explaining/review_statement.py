"""Review statement: one for many principals, how far each of them sees, for whoever administers the policy.

The same rules as everywhere are compiled; but the parameters that ``Principal.binds`` fills become
columns of a table of principals, so that a statement answers for all who are alike in their rules.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID, asyncpg

from domain.access.effective_access import EffectiveAccess, consent_in_force
from domain.explaining.access_report import KEPT
from domain.reading.statements.compiler import Statement
from policy.conditions import NEVER, Formula
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal
from privacy import caches

HIDDEN, MASKED, OPEN = 0, 1, 2
"""How a field is shown, in the order of how much that tells."""

RECORDS_MAX = 50_000
"""How many records of a resource are counted."""

_WHO = "who"
_PARAMETER = "p_"
_GRANTEES = "p_grantees"
_LATER = "_later"
"""Behind the name of a parameter whose value is another one under the later of two versions."""

Bound = Mapping[str, str | None]
"""What conditions know of a principal, by parameter, as PostgreSQL writes it."""
Value = TypeVar("Value")
Boolean = sa.ColumnElement[bool]
Rank = sa.ColumnElement[int]

_HIDDEN, _MASKED, _OPEN = (
    sa.literal_column(str(rank), sa.Integer) for rank in (HIDDEN, MASKED, OPEN)
)


@dataclass(frozen=True, slots=True)
class ReviewStatement:
    """A statement over principals, and which of their parameters decide what it finds."""

    statement: Statement
    used: frozenset[str]

    def alike(self, bound: Sequence[Bound]) -> list[list[int]]:
        """The places of the principals, those together for whom the statement cannot but find the same."""
        groups: dict[tuple[str | None, ...], list[int]] = {}
        for place, values in enumerate(bound):
            key = tuple(values[name] for name in sorted(self.used))
            groups.setdefault(key, []).append(place)
        return list(groups.values())


def binds(principal: Principal, later: Principal | None = None) -> Bound:
    """What conditions know of a principal, and under a later version of the policy."""
    found = {name: _text(value) for name, value in principal.binds().items()}
    if later is None:
        return found
    return {**found, f"{_GRANTEES}{_LATER}": _text(later.binds()[_GRANTEES])}


def arguments(bound: Sequence[Bound]) -> dict[str, Any]:
    """The arguments for these principals, who are numbered in their order."""
    columns = {f"who_{name}": [values[name] for values in bound] for name in bound[0]}
    return {"who_number": list(range(len(bound))), **columns}


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Collection):
        return "{" + ",".join(f'"{_text(one)}"' for one in value) + "}"
    return str(value)


@lru_cache(maxsize=caches.AUDIENCES)
def seeing(
    effective: EffectiveAccess, fields: tuple[str, ...], names: tuple[str, ...]
) -> ReviewStatement:
    """Who of the principals sees the record ``id``, and how far the most and the least hidden of the
    fields. ``names`` are those of the parameters.
    """
    table = effective.resource.table.alias("t")
    ranks = [shown(effective, name, table) for name in fields]
    most, least = sa.func.greatest(*ranks), sa.func.least(*ranks)
    query = (
        sa.select(least.label("least"), most.label("most"))
        .select_from(table)
        .where(effective.where(table), table.c.id == sa.bindparam("id", type_=UUID(as_uuid=False)))
    )
    return _compiled(query, names)


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """The access before and after; ``fields`` are counted one by one, for reading or for ``writing``."""

    before: EffectiveAccess
    after: EffectiveAccess
    fields: tuple[str, ...]
    writing: bool = False


def changes(change: Versions, names: Iterable[str]) -> ReviewStatement:
    """For each principal the records gained and lost, and for each field those in which more or less of
    it is shown: among the first ``RECORDS_MAX`` records.
    """
    whole = change.before.resource.table
    tenant = sa.bindparam("tenant", type_=whole.c.tenant_id.type)
    some = sa.select(whole).where(whole.c.tenant_id == tenant).order_by(whole.c.id)
    table = some.limit(sa.literal_column(str(RECORDS_MAX))).subquery("t")
    before = _certain(change.before.granted.where(table))
    after = _Later(_certain(change.after.granted.where(table)))
    counted = [_counted(_only(after, before)), _counted(_only(before, after))]
    for name in change.fields:
        was = _among(before, _rank(change, change.before, name, table))
        is_ = _among(after, _Later(_rank(change, change.after, name, table)))
        counted += [_counted(is_ > was), _counted(is_ < was)]
    query = (
        sa.select(*(column.label(f"n{i}") for i, column in enumerate(counted)))
        .select_from(table)
        .where(sa.or_(before, after))
    )
    return _compiled(query, tuple(names))


def _only(one: Boolean, other: Boolean) -> Boolean:
    return sa.and_(one, sa.not_(other))


def _among(shown: Boolean, rank: Rank) -> Rank:
    return sa.case((shown, rank), else_=_HIDDEN)


def _rank(change: Versions, effective: EffectiveAccess, name: str, table: sa.FromClause) -> Rank:
    return written(effective, name, table) if change.writing else shown(effective, name, table)


def shown(effective: EffectiveAccess, name: str, table: sa.FromClause) -> Rank:
    """How a field is shown in a row that is shown."""
    decision, shape = effective.decisions[name], effective.resource.shape
    if decision.withheld is not None:
        return _HIDDEN
    withheld = [_holds(decision.hidden, table, shape)] if decision.hidden != NEVER else []
    if decision.consent:
        withheld.append(sa.not_(consent_in_force(effective.resource, table)))
    return sa.case(
        (sa.or_(sa.false(), *withheld), _HIDDEN),
        (_holds(decision.open, table, shape), _OPEN),
        (_holds(decision.masked, table, shape), _MASKED),
        else_=_HIDDEN,
    )


def written(effective: EffectiveAccess, name: str, table: sa.FromClause) -> Rank:
    """Whether a field may be written in a row to which the access applies."""
    access, shape = effective.granted.field(name), effective.resource.shape
    if name in KEPT or not effective.purpose.covers(effective.resource.by_name[name].category):
        return _HIDDEN
    return sa.case(
        (_holds(access.hidden, table, shape), _HIDDEN),
        (_holds(access.open, table, shape), _OPEN),
        else_=_HIDDEN,
    )


def _holds(formula: Formula, table: sa.FromClause, shape: RowShape) -> Boolean:
    return _certain(formula.sql(table, shape))


def _certain(condition: Boolean) -> Boolean:
    return sa.func.coalesce(condition, sa.false())


def _counted(condition: Boolean) -> sa.ColumnElement[int]:
    return sa.func.count().filter(condition)


class _Later(sa.Grouping[Value]):
    """What is said under the later of two versions of the policy: the roles that a principal has through
    others are that version's.
    """

    __visit_name__ = "later"


class _PerPrincipal(asyncpg.PGCompiler_asyncpg):
    """Writes a column of the principals' table wherever a condition has a parameter of the caller's."""

    used: frozenset[str] = frozenset()
    _is_later = False

    def visit_later(self, later: _Later[Any], *_: Any, **options: Any) -> str:
        """What it holds, in brackets."""
        self._is_later = True
        text = self.process(later.element, **options)
        self._is_later = False
        return f"({text})"

    def visit_bindparam(self, bindparam: Any, *how: Any, **options: Any) -> Any:
        name = bindparam.key
        if not name.startswith(_PARAMETER):
            return super().visit_bindparam(bindparam, *how, **options)  # type: ignore[no-untyped-call]  # SQLAlchemy types none of its compilers
        if self._is_later and name == _GRANTEES:
            name += _LATER
        self.used |= {name}
        type_ = self.dialect.type_compiler_instance.process(bindparam.type)
        return f"CAST({_WHO}.{name} AS {type_})"


class _Dialect(asyncpg.dialect):
    statement_compiler = _PerPrincipal
    supports_statement_cache = False


_DIALECT = _Dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types none of its dialects


def _compiled(query: sa.Select[*tuple[Any, ...]], names: tuple[str, ...]) -> ReviewStatement:
    """The query run for each principal, whose number comes first. LATERAL, so that what the query itself
    works out beforehand (a tree of departments) is worked out of the principal's own values.
    """
    found: Any = query.compile(dialect=_DIALECT)
    parameters = tuple(found.positiontup or ())
    given = {"who_number": "INTEGER[]"} | dict.fromkeys((f"who_{name}" for name in names), "TEXT[]")
    arrays = (
        f"CAST(${place} AS {type_})"
        for place, type_ in enumerate(given.values(), len(parameters) + 1)
    )
    sql = (
        f"SELECT {_WHO}.number, found.* FROM unnest({', '.join(arrays)})"  # noqa: S608 - compiled above, and names
        f" AS {_WHO} ({', '.join(('number', *names))}) CROSS JOIN LATERAL ({found}) AS found"
    )
    return ReviewStatement(Statement(sql, (*parameters, *given)), found.used)
