"""Outcome of the policy for a record that need not exist: the Python half of what the gates do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.access.effective_access import EffectiveAccess, FieldDecision
from domain.declaration.entity import Entity
from domain.explaining.access_report import KEPT
from policy.access import Access
from policy.compiler import Snapshot
from policy.rules import POLICY, Action
from policy.subjects.principals import Principal
from privacy.purposes import PURPOSES

Row = Mapping[str, Any]

CONSENTS = "consents"
"""What a made-up record calls the purposes for which the person's consent is in force."""


class Shown(StrEnum):
    """What may be done with a field; ``writable`` is said of actions that write."""

    OPEN = "open"
    MASKED = "masked"
    HIDDEN = "hidden"
    WRITABLE = "writable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision on one record, field by field, and the rules behind it."""

    is_allowed: bool
    fields: Mapping[str, Shown]
    rules: tuple[str, ...]


def outcome(
    snapshot: Snapshot,
    principal: Principal,
    entity: Entity | None,
    action: str,
    purpose: str,
    row: Row,
) -> Outcome:
    """What the principal may do with such a record; without an entity, with the policy itself.

    A condition of which the row says nothing counts as in the gate of writing: it allows nothing.
    """
    principal = snapshot.with_roles(principal)
    resource = POLICY if entity is None else entity.name
    access = snapshot.plan(principal, resource, action, purpose)
    is_allowed = access.allows(row, principal)
    if not is_allowed or entity is None:
        names = () if entity is None else entity.grantable
        return Outcome(is_allowed, dict.fromkeys(names, Shown.HIDDEN), access.rules)
    effective = EffectiveAccess(entity, access, PURPOSES[purpose])
    if action in {Action.CREATE, Action.UPDATE}:
        return Outcome(is_allowed, _written(effective, access, row, principal), access.rules)
    shown = {
        n: _shown(decision, effective, row, principal)
        for n, decision in effective.decisions.items()
    }
    return Outcome(is_allowed, shown, access.rules)


def _written(
    effective: EffectiveAccess, access: Access, row: Row, principal: Principal
) -> Mapping[str, Shown]:
    writable = access.writable(row, principal) - KEPT
    return {
        field.name: Shown.WRITABLE
        if field.name in writable and effective.purpose.covers(field.category)
        else Shown.HIDDEN
        for field in effective.resource.fields
        if not field.sources
    }


def _shown(
    decision: FieldDecision, effective: EffectiveAccess, row: Row, principal: Principal
) -> Shown:
    shape = effective.resource.shape
    if decision.withheld is not None or decision.hidden.holds(row, principal, shape, unknown=True):
        return Shown.HIDDEN
    if decision.consent and effective.purpose.name not in row.get(CONSENTS, ()):
        return Shown.HIDDEN
    if decision.open.holds(row, principal, shape):
        return Shown.OPEN
    return Shown.MASKED if decision.masked.holds(row, principal, shape) else Shown.HIDDEN
