"""Row set of one connection: the columns and joins of its statement, and what makes trees of its rows."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccesses
from domain.access.row_visibility import Row
from domain.reading.plan.plan import Selection
from domain.reading.rows.record_code import Below, Builder, Code, RecordCode, SealedFields
from domain.reading.sql.joins import Columns


class RowSet:
    """The columns and the joins of one statement, and a builder for each selection of its rows."""

    def __init__(
        self,
        accesses: EffectiveAccesses,
        resource: str,
        selections: Iterable[Selection],
        table: sa.FromClause,
    ) -> None:
        columns = Columns(accesses, resource, table)
        self.sealed: list[SealedFields] = []
        self.below: list[Below] = []
        self.code_length = 0
        self.builders: Mapping[Selection, Builder] = {
            selection: self._builder(columns, selection) for selection in selections
        }
        self.columns, self.source = columns.columns, columns.source
        self.known = columns.known
        self._subjects = {sealed.subject for sealed in self.sealed}

    def _builder(self, columns: Columns, selection: Selection) -> Builder:
        code = Code(self.sealed, self.below)
        builder = RecordCode(columns, code, selection, columns.root).builder()
        self.code_length += code.length
        return builder

    def compiled(self) -> None:
        """Let go of what only the statement's text was made of: SQLAlchemy's objects take ten times as much
        memory as all the rest.
        """
        del self.columns, self.source, self.known

    def subjects(self, rows: Sequence[Row]) -> dict[int, set[str]]:
        """Whose keys are needed to open the rows, by the column that tells it."""
        found = {place: {row[place] for row in rows} for place in self._subjects}
        for subjects in found.values():
            subjects.discard(None)
        return found
