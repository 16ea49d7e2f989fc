"""Access report: what a caller may do, so that an interface can hide what it may not show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.access.caller import Caller
from domain.access.effective_access import EffectiveAccess, FieldDecision
from domain.access.opened_fields import OpenedFields, openable
from domain.access.row_visibility import FieldVisibility, Row, VisibilityColumns
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.reading.gate import Reading
from domain.reading.statements.compiler import compiled
from policy.access import Access
from policy.conditions import NEVER, Formula
from policy.rules import Action
from privacy import caches
from privacy.purposes import PURPOSES
from privacy.redaction import Reason, told

KEPT = frozenset(
    {
        *("version", "created_at", "updated_at", "erased_at", "findings"),
        *("restricted_at", "restricted_for"),
    }
)
"""What Farley keeps by itself."""


class FieldLevel(StrEnum):
    """How a field is shown."""

    OPEN = "OPEN"
    MASKED = "MASKED"
    CONDITIONAL = "CONDITIONAL"
    DENIED = "DENIED"


@dataclass(frozen=True, slots=True)
class FieldReport:
    """How one field is shown, why not as it is, and whether it may be written: in a new record
    (``creatable``), in one that there is (``updatable``), in one of them (``writable``). ``openable`` is
    whether opening a record shows more of it than reading does.
    """

    level: FieldLevel
    reason: Reason | None
    writable: bool
    openable: bool = False
    creatable: bool = False
    updatable: bool = False


Report = Mapping[str, FieldReport]


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What may be done with one record that the caller may read."""

    can_update: bool
    can_delete: bool
    fields: Report


def purposes(caller: Caller) -> list[str]:
    """The purposes for which the caller may read anything about customers."""
    plan, principal = caller.snapshot.plan, caller.principal
    about = [resource.name for resource in caller.registry.all if resource.speaks_of_customers]
    about.remove("relationship")
    own = PURPOSES if principal.purposes is None else principal.purposes
    return [
        p for p in PURPOSES if p in own and any(plan(principal, r, Action.READ, p) for r in about)
    ]


def actions(caller: Caller, resource: Entity) -> list[Action]:
    """What the caller may do with at least some records of the resource, for this purpose."""
    return [action for action in Action if _access(caller, resource, action)]


def fields(caller: Caller, resource: Entity) -> Report:
    """How each field is shown, and whether it may be written, before any record is seen."""
    effective = caller.accesses[resource.name]
    creating, updating = (_access(caller, resource, a) for a in (Action.CREATE, Action.UPDATE))
    new, old = report(effective, [creating]), report(effective, [updating])
    found = report(effective, [creating, updating], caller.accesses.break_glass(resource.name))
    return {
        name: replace(field, creatable=new[name].writable, updatable=old[name].writable)
        for name, field in found.items()
    }


def report(
    effective: EffectiveAccess,
    writing: Iterable[Access],
    break_glass: EffectiveAccess | None = None,
) -> Report:
    """How each field is shown within an effective access, whether one of these accesses lets it be written,
    and whether more of it is shown by opening.
    """
    writing = [access for access in writing if access]
    opened = openable(effective, break_glass) if break_glass else frozenset()
    found = {
        name: FieldReport(
            level := _level(decision),
            decision.withheld or (Reason.MASKED if level is FieldLevel.MASKED else None),
            _takes(effective, name) and any(not a.field(name).is_never_open for a in writing),
            name in opened,
        )
        for name, decision in effective.decisions.items()
    }
    return _with_derived(effective.resource, found)


async def records(
    gate: Reading, caller: Caller, resource: Entity, ids: Sequence[str]
) -> Mapping[str, RecordReport]:
    """What may be done with each of these records that the caller may read: one statement."""
    effective = caller.accesses[resource.name]
    if not effective.granted or not ids:
        return {}
    update, delete = (_access(caller, resource, a) for a in (Action.UPDATE, Action.DELETE))
    program = _program(effective, update, delete, caller.accesses.break_glass(resource.name))
    rows = await gate.fetch(program.statement, {"ids": list(ids)})
    return {row[0]: program.read(row) for row in rows}


def _access(caller: Caller, resource: Entity, action: Action) -> Access:
    purpose = caller.purpose.name
    return caller.snapshot.plan(caller.principal, resource.name, action, purpose)


def _takes(effective: EffectiveAccess, name: str) -> bool:
    """Whether a field may be written by anybody, and for this purpose."""
    return name not in KEPT and effective.purpose.covers(effective.resource.by_name[name].category)


def _level(decision: FieldDecision) -> FieldLevel:
    if decision.withheld is not None:
        return FieldLevel.DENIED
    if decision.is_plain:
        return FieldLevel.OPEN
    always_masked = (
        decision.open == NEVER and decision.masked.is_always and decision.hidden == NEVER
    )
    return FieldLevel.MASKED if always_masked and not decision.consent else FieldLevel.CONDITIONAL


def _with_derived(resource: Entity, found: Mapping[str, FieldReport]) -> Report:
    """Fields that are made of others too, in the order of their declaration."""
    return {
        field.name: _combined([found[name] for name in field.sources])
        if field.sources
        else found[field.name]
        for field in resource.fields
    }


def _combined(sources: Sequence[FieldReport]) -> FieldReport:
    levels = {source.level for source in sources}
    return FieldReport(
        levels.pop() if len(levels) == 1 else FieldLevel.CONDITIONAL,
        told(source.reason for source in sources),
        all(source.writable for source in sources),
        any(source.openable for source in sources),
        updatable=all(source.updatable for source in sources),
    )


class RecordProgram:
    """The columns that tell what may be done with a record, and how they are read."""

    def __init__(
        self,
        effective: EffectiveAccess,
        update: Access,
        delete: Access,
        break_glass: EffectiveAccess | None = None,
    ) -> None:
        self._effective = effective
        self._table = effective.resource.table.alias("t")
        self._columns: list[sa.ColumnElement[Any]] = [sa.cast(self._table.c.id, sa.Text)]
        self._places: dict[Formula, int] = {}
        self._update = self._add(sa.func.coalesce(update.where(self._table), sa.false()))
        self._delete = self._add(sa.func.coalesce(delete.where(self._table), sa.false()))
        shown = [f for f in _declared(effective) if effective.decisions[f.name].withheld is None]
        visibilities = VisibilityColumns(effective, self._table, self._add).of(shown)
        self._visibilities: Mapping[str, FieldVisibility] = {
            visibility.field.name: visibility for visibility in visibilities
        }
        self._writable = {
            field.name: (self._formula(access.open), self._formula(access.hidden))
            for field in _declared(effective)
            if _takes(effective, field.name)
            and not (access := update.field(field.name)).is_never_open
        }
        declared = list(_declared(effective))
        self._opened = (
            OpenedFields((effective, break_glass), declared, self._table, self._add)
            if break_glass
            else None
        )
        ids = sa.bindparam("ids", type_=ARRAY(UUID(as_uuid=False)))
        labelled = [column.label(f"v{i}") for i, column in enumerate(self._columns)]
        query = sa.select(*labelled).where(
            effective.where(self._table), self._table.c.id == sa.any_(ids)
        )
        self.statement = compiled(query)

    def _add(self, column: sa.ColumnElement[Any]) -> int:
        self._columns.append(column)
        return len(self._columns) - 1

    def _formula(self, formula: Formula) -> int:
        if formula not in self._places:
            holds = sa.func.coalesce(
                formula.sql(self._table, self._effective.resource.shape), sa.false()
            )
            self._places[formula] = self._add(holds)
        return self._places[formula]

    def read(self, row: Row) -> RecordReport:
        """What the columns say of one record."""
        found = {field.name: self._field(field.name, row) for field in _declared(self._effective)}
        for field in self._opened.of(row) if self._opened else ():
            found[field.name] = replace(found[field.name], openable=True)
        return RecordReport(
            can_update=bool(row[self._update]) and any(f.writable for f in found.values()),
            can_delete=bool(row[self._delete]),
            fields=_with_derived(self._effective.resource, found),
        )

    def _field(self, name: str, row: Row) -> FieldReport:
        visibility = self._visibilities.get(name)
        reason = self._effective.decisions[name].withheld or (
            visibility.reason(row) if visibility else None
        )
        level = {None: FieldLevel.OPEN, Reason.MASKED: FieldLevel.MASKED}.get(
            reason, FieldLevel.DENIED
        )
        is_writable = self._is_writable(name, row)
        return FieldReport(level, reason, is_writable, updatable=is_writable)

    def _is_writable(self, name: str, row: Row) -> bool:
        if name not in self._writable:
            return False
        is_open, hidden = self._writable[name]
        return bool(row[self._update] and row[is_open] and not row[hidden])


def _declared(effective: EffectiveAccess) -> Iterable[Field]:
    return (field for field in effective.resource.fields if not field.sources)


_program = lru_cache(maxsize=caches.REPORT_PROGRAMS)(RecordProgram)
