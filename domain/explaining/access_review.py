"""Access review: who of a department can see what, and when they last did."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from domain.access.effective_access import EffectiveAccess
from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
from domain.directory.everyone import KnownPrincipal
from domain.explaining.access_report import FieldLevel, Report, report
from policy.access import Access
from policy.compiler import Snapshot
from policy.conditions import NEVER
from policy.explain import parts, written
from policy.rules import SHOWING, WRITING, Action
from privacy.audit import OPENED
from privacy.database import TenantPool
from privacy.purposes import PURPOSES

_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
_LAST_OPENED = """
SELECT leaf ->> 'actor', split_part(field, '.', 1), max(at)
FROM (SELECT at, convert_from(leaf, 'UTF8')::jsonb AS leaf FROM audit_leaves WHERE tenant_id = $1) l,
     jsonb_array_elements_text(leaf -> 'fields') AS field
WHERE leaf ->> 'action' = $2 AND leaf ->> 'actor' = ANY($3::text[])
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What one principal may do with one resource for one purpose. Fields are separated by spaces.

    ``conditions`` say where the rules hold, ``conditional`` which fields that decides. ``last_used`` is
    when the principal last opened something sealed, ``last_opened`` something of this resource.
    """

    principal: str
    handle: str
    roles: str
    resource: str
    action: str
    purpose: str
    fields: str
    masked: str
    conditional: str
    conditions: str
    rules: str
    last_used: str
    last_opened: str
    policy_version: int


Opened = Mapping[tuple[str, str], datetime]
"""When a principal (by name) last opened something sealed of a resource."""


async def last_opened(pool: TenantPool, tenant: str, known: Iterable[KnownPrincipal]) -> Opened:
    """From the audit trail; looks through all of it."""
    names = [one.principal.name for one in known]
    rows = await pool.fetch(tenant, _LAST_OPENED, tenant, OPENED, names)
    return {(actor, resource): at for actor, resource, at in rows}


def review(
    registry: Registry, snapshot: Snapshot, known: Iterable[KnownPrincipal], opened: Opened
) -> Iterator[Reviewed]:
    """What each may do, as far as anything is allowed."""
    for one in known:
        latest = [at for (actor, _), at in opened.items() if actor == one.principal.name]
        for entity in registry.all:
            for action in Action:
                for purpose in PURPOSES:
                    access = snapshot.plan(one.principal, entity.name, action, purpose)
                    if access:
                        at = opened.get((one.principal.name, entity.name))
                        used = max(latest, default=None), at
                        yield _reviewed(snapshot, one, access, _shown(entity, access), used)


def _reviewed(
    snapshot: Snapshot,
    one: KnownPrincipal,
    access: Access,
    shown: Mapping[str, FieldLevel],
    used: tuple[datetime | None, datetime | None],
) -> Reviewed:
    last_used, opened = used
    return Reviewed(
        principal=one.principal.name,
        handle=one.handle,
        roles=" ".join(sorted(snapshot.subjects(one.principal.roles))),
        resource=access.resource,
        action=access.action,
        purpose=access.purpose,
        fields=_named(shown, FieldLevel.OPEN),
        masked=_named(shown, FieldLevel.MASKED),
        conditional=_named(shown, FieldLevel.CONDITIONAL),
        conditions="; ".join(sorted({written(p.formula) or "always" for p in parts(access)})),
        rules="; ".join(access.rules),
        last_used=_time(last_used),
        last_opened=_time(opened),
        policy_version=snapshot.version,
    )


def _shown(entity: Entity, access: Access) -> Mapping[str, FieldLevel]:
    """How each field is shown, or of actions that write, whether it may be written."""
    effective = EffectiveAccess(entity, access, PURPOSES[access.purpose])
    found: Report = report(effective, [access])
    names = effective.decisions
    if access.action in WRITING:
        return {name: _written(access, name) for name in names if found[name].writable}
    if access.action in SHOWING:
        return {name: found[name].level for name in names}
    return {}


def _written(access: Access, name: str) -> FieldLevel:
    field = access.field(name)
    return (
        FieldLevel.OPEN
        if field.open.is_always and field.hidden == NEVER
        else FieldLevel.CONDITIONAL
    )


def _named(shown: Mapping[str, FieldLevel], level: FieldLevel) -> str:
    return " ".join(name for name, found in shown.items() if found is level)


def _time(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")


def as_csv(reviewed: Sequence[Reviewed]) -> str:
    """The review as a table; no cell of it is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Reviewed))
    for one in reviewed:
        writer.writerow(map(_cell, astuple(one)))
    return text.getvalue()


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_MARKS) else text
