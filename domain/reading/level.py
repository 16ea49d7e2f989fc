"""One level of a read: a statement's columns and joins, and what makes trees of its rows."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from domain.reading.guards import Row
from domain.reading.joins import Columns
from domain.reading.plan import Selection
from domain.reading.reach import Reaches
from domain.reading.record_code import Below, Builder, Code, RecordCode, Sealed


class Level:
    """The columns and the joins of one statement, and a builder for each selection of its rows."""

    def __init__(
        self,
        reaches: Reaches,
        resource: str,
        selections: Iterable[Selection],
        table: sa.FromClause,
    ) -> None:
        columns = Columns(reaches, resource, table)
        self.sealed: list[Sealed] = []
        self.below: list[Below] = []
        self.builders: Mapping[Selection, Builder] = {
            selection: RecordCode(
                columns, Code(self.sealed, self.below), selection, columns.root
            ).builder()
            for selection in selections
        }
        self.columns, self.source = columns.columns, columns.source
        self.known = columns.known
        self._subjects = {sealed.subject for sealed in self.sealed}

    def subjects(self, rows: Sequence[Row]) -> dict[int, set[str]]:
        """Whose keys are needed to open the rows, by the column that tells it."""
        found = {place: {row[place] for row in rows} for place in self._subjects}
        for subjects in found.values():
            subjects.discard(None)
        return found
