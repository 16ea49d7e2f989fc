"""Which fields of a record opening shows more of than reading does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.access.effective_access import Reach, Verdict
from domain.access.row_visibility import Row, Sight
from domain.entities.schema import Field
from privacy.redaction import Reason

Add = Callable[[sa.ColumnElement[Any]], int]

_RANK: Mapping[Reason | None, int] = {None: 2, Reason.MASKED: 1}


class OpenedFields:
    """The columns that tell it of a row that reading shows, and how they are read."""

    def __init__(
        self, reaches: tuple[Reach, Reach], fields: Sequence[Field], table: sa.FromClause, add: Add
    ) -> None:
        """``reaches`` are those of reading and of opening."""
        applies = reaches[1].access.where(table)
        self._applies = add(sa.func.coalesce(applies, sa.false()))
        self._fields = fields
        self._before, self._after = (Sight(reach, fields, table, add) for reach in reaches)

    def applies(self, row: Row) -> bool:
        """Whether the record may be opened at all."""
        return bool(row[self._applies])

    def of(self, row: Row) -> list[Field]:
        """The fields that show more."""
        if not self.applies(row):
            return []
        before, after = self._before.reason, self._after.reason
        return [f for f in self._fields if _rank(after(f.name, row)) > _rank(before(f.name, row))]


def _rank(reason: Reason | None) -> int:
    """How much a field shows that is withheld for the reason."""
    return _RANK.get(reason, 0)


def openable(reach: Reach, opened: Reach) -> frozenset[str]:
    """The fields of which opening may show more than reading does, in some record."""
    return frozenset(
        name
        for name, verdict in opened.verdicts.items()
        if verdict.withheld is None and _adds(reach.verdicts[name], verdict)
    )


def _adds(before: Verdict, after: Verdict) -> bool:
    if before.withheld is not None:
        return True
    return not before.is_plain and (before.open, before.masked) != (after.open, after.masked)
