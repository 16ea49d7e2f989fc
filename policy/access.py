"""Access: what a compiled decision says, which rows, and which fields of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import sqlalchemy as sa

from policy.conditions import ALWAYS, NEVER, Formula, Row
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import Principal


@dataclass(frozen=True, slots=True)
class Grant:
    """An allowing rule: where it holds, these fields are open and those are masked."""

    formula: Formula
    fields: frozenset[str]
    masked: frozenset[str]
    rule: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Denial:
    """A denying rule; without fields it hides the row."""

    formula: Formula
    fields: frozenset[str]
    rule: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class FieldAccess:
    """When one field may be read within the rows that are shown: as it is, masked, or not at all.

    ``hidden`` wins over ``open``, and ``open`` over ``masked``.
    """

    open: Formula
    masked: Formula
    hidden: Formula

    @property
    def is_always_open(self) -> bool:
        """Whether every shown row shows it as it is."""
        return self.open.is_always and self.hidden == NEVER

    @property
    def is_never_open(self) -> bool:
        """Whether no row shows it as it is."""
        return self.open == NEVER or self.hidden.is_always


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """The decision for one resource, action and purpose. Falsy where nothing is allowed at all.

    Independent of the single caller: whatever differs between callers with the same roles stands in
    the parameters that ``Principal.binds`` fills.
    """

    shape: RowShape
    action: str
    purpose: str
    grants: tuple[Grant, ...]
    denials: tuple[Denial, ...]
    policy_version: int

    def __bool__(self) -> bool:
        return bool(self.grants) and not self._hidden.is_always

    @property
    def resource(self) -> str:
        """What kind of record it is about."""
        return self.shape.resource

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules behind the decision."""
        return (*(g.rule for g in self.grants), *(d.rule for d in self.denials))

    @property
    def named(self) -> frozenset[str]:
        """The fields that some rule opens, wherever it holds."""
        return frozenset[str]().union(*(grant.fields for grant in self.grants))

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds for every record, and so also where it is about none: a rule with a condition
        then allows nothing, and denies all the same.
        """
        return self._shown.is_always and self._hidden == NEVER

    @property
    def seen_by(self) -> "Access":
        """What shows the record itself."""
        return self

    @property
    def _shown(self) -> Formula:
        return _any(grant.formula for grant in self.grants)

    @property
    def _hidden(self) -> Formula:
        return _any(denial.formula for denial in self.denials if not denial.fields)

    def where(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """The row rule: any grant and no denial, NULL counting as no."""
        if not self:
            return sa.false()
        shown = self._shown.sql(table, self.shape)
        if self._hidden == NEVER:
            return shown
        return sa.and_(
            shown, sa.not_(sa.func.coalesce(self._hidden.sql(table, self.shape), sa.false()))
        )

    def field(self, name: str) -> FieldAccess:
        """The access to one field; a field that no rule names is never open."""
        naming = [grant.formula for grant in self.grants if name in grant.fields]
        masking = [grant.formula for grant in self.grants if name in grant.masked]
        return FieldAccess(
            open=ALWAYS if len(naming) == len(self.grants) > 0 else _any(naming),
            masked=ALWAYS if len(masking) == len(self.grants) > 0 else _any(masking),
            hidden=_any(d.formula for d in self.denials if name in d.fields),
        )

    def allows(self, row: Row, principal: Principal) -> bool:
        """Whether the row rule holds for this row: the Python half, for the gate of writing."""
        return any(
            grant.formula.holds(row, principal, self.shape) for grant in self.grants
        ) and not any(
            denial.formula.holds(row, principal, self.shape, unknown=True)
            for denial in self.denials
            if not denial.fields
        )

    def writable(self, row: Row, principal: Principal) -> frozenset[str]:
        """The fields that may be written in this row; none where the row rule does not hold."""
        if not self.allows(row, principal):
            return frozenset()
        opened = {
            name
            for grant in self.grants
            if grant.formula.holds(row, principal, self.shape)
            for name in grant.fields
        }
        hidden = {
            name
            for denial in self.denials
            if denial.formula.holds(row, principal, self.shape, unknown=True)
            for name in denial.fields
        }
        return frozenset(opened - hidden)


@dataclass(frozen=True, slots=True, eq=False)
class BreakGlassAccess(Access):
    """What is shown of a single record that is opened deliberately: what reading shows, and what rules of
    ``open`` add. A denial of either wins over both.

    INVARIANT: it holds only where reading shows the record *and* a rule of ``open`` holds for it. So nobody
    learns by opening that there is a record.
    """

    reading: Access
    adding: Access

    def __bool__(self) -> bool:
        return bool(self.reading) and bool(self.adding)

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds for every record."""
        return self.reading.is_everywhere and self.adding.is_everywhere

    @property
    def seen_by(self) -> Access:
        """What shows the record itself, whether or not it may be opened."""
        return self.reading

    def where(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """Both row rules."""
        return sa.and_(self.reading.where(table), self.adding.where(table))

    def field(self, name: str) -> FieldAccess:
        """The access to one field, by the rules of either."""
        read, added = self.reading.field(name), self.adding.field(name)
        return FieldAccess(
            open=read.open | added.open,
            masked=read.masked | added.masked,
            hidden=read.hidden | added.hidden,
        )

    def allows(self, row: Row, principal: Principal) -> bool:
        """Whether both row rules hold for this row."""
        return self.reading.allows(row, principal) and self.adding.allows(row, principal)


def break_glass(reading: Access, adding: Access) -> BreakGlassAccess:
    """The access to a record that is opened; nothing but denials where no rule of ``open`` allows any."""
    parts = (reading, adding) if adding.grants else (adding,)
    return BreakGlassAccess(
        shape=adding.shape,
        action=adding.action,
        purpose=adding.purpose,
        grants=tuple(grant for part in parts for grant in part.grants),
        denials=tuple(denial for part in parts for denial in part.denials),
        policy_version=adding.policy_version,
        reading=reading,
        adding=adding,
    )


def _any(formulas: Iterable[Formula]) -> Formula:
    return reduce(Formula.__or__, formulas, NEVER)
