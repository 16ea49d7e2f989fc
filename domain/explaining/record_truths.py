"""Record truths: what the rules say of one record, for administrators, and nothing of the record itself.

The statement runs as the principal whose access is explained. Unlike all others it also answers for
records that this principal may not see; so only ``domain.explaining`` uses it, after it has asked whether
the caller may administer the policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.access.effective_access import EffectiveAccess, consent_in_force
from domain.explaining.access_report import RecordProgram, RecordReport
from domain.reading.gate import Reading
from domain.reading.statements.compiler import compiled
from policy.access import Access
from policy.conditions import Literal
from policy.explain import Truths, alone, conditions
from privacy import caches


@dataclass(frozen=True, slots=True)
class RecordTruths:
    """Of one record: whether the action's row rule holds and the one by which fields are shown, each
    condition, the person's consent (``None`` where the purpose needs none), and what may be done with its
    fields where it is shown.
    """

    applies: bool
    is_shown: bool
    consent: bool | None
    truths: Truths
    report: RecordReport


async def record_truths(
    gate: Reading, effective: EffectiveAccess, asked: Access, writing: Access, id_: str
) -> RecordTruths | None:
    """The facts of a record as the gate's principal meets it; ``None`` where there is no such record."""
    program = _program(effective, asked, writing)
    rows = await gate.fetch(program.statement, {"ids": [id_]})
    return program.record_truths(rows[0]) if rows else None


class _Program(RecordProgram):
    """Adds what explains the decision to the columns that make it."""

    def __init__(self, effective: EffectiveAccess, asked: Access, writing: Access) -> None:
        super().__init__(effective, writing, asked)
        self._shown = self._add(
            sa.func.coalesce(effective.granted.seen_by.where(self._table), sa.false())
        )
        self._consented = self._consent(effective)
        names = dict.fromkeys(
            (*conditions(asked), *conditions(effective.granted), *conditions(writing))
        )
        self._truths: Mapping[Literal, int] = {one: self._formula(alone(one)) for one in names}
        self.statement = compiled(self._record())

    def _consent(self, effective: EffectiveAccess) -> int | None:
        if not effective.purpose.needs_consent or not effective.resource.speaks_of_customers:
            return None
        return self._add(consent_in_force(effective.resource, self._table))

    def _record(self) -> sa.Select[Any]:
        """The one record, whoever may see it."""
        tenant = sa.bindparam("tenant", type_=self._table.c.tenant_id.type)
        ids = sa.bindparam("ids", type_=ARRAY(UUID(as_uuid=False)))
        columns = [column.label(f"v{i}") for i, column in enumerate(self._columns)]
        return sa.select(*columns).where(
            self._table.c.tenant_id == tenant, self._table.c.id == sa.any_(ids)
        )

    def record_truths(self, row: Sequence[Any]) -> RecordTruths:
        """What the columns say."""
        report = self.read(row)
        return RecordTruths(
            applies=report.can_delete,
            is_shown=bool(row[self._shown]),
            consent=None if self._consented is None else bool(row[self._consented]),
            truths={literal: bool(row[place]) for literal, place in self._truths.items()},
            report=report,
        )


_program = lru_cache(maxsize=caches.EXPLANATION_PROGRAMS)(_Program)
