"""Opened fields: those of a record of which break-glass access shows more than reading does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess, FieldDecision
from domain.access.row_visibility import Row, RowVisibility
from domain.declaration.field import Field
from privacy.redaction import Reason

Add = Callable[[sa.ColumnElement[Any]], int]

_RANK: Mapping[Reason | None, int] = {None: 2, Reason.MASKED: 1}


class OpenedFields:
    """The columns that tell it of a row that reading shows, and how they are read."""

    def __init__(
        self,
        accesses: tuple[EffectiveAccess, EffectiveAccess],
        fields: Sequence[Field],
        table: sa.FromClause,
        add: Add,
    ) -> None:
        """``accesses`` are those of reading and of opening."""
        applies = accesses[1].granted.where(table)
        self._applies = add(sa.func.coalesce(applies, sa.false()))
        self._fields = fields
        self._before, self._after = (
            RowVisibility(access, fields, table, add) for access in accesses
        )

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


def openable(access: EffectiveAccess, opened: EffectiveAccess) -> frozenset[str]:
    """The fields of which opening may show more than reading does, in some record."""
    return frozenset(
        name
        for name, decision in opened.decisions.items()
        if decision.withheld is None and _adds(access.decisions[name], decision)
    )


def _adds(before: FieldDecision, after: FieldDecision) -> bool:
    if before.withheld is not None:
        return True
    return not before.is_plain and (before.open, before.masked) != (after.open, after.masked)
