"""What a caller is told that they may do: with types of records, and with single records."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import GraphQLObjectType

from domain.declaration.entity import Entity
from domain.entities.registry import ALL, BY_PREFIX, RESOURCES
from policy.rules import MASK, Action, Rule
from policy.subjects.principals import PrincipalKind
from privacy.purposes import PURPOSES
from privacy.redaction import Reason
from tests.reference.eyes import Eyes
from tests.reference.names import camel
from tests.reference.records import Row
from tests.reference.selections import SCHEMA
from tests.reference.withheld import first_of

KEPT = frozenset(
    {
        "version",
        "created_at",
        "updated_at",
        "erased_at",
        "findings",
        "restricted_at",
        "restricted_for",
    }
)
"""What nobody writes."""

Report = dict[str, Any]


def viewer(eyes: Eyes) -> dict[str, Any]:
    """Who asks; records stand there as resource and row, ``access`` as what answers for a type."""
    principal = eyes.principal
    is_member = principal.kind is PrincipalKind.MEMBER
    department = _record(eyes, "department", principal.department_id)
    return {
        "kind": principal.kind.upper(),
        "roles": sorted(eyes.roles()),
        "purpose": eyes.purpose.name,
        "member": _record(eyes, "member", principal.id if is_member else None),
        "department": department,
        "departments": [department] if department else [],
        "purposes": [name for name in PURPOSES if _reads_anything(eyes.with_purpose(name))],
        "partnerAccount": _record(eyes, "partner_account", principal.partner_account_id),
        "access": lambda **asked: type_access(eyes, RESOURCES[asked["type"].lower()]),
    }


def _record(eyes: Eyes, resource: str, id_: str | None) -> tuple[Entity, Row] | None:
    row = eyes.behind(resource, id_)
    return None if row is None else (RESOURCES[resource], row)


def _reads_anything(eyes: Eyes) -> bool:
    """About customers, and more than whom they know."""
    about = (one for one in ALL if one.subject and one.name not in {"member", "relationship"})
    return any(eyes.sees_some(resource.name) for resource in about)


# --- types ------------------------------------------------------------------------------------------


def type_access(eyes: Eyes, resource: Entity) -> dict[str, Any]:
    return {
        "actions": [a.value.upper() for a in Action if eyes.may_some(resource.name, a.value)],
        "fields": _shown(resource, lambda name: _of_type(eyes, resource, name)),
    }


def _of_type(eyes: Eyes, resource: Entity, name: str) -> Report:
    level, why = _level(eyes, resource.name, name)
    new, old = (_may_write_some(eyes, resource, name, action) for action in ("create", "update"))
    return _report(level, why, is_creatable=new, is_updatable=old)


def _level(eyes: Eyes, resource: str, name: str) -> tuple[str, Reason | None]:
    if not eyes.sees_some(resource):
        return "DENIED", Reason.DENIED
    if why := eyes.withheld(resource, name):
        return "DENIED", why
    allowing = eyes.rules(resource, "allow")
    is_hidden = any(name in rule.fields for rule in eyes.rules(resource, "deny"))
    is_same = not is_hidden and not eyes.asks_consent(RESOURCES[resource], name)
    if is_same and _is_everywhere(allowing, name):
        return "OPEN", None
    is_open = any(name in rule.fields for rule in allowing)
    is_masked = is_same and not is_open and _is_everywhere(allowing, name + MASK)
    return ("MASKED", Reason.MASKED) if is_masked else ("CONDITIONAL", None)


def is_plain(eyes: Eyes, resource: str, name: str) -> bool:
    """Whether every record shows the field as it is."""
    return _level(eyes, resource, name)[0] == "OPEN"


def _is_everywhere(rules: Iterable[Rule], name: str) -> bool:
    """Whether every record that these rules allow is one in which some rule names the field so."""
    naming = [name in rule.fields for rule in rules]
    without_condition = (name in rule.fields and not rule.condition for rule in rules)
    return all(naming) or any(without_condition)


def _may_write_some(eyes: Eyes, resource: Entity, name: str, action: str) -> bool:
    opening = any(name in rule.fields for rule in eyes.rules(resource.name, "allow", action))
    hiding = (rule for rule in eyes.rules(resource.name, "deny", action) if name in rule.fields)
    is_hidden = any(not rule.condition for rule in hiding)
    allowed = eyes.may_some(resource.name, action) and opening and not is_hidden
    return allowed and _is_writable_at_all(eyes, resource, name)


def _is_writable_at_all(eyes: Eyes, resource: Entity, name: str) -> bool:
    return name not in KEPT and eyes.purpose.covers(resource.by_name[name].category)


# --- records ----------------------------------------------------------------------------------------


def record_access(eyes: Eyes, id_: str) -> dict[str, Any]:
    nothing = {"id": id_, "canRead": False, "canUpdate": False, "canDelete": False, "fields": []}
    resource = BY_PREFIX.get(id_.partition("_")[0])
    row = resource and eyes.behind(resource.name, id_.partition("_")[2])
    if not resource or not row:
        return nothing
    written = (
        _may_write(eyes, resource, field.name, row)
        for field in resource.fields
        if not field.sources
    )
    return {
        "id": id_,
        "canRead": True,
        "canUpdate": any(written),
        "canDelete": eyes.may(resource.name, row, "delete"),
        "fields": _shown(resource, lambda name: _of_record(eyes, resource, name, row)),
    }


def _of_record(eyes: Eyes, resource: Entity, name: str, row: Row) -> Report:
    why = eyes.withheld(resource.name, name) or eyes.by_rules(resource, name, row)
    level = {None: "OPEN", Reason.MASKED: "MASKED"}.get(why, "DENIED")
    return _report(
        level, why, is_creatable=False, is_updatable=_may_write(eyes, resource, name, row)
    )


def _may_write(eyes: Eyes, resource: Entity, name: str, row: Row) -> bool:
    opening = [rule for rule in eyes.rules(resource.name, "allow", "update") if name in rule.fields]
    hiding = [rule for rule in eyes.rules(resource.name, "deny", "update") if name in rule.fields]
    allowed = eyes.may(resource.name, row, "update") and eyes.hold(opening, row)
    return (
        bool(allowed) and not eyes.hold(hiding, row) and _is_writable_at_all(eyes, resource, name)
    )


# --- fields -----------------------------------------------------------------------------------------


def _report(level: str, why: Reason | None, *, is_creatable: bool, is_updatable: bool) -> Report:
    told: Report = {"access": level, "reason": why and why.value}
    told |= {"writable": is_creatable or is_updatable}
    told |= {"creatable": is_creatable, "updatable": is_updatable}
    return {**told, "openable": False}  # No rule that is made up is one of opening.


_WRITTEN = ("writable", "creatable", "updatable")


def _shown(resource: Entity, report: Callable[[str], Report]) -> list[Mapping[str, Any]]:
    """The fields that the type has; one that is made of others is as those are."""
    type_ = SCHEMA.type_map[resource.type_name]
    assert isinstance(type_, GraphQLObjectType)
    return [
        {"name": camel(field.name), **_combined(map(report, field.sources or (field.name,)))}
        for field in resource.fields
        if camel(field.name) in type_.fields
    ]


def _combined(reports: Iterable[Report]) -> Report:
    several = list(reports)
    levels = {one["access"] for one in several}
    return {
        "access": levels.pop() if len(levels) == 1 else "CONDITIONAL",
        "reason": first_of(one["reason"] for one in several),
        **{name: all(one[name] for one in several) for name in _WRITTEN},
        "openable": any(one["openable"] for one in several),
    }
