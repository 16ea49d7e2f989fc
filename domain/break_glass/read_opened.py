"""Break-glass reading of one record: what rules of ``open`` show of it, beside what reading shows.

Only the record itself is opened. What hangs on it is read as ever, and nothing is filtered, ordered or
searched by what only an opening shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.access.caller import Caller
from domain.access.effective_access import EffectiveAccess, EffectiveAccesses
from domain.access.opened_fields import OpenedFields
from domain.access.row_visibility import Row
from domain.declaration.field import Field
from domain.reading.gate import Reading
from domain.reading.plan.plan import Leaf, One, Selection
from domain.reading.rows.record_code import Tree
from domain.reading.statements.compiler import Statement, compiled, weight
from domain.reading.statements.row_set import RowSet
from policy.access import BreakGlassAccess, Grant
from privacy.bounded_caches import kept

PROGRAM_BYTES = 120_000
"""It holds SQLAlchemy's objects of a table and its joins."""


class _BreakGlassAccesses(EffectiveAccesses):
    """The caller's effective accesses, but for the one record at the root, which is opened."""

    def __init__(self, plain: EffectiveAccesses, opened: EffectiveAccess) -> None:
        self.registry = plain.registry
        self._plain = plain
        self._opened = opened

    def __getitem__(self, resource: str) -> EffectiveAccess:
        return self._plain[resource]

    def root(self, resource: str) -> EffectiveAccess:
        """The access to the record that is opened."""
        is_opened = resource == self._opened.resource.name
        return self._opened if is_opened else self._plain[resource]


class _Program:
    """The statement that looks at one record under the row rule of reading, and what its columns say."""

    def __init__(
        self, selections: tuple[Selection, ...], resource: str, plain: EffectiveAccesses
    ) -> None:
        access, opened = plain[resource], plain.break_glass(resource)
        table = access.resource.table.alias("t")
        self.row_set = RowSet(_BreakGlassAccesses(plain, opened), resource, selections, table)
        self._columns = self.row_set.columns
        self._subject = self._add(sa.cast(table.c[access.resource.subject or "id"], sa.Text))
        selected = _selected(access, selections)
        self.fields = OpenedFields((access, opened), selected, table, self._add)
        self._grants = [
            (grant, self._add(_certain(grant.formula.sql(table, opened.resource.shape))))
            for grant in _grants(opened)
        ]
        self.statement = self._compiled(access, table)

    def _add(self, column: sa.ColumnElement[Any]) -> int:
        self._columns.append(column)
        return len(self._columns) - 1

    def _compiled(self, access: EffectiveAccess, table: sa.FromClause) -> Statement:
        ids = sa.bindparam("ids", type_=ARRAY(UUID(as_uuid=False)))
        columns = [column.label(f"v{i}") for i, column in enumerate(self._columns)]
        query = sa.select(*columns).select_from(self.row_set.source)
        return compiled(query.where(access.where(table), table.c.id == sa.any_(ids)))

    def subject(self, row: Row) -> str | None:
        """Whose data it is."""
        found: str | None = row[self._subject]
        return found

    def rules(self, row: Row, names: Iterable[str]) -> list[str]:
        """The rules of ``open`` that hold for the row and show one of the fields."""
        wanted = frozenset(names)
        return [
            grant.rule
            for grant, place in self._grants
            if row[place] and wanted & (grant.fields | grant.masked)
        ]


@kept(lambda program, *_: weight(program.statement) + PROGRAM_BYTES)
def _program(
    selections: tuple[Selection, ...], resource: str, plain: EffectiveAccesses
) -> _Program:
    return _Program(selections, resource, plain)


@dataclass(frozen=True, slots=True)
class Looked:
    """A record that reading shows to the caller, and that was not opened yet."""

    gate: Reading
    program: _Program
    row: Row

    @property
    def may_be_opened(self) -> bool:
        """Whether a rule of ``open`` holds for it, and no denial."""
        return self.program.fields.applies(self.row)

    @property
    def subject(self) -> str | None:
        """Whose data it is."""
        return self.program.subject(self.row)

    @property
    def opened(self) -> list[Field]:
        """The selected fields of which opening shows more than reading does, if they are still there."""
        return self.program.fields.of(self.row)

    def rules(self, names: Iterable[str]) -> list[str]:
        """The rules that show these fields."""
        return self.program.rules(self.row, names)

    async def open(self, binds: Sequence[Any]) -> Mapping[Selection, Tree]:
        """The opened record as each selection wants it.

        INVARIANT: never where it may not be opened: what is shown is worked out for the rows of both rules.
        """
        if not self.may_be_opened:
            return {}
        row_set = self.program.row_set
        trees = await self.gate.trees(row_set, [self.row], binds)
        return {selection: tree for selection, (tree,) in zip(row_set.builders, trees, strict=True)}


async def look(
    gate: Reading, caller: Caller, resource: str, id_: str, selections: Iterable[Selection]
) -> Looked | None:
    """The record, if reading shows it to the caller; nothing of it is opened by looking."""
    accesses = caller.accesses
    if not accesses[resource].granted:
        return None
    program = _program(tuple(dict.fromkeys(selections)), resource, accesses)
    rows = await gate.fetch(program.statement, {"ids": [id_]})
    return Looked(gate, program, rows[0]) if rows else None


def _grants(opened: EffectiveAccess) -> Sequence[Grant]:
    access = opened.granted
    return access.adding.grants if isinstance(access, BreakGlassAccess) else ()


def _selected(access: EffectiveAccess, selections: Iterable[Selection]) -> list[Field]:
    """The declared fields that the selections show something of."""
    by_name = access.resource.by_name
    names = {
        source
        for selection in selections
        for item in selection.items
        if isinstance(item, Leaf | One)
        for name in [item.field if isinstance(item, Leaf) else item.edge]
        for source in by_name[name].sources or (name,)
    }
    return [field for field in access.resource.fields if field.name in names]


def _certain(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(condition, sa.false())
