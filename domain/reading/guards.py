"""Fields whose visibility differs from row to row: what is selected to decide it, and how it is decided."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from domain.catalogue import Field
from domain.reading.reach import Reach, Verdict, consent_in_force
from policy.conditions import ALWAYS, NEVER, Formula
from policy.masks import mask
from privacy.detection.findings import Finding, redact
from privacy.labels import Category
from privacy.redaction import Reason

Row = Sequence[Any]
Add = Callable[[sa.ColumnElement[Any]], int]


@dataclass(frozen=True, slots=True)
class Guard:
    """What must hold in a row for one field to be shown; the numbers are columns of the statement."""

    field: Field
    verdict: Verdict
    open: int | None
    masked: int | None
    hidden: int | None
    consent: int | None
    findings: int | None

    def reason(self, row: Row) -> Reason | None:
        """Why the field is withheld in this row, or ``None`` where it is open."""
        verdict = self.verdict
        if verdict.consent and self.consent is not None and not row[self.consent]:
            return Reason.NO_CONSENT
        if _holds(verdict.hidden, self.hidden, row):
            return Reason.DENIED
        if _holds(verdict.open, self.open, row):
            return None
        return Reason.MASKED if _holds(verdict.masked, self.masked, row) else Reason.DENIED

    def mask(self, value: Any, row: Row) -> Any:
        """The masked value: a text that was looked through without what was found in it."""
        if self.findings is not None:
            return _without_findings(self.field.name, value, row[self.findings])
        return mask(self.field.category, value)


class GuardColumns:
    """The columns that the guards of one statement need, each selected once."""

    def __init__(self, reach: Reach, table: sa.FromClause, add: Add) -> None:
        self._reach = reach
        self._table = table
        self._add = add
        self._places: dict[object, int] = {}

    def guards(self, shown: Sequence[Field]) -> list[Guard]:
        """A guard for each field that not every row shows as it is."""
        verdicts = [(field, self._reach.verdicts[field.name]) for field in shown]
        return [self._guard(field, verdict) for field, verdict in verdicts if not verdict.is_plain]

    def _guard(self, field: Field, verdict: Verdict) -> Guard:
        return Guard(
            field=field,
            verdict=verdict,
            open=self._formula(verdict.open),
            masked=self._formula(verdict.masked),
            hidden=self._formula(verdict.hidden),
            consent=self._consent() if verdict.consent else None,
            findings=self._findings(field) if verdict.masked != NEVER else None,
        )

    def _place(self, key: object, column: Callable[[], sa.ColumnElement[Any]]) -> int:
        if key not in self._places:
            self._places[key] = self._add(column())
        return self._places[key]

    def _formula(self, formula: Formula) -> int | None:
        if formula.is_always or formula == NEVER:
            return None
        table = self._table
        return self._place(formula, lambda: sa.func.coalesce(formula.sql(table), sa.false()))

    def _consent(self) -> int:
        return self._place("consent", lambda: consent_in_force(self._reach.resource, self._table))

    def _findings(self, field: Field) -> int | None:
        """Findings are needed for masking a text, whether or not the caller may read them."""
        is_text = field.is_sealed and field.category is Category.CONTENT
        if not is_text or "findings" not in self._table.c:
            return None
        return self._place("findings", lambda: sa.cast(self._table.c.findings, sa.Text))


def _holds(formula: Formula, column: int | None, row: Row) -> bool:
    return bool(row[column]) if column is not None else formula == ALWAYS


def _without_findings(name: str, text: str | None, findings: str | None) -> str | None:
    """Nothing at all before detection has run."""
    if text is None or findings is None:
        return None
    return redact(text, [Finding(**finding) for finding in orjson.loads(findings)[name]])
