"""Row visibility: fields shown in some rows only, what is selected to decide it, and the decision."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import orjson
import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess, FieldDecision, consent_in_force
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from policy.conditions import NEVER, Formula
from policy.masks import mask
from privacy import caches
from privacy.detection.findings import Finding, redact
from privacy.labels import Category
from privacy.redaction import Reason

Row = Sequence[Any]
Add = Callable[[sa.ColumnElement[Any]], int]

REASONS: Mapping[str, Reason] = MappingProxyType(dict(Reason.__members__))
"""The names that the code of visibilities uses."""

_TRUE, _FALSE = str(True), str(False)


@dataclass(frozen=True, slots=True)
class FieldVisibility:
    """What must hold in a row for one field to be shown; the numbers are columns of the statement."""

    field: Field
    decision: FieldDecision
    open: int | None
    masked: int | None
    denied: int | None
    restricted: int | None
    consent: int | None
    findings: int | None

    @property
    def code(self) -> str:
        """``reason`` as an expression of the row ``r`` and the names of the reasons.

        A restriction is the reason only for what would be shown without it.
        """
        decision = self.decision
        open_ = _code(decision.open, self.open)
        shown = _either(open_, _code(decision.masked, self.masked))
        return _choice(
            ("NO_CONSENT", _FALSE if self.consent is None else f"not r[{self.consent}]"),
            ("DENIED", _code(decision.denied, self.denied)),
            ("DENIED", _FALSE if shown == _TRUE else f"not ({shown})"),
            ("RESTRICTED", _code(decision.restricted, self.restricted)),
            ("None", open_),
            ("MASKED", _TRUE),
        )

    def reason(self, row: Row) -> Reason | None:
        """Why the field is withheld in this row, or ``None`` where it is open."""
        return _function(self.code)(row)

    def as_function(self) -> Callable[[Row], Reason | None]:
        """``reason`` as a function, for whoever decides about many rows."""
        return _function(self.code)

    def mask(self, value: Any, row: Row) -> Any:
        """The masked value: a text that was looked through without what was found in it."""
        if self.findings is not None:
            return _without_findings(self.field.name, value, row[self.findings])
        return mask(self.field.category, value)


class VisibilityColumns:
    """The columns that decide the visibility of the fields of one statement, each selected once."""

    def __init__(self, access: EffectiveAccess, table: sa.FromClause, add: Add) -> None:
        self._access = access
        self._table = table
        self._add = add
        self._places: dict[object, int] = {}

    def of(self, shown: Sequence[Field]) -> list[FieldVisibility]:
        """What decides on each field that not every row shows as it is."""
        decisions = [(field, self._access.decisions[field.name]) for field in shown]
        return [
            self._visibility(field, decision)
            for field, decision in decisions
            if not decision.is_plain
        ]

    def _visibility(self, field: Field, decision: FieldDecision) -> FieldVisibility:
        return FieldVisibility(
            field=field,
            decision=decision,
            open=self._formula(decision.open),
            masked=self._formula(decision.masked),
            denied=self._formula(decision.denied),
            restricted=self._formula(decision.restricted),
            consent=self._consent() if decision.consent else None,
            findings=self._findings(field) if decision.masked != NEVER else None,
        )

    def _place(self, key: object, column: Callable[[], sa.ColumnElement[Any]]) -> int:
        if key not in self._places:
            self._places[key] = self._add(column())
        return self._places[key]

    def _formula(self, formula: Formula) -> int | None:
        if formula.is_always or formula == NEVER:
            return None
        table, shape = self._table, self._access.resource.shape
        return self._place(formula, lambda: sa.func.coalesce(formula.sql(table, shape), sa.false()))

    def _consent(self) -> int:
        return self._place("consent", lambda: consent_in_force(self._access.resource, self._table))

    def _findings(self, field: Field) -> int | None:
        """Findings are needed for masking a text, whether or not the caller may read them."""
        is_text = field.category is Category.CONTENT and field.kind is Kind.TEXT
        if not is_text or "findings" not in self._access.resource.by_name:
            return None
        return self._place("findings", lambda: sa.cast(self._table.c.findings, sa.Text))


class RowVisibility:
    """How each of some fields is shown in a row, within one effective access."""

    def __init__(
        self, access: EffectiveAccess, fields: Sequence[Field], table: sa.FromClause, add: Add
    ) -> None:
        self._withheld = {field.name: access.decisions[field.name].withheld for field in fields}
        shown = [field for field in fields if self._withheld[field.name] is None]
        visibilities = VisibilityColumns(access, table, add).of(shown)
        self._visibilities: Mapping[str, FieldVisibility] = {
            visibility.field.name: visibility for visibility in visibilities
        }

    @property
    def names(self) -> Collection[str]:
        """Of the fields."""
        return self._withheld.keys()

    def reason(self, name: str, row: Row) -> Reason | None:
        """Why the field is withheld, or ``None`` where it is open."""
        visibility = self._visibilities.get(name)
        return self._withheld[name] or (visibility.reason(row) if visibility else None)


def _code(formula: Formula, column: int | None) -> str:
    """Whether a formula holds, which its column says where it may differ from row to row."""
    return f"r[{column}]" if column is not None else str(formula.is_always)


def _either(one: str, other: str) -> str:
    if _TRUE in {one, other}:
        return _TRUE
    return " or ".join(one for one in (one, other) if one != _FALSE)


def _choice(*choices: tuple[str, str]) -> str:
    """The first value of which the condition holds; the last one always does."""
    found: list[str] = []
    for value, condition in choices:
        if condition == _TRUE:
            return " ".join([*found, value])
        if condition != _FALSE:
            found.append(f"{value} if {condition} else")
    raise ValueError(choices)


@lru_cache(maxsize=caches.ROW_FUNCTIONS)
def _function(code: str) -> Callable[[Row], Reason | None]:
    made: Callable[[Row], Reason | None] = eval(f"lambda r: {code}", dict(REASONS))  # noqa: S307 - numbers and the names of reasons
    return made


def _without_findings(name: str, text: str | None, findings: str | None) -> str | None:
    """Nothing at all before detection has run."""
    if text is None or findings is None:
        return None
    return redact(text, [Finding(**finding) for finding in orjson.loads(findings)[name]])
