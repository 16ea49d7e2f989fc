"""Overview of a customer: a fixed number of statements for any number of customers.

Each part counts only what the caller may see, and asks for each field it is made of. What is told of
nobody, or not of this customer, stands in ``redactions``, so that nothing hidden looks missing.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.access.effective_access import EffectiveAccess, consent_in_force
from domain.access.row_visibility import FieldVisibility, Row, VisibilityColumns
from domain.declaration.kinds import Lookup
from domain.declaration.names import camel
from domain.entities.customers import CUSTOMER
from domain.reading.binding.context import Binds, Gate
from domain.reading.plan.plan import View
from domain.reading.rows.projection import projector
from domain.reading.rows.record_code import Tree
from domain.reading.sql.columns import as_rfc3339
from domain.reading.statements.compiler import Statement, compiled
from domain.reading.views.overview_parts import (
    EXPECTED,
    PARTS,
    FreshPart,
    OverviewPart,
    fresh_parts,
    withheld,
)
from domain.storage.lookup import tag_name
from domain.tables import lookup_tags
from privacy import caches
from privacy.redaction import Reason

_AGE_MAX_SECONDS = 2**31 - 1

Found = Mapping[str, Sequence[Row]]
FreshReached = tuple[tuple[FreshPart, EffectiveAccess], ...]


async def overview(
    gate: Gate, view: View, parents: Sequence[str], _binds: Binds
) -> dict[str, Tree]:
    """The overview of each customer."""
    wanted = {part.name for part in view.parts}
    values: dict[str, dict[str, Any]] = {parent: {"redactions": []} for parent in parents}
    state = await _State.read(gate, parents)
    for part in PARTS.values():
        if part.name in wanted:
            await _add_part(gate, part, state, values)
    if "freshness" in wanted:
        await _add_freshness(gate, state, values)
    if "missing" in wanted:
        state.add_missing(values)
    cutting = projector(view.parts)
    return {parent: cutting(value) for parent, value in values.items()}


async def _add_part(
    gate: Gate, part: OverviewPart, state: "_State", values: Mapping[str, dict[str, Any]]
) -> None:
    access = gate.access(part.resource)
    reason = withheld(access, part.uses)
    found: Found = {}
    if reason is None and access.granted:
        found = _grouped(await gate.fetch(_part(part, access), {"parents": list(values)}))
    for parent, value in values.items():
        value[part.name] = part.read(found.get(parent, ()))
        why = reason or state.refusal(parent, access, part.uses)
        if why is not None:
            value["redactions"].append({"field": part.name, "reason": why.value})


async def _add_freshness(gate: Gate, state: "_State", values: Mapping[str, dict[str, Any]]) -> None:
    accesses = tuple((part, gate.access(part.resource)) for part in fresh_parts(gate.registry))
    reached = tuple(pair for pair in accesses if _is_told(*pair))
    statement = _freshness(reached) if reached else None
    rows = await gate.fetch(statement, {"parents": list(values)}) if statement else ()
    found, parts = _grouped(rows), [*dict.fromkeys(part.name for part, _ in accesses)]
    for parent, value in values.items():
        value["freshness"] = _ages(parts, found.get(parent, ()))
        reasons = (
            withheld(access, part.uses) or state.refusal(parent, access, part.uses)
            for part, access in accesses
        )
        why = next(filter(None, reasons), None)
        if why is not None:
            value["redactions"].append({"field": "freshness", "reason": why.value})


def _is_told(part: FreshPart, access: EffectiveAccess) -> bool:
    return bool(access.granted) and withheld(access, part.uses) is None


def _ages(parts: Sequence[str], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The newest of each part, in the order of the parts."""
    newest: dict[str, Row] = {}
    for row in rows:
        if row[1] not in newest or row[3] < newest[row[1]][3]:
            newest[row[1]] = row
    return [
        {
            "part": part,
            "updatedAt": newest[part][2],
            "ageSeconds": min(max(int(newest[part][3]), 0), _AGE_MAX_SECONDS),
        }
        for part in parts
        if part in newest
    ]


def _grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _among_parents(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return column == sa.any_(sa.bindparam("parents", type_=ARRAY(UUID(as_uuid=False))))


@lru_cache(maxsize=caches.OVERVIEW_PARTS)
def _part(part: OverviewPart, access: EffectiveAccess) -> Statement:
    table = access.resource.table.alias("t")
    query = part.query(table, table.c.customer_id).where(
        access.where(table),
        _among_parents(table.c.customer_id),
        *(access.usable(name, table) for name in part.uses),
    )
    columns = [column.label(f"v{i}") for i, column in enumerate(query.selected_columns)]
    return compiled(query.with_only_columns(*columns))


@lru_cache(maxsize=caches.OVERVIEW_FRESHNESS)
def _freshness(reached: FreshReached) -> Statement:
    ages = sa.union_all(*(_newest(part, access) for part, access in reached)).subquery("ages")
    return compiled(sa.select(*ages.c))


def _newest(part: FreshPart, access: EffectiveAccess) -> sa.Select[Any]:
    table = access.resource.table.alias("t")
    customer = table.c[part.customer_column]
    at = table.c[part.at_field]
    newest = sa.func.max(at, type_=at.type)
    age = sa.func.extract("epoch", sa.func.now() - newest)
    return (
        sa.select(
            sa.cast(customer, sa.Text).label("customer"),
            sa.literal_column(f"'{part.name}'", sa.Text).label("part"),
            as_rfc3339(newest).label("at"),
            sa.cast(age, sa.Double).label("age"),
        )
        .where(
            access.where(table),
            _among_parents(customer),
            *(access.usable(name, table) for name in part.uses),
        )
        .group_by(customer)
    )


class _StateProgram:
    """What is asked of the customers themselves: consent, and whether what is expected is there."""

    def __init__(self, access: EffectiveAccess) -> None:
        table = CUSTOMER.table.alias("t")
        self._columns: list[sa.ColumnElement[Any]] = [sa.cast(table.c.id, sa.Text)]
        self.consent = self._add(consent_in_force(CUSTOMER, table))
        self.erased = self._add(_erased(access, table))
        told = {part: name for part, name in EXPECTED.items() if not withheld(access, (name,))}
        self.withheld = {
            name: why for name in EXPECTED.values() if (why := withheld(access, (name,)))
        }
        self.absent = {part: self._add(_absent(name, table)) for part, name in told.items()}
        fields = [CUSTOMER.by_name[name] for name in told.values()]
        visibilities = VisibilityColumns(access, table, self._add).of(fields)
        self.visibilities: Mapping[str, FieldVisibility] = {
            visibility.field.name: visibility for visibility in visibilities
        }
        labelled = [column.label(f"v{i}") for i, column in enumerate(self._columns)]
        self.statement = compiled(
            sa.select(*labelled).where(access.where(table), _among_parents(table.c.id))
        )

    def _add(self, column: sa.ColumnElement[Any]) -> int:
        self._columns.append(column)
        return len(self._columns) - 1


def _erased(access: EffectiveAccess, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether the customer was erased, as far as the caller may see that."""
    if not access.is_usable("erased_at"):
        return sa.false()
    return sa.and_(table.c.erased_at.is_not(None), access.usable("erased_at", table))


def _absent(name: str, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a customer has no value there; a sealed field is known by its tags, unopened."""
    if CUSTOMER.by_name[name].lookup is not Lookup.BLIND:
        return table.c[CUSTOMER.column(name).name].is_(None)
    tags = lookup_tags.alias()
    return sa.not_(
        sa.exists().where(
            tags.c.tenant_id == table.c.tenant_id,
            tags.c.row_id == table.c.id,
            tags.c.field == sa.literal_column(f"'{tag_name(CUSTOMER, name)}'"),
        )
    )


_program = lru_cache(maxsize=caches.OVERVIEW_PROGRAMS)(_StateProgram)


class _State:
    """The customers themselves, as far as the overview needs them."""

    def __init__(self, program: _StateProgram, rows: Sequence[Row]) -> None:
        self._program = program
        self._rows = {row[0]: row for row in rows}

    @classmethod
    async def read(cls, gate: Gate, parents: Sequence[str]) -> "_State":
        """One statement for all customers."""
        program = _program(gate.access("customer"))
        return cls(program, await gate.fetch(program.statement, {"parents": list(parents)}))

    def refusal(self, parent: str, access: EffectiveAccess, uses: Sequence[str]) -> Reason | None:
        """Why this customer's records are not told of, though others' are."""
        row = self._rows.get(parent)
        needed = any(access.decisions[name].consent for name in uses)
        return Reason.NO_CONSENT if needed and not (row and row[self._program.consent]) else None

    def add_missing(self, values: Mapping[str, dict[str, Any]]) -> None:
        """What is expected and not there; nothing of somebody whom the caller sees to be erased."""
        for parent, value in values.items():
            row = self._rows.get(parent)
            value["missing"] = []
            reasons = dict(self._program.withheld)
            for part, column in self._program.absent.items() if row else ():
                name = EXPECTED[part]
                visibility = self._program.visibilities.get(name)
                why = visibility.reason(row) if visibility and row else None
                if why is not None:
                    reasons[name] = why
                elif row and row[column] and not row[self._program.erased]:
                    value["missing"].append(part)
            value["redactions"] += [
                {"field": _shown(name), "reason": reasons[name].value}
                for name in EXPECTED.values()
                if name in reasons
            ]


def _shown(name: str) -> str:
    """What the customer's type calls the field."""
    return {"emails": "email", "phones": "phone"}.get(name, camel(name))
