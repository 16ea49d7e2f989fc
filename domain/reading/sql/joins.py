"""Joins: the columns of one statement, and the tables that are joined into it over to-one edges."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess, EffectiveAccesses
from domain.access.row_visibility import VisibilityColumns
from domain.declaration.parts import ToOne


@dataclass(slots=True)
class Joined:
    """A table of the statement: the row set's own (no path), or one that is joined over to-one edges."""

    path: tuple[str, ...]
    access: EffectiveAccess
    table: sa.FromClause
    id: int
    visibility: VisibilityColumns


class Columns:
    """Columns and joins, each once; every joined table under its own row rule."""

    def __init__(self, accesses: EffectiveAccesses, resource: str, table: sa.FromClause) -> None:
        self._accesses = accesses
        self._places: dict[tuple[object, ...], int] = {}
        self._joined: dict[tuple[str, ...], Joined] = {}
        self.columns: list[sa.ColumnElement[Any]] = []
        self.source = table
        self.root = self._table((), accesses.root(resource), table)

    def joined(self, at: Joined, edge: ToOne) -> Joined | None:
        """The target of a to-one edge; none where the caller sees no record of it.

        INVARIANT: where the reference is withheld nothing is joined, so nothing below is looked at.
        """
        path = (*at.path, edge.name)
        if path not in self._joined:
            access = self._accesses[edge.target]
            if not access.granted or not at.access.is_usable(edge.name):
                return None
            table = access.resource.table.alias(f"j{len(self._joined)}")
            reference = at.table.c[at.access.resource.by_name[edge.name].column]
            shown = at.access.usable(edge.name, at.table)
            self.source = self.source.outerjoin(
                table, sa.and_(table.c.id == reference, access.where(table), shown)
            )
            return self._table(path, access, table)
        return self._joined[path]

    def known(self, column: str) -> int | None:
        """Where a reference column of the row set's own table stands, if it is selected."""
        return self._places.get(((), column))

    def place(self, key: tuple[object, ...], column: Callable[[], sa.ColumnElement[Any]]) -> int:
        """Where a column stands in a row; it is selected once."""
        if key not in self._places:
            self._places[key] = self._add(column())
        return self._places[key]

    def _table(
        self, path: tuple[str, ...], access: EffectiveAccess, table: sa.FromClause
    ) -> Joined:
        id_ = self.place((path, "id"), lambda: sa.cast(table.c.id, sa.Text))
        visibility = VisibilityColumns(access, table, self._add)
        joined = self._joined[path] = Joined(path, access, table, id_, visibility)
        return joined

    def _add(self, column: sa.ColumnElement[Any]) -> int:
        self.columns.append(column)
        return len(self.columns) - 1
