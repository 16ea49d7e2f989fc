"""Fixtures of policy checks: made-up principals and records, and what is expected of them.

The manner is that of Cerbos' and OpenFGA's tests: single checks, lists of objects, lists of subjects.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from domain.declaration.entity import Entity
from domain.declaration.kinds import Kind
from domain.declaration.registry import Registry
from domain.explaining.check_places import CheckFileError, placed
from domain.explaining.outcome import CONSENTS, Shown
from domain.explaining.policy_files import TENANT, policy_of_csv, policy_of_yaml
from domain.validation.identifiers import parse_id
from policy.compiler import Snapshot
from policy.conditions import CONDITIONS
from policy.conditions.entries.restriction import RESTRICTED
from policy.rules import POLICY, Action
from policy.subjects.principals import Principal, PrincipalKind
from privacy.purposes import PURPOSES


@dataclass(frozen=True, slots=True)
class Record:
    """A made-up record, or with an ``id_`` a stored one; without an entity, the policy itself."""

    entity: Entity | None
    row: Mapping[str, Any]
    id_: str | None = None

    @property
    def resource(self) -> str:
        """What rules call it."""
        return POLICY if self.entity is None else self.entity.name


@dataclass(frozen=True, slots=True)
class Check:
    """One question and what is expected: ``fields`` only of those that are named."""

    name: str
    principal: str
    action: Action
    purpose: str | None
    record: Record
    allow: bool
    fields: Mapping[str, Shown]


@dataclass(frozen=True, slots=True)
class Listing:
    """A question about several records or several principals, and for which of them the answer is yes;
    with a ``field``, where it is not hidden.
    """

    name: str
    asked: Mapping[str, Check]
    expected: frozenset[str]
    field: str | None


@dataclass(frozen=True, slots=True)
class CheckFile:
    """What a file holds; without a ``snapshot`` the stored policy is checked."""

    snapshot: Snapshot | None
    principals: Mapping[str, Principal]
    checks: tuple[Check, ...]
    listings: tuple[Listing, ...]

    @property
    def needs_store(self) -> bool:
        """Whether it can only be answered with a database."""
        every = [
            *self.checks,
            *(one for listing in self.listings for one in listing.asked.values()),
        ]
        return self.snapshot is None or any(
            one.record.id_ is not None or one.principal not in self.principals for one in every
        )


def read_checks(registry: Registry, path: Path, policy: Path | None = None) -> CheckFile:
    """The checks of a file, against another ``policy`` than it names if one is given.

    Raises ``CheckFileError``, and ``InvalidPolicyError`` for a policy that would be refused.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CheckFileError(f"{path.name} is no YAML: {error}") from None
    known = {"policy", "principals", "records", "checks", "objects", "subjects"}
    return _Reader(registry, _members(content, known, path.name), path.parent).file(policy)


class _Reader:
    def __init__(self, registry: Registry, content: Mapping[str, Any], place: Path) -> None:
        self._registry = registry
        self._content = content
        self._place = place
        self._principals = {
            name: _principal(name, value)
            for name, value in _mapping(content.get("principals"), "principals").items()
        }
        self._records = {
            name: _record(registry, name, value)
            for name, value in _mapping(content.get("records"), "records").items()
        }

    def file(self, policy: Path | None) -> CheckFile:
        found = CheckFile(
            snapshot=self._policy(policy),
            principals=self._principals,
            checks=tuple(self._check(*each) for each in self._listed("checks")),
            listings=(
                *(self._objects(*each) for each in self._listed("objects")),
                *(self._subjects(*each) for each in self._listed("subjects")),
            ),
        )
        if not found.checks and not found.listings:
            raise CheckFileError("there is nothing to check")
        return found

    def _policy(self, policy: Path | None) -> Snapshot | None:
        given = self._content.get("policy")
        path = self._place / given if policy is None and isinstance(given, str) else policy
        if path is not None:
            return policy_of_csv(self._registry, _read(path))
        return None if given is None else policy_of_yaml(self._registry, given)

    def _listed(self, kind: str) -> Iterable[tuple[str, Any]]:
        given = self._content.get(kind) or []
        if not isinstance(given, list):
            raise CheckFileError(f"{kind}: a list is needed")
        return ((f"{kind}[{number}]", one) for number, one in enumerate(given))

    def _check(self, where: str, given: Any) -> Check:
        known = {"name", "principal", "action", "resource", "record", "id", "purpose", "expect"}
        members = _members(given, known | {"fields"}, where)
        record = self._named_record(members, where)
        allow = _one_of(members, "expect", ("allow", "deny"), where) == "allow"
        fields = _mapping(members.get("fields"), where)
        return Check(
            name=str(members.get("name", where)),
            principal=_text(members, "principal", where),
            action=Action(_one_of(members, "action", list(Action), where)),
            purpose=_purpose(members, where),
            record=record,
            allow=allow,
            fields={
                _field(record, name, where): Shown(_shown(value, where))
                for name, value in fields.items()
            },
        )

    def _objects(self, where: str, given: Any) -> Listing:
        known = {"name", "principal", "action", "purpose", "records", "resource", "expect", "field"}
        members = _members(given, known, where)
        resource = members.get("resource")
        names = members.get("records") or [
            name for name, one in self._records.items() if resource in {None, one.resource}
        ]
        return self._listing(where, members, names, "record")

    def _subjects(self, where: str, given: Any) -> Listing:
        known = {"name", "record", "id", "resource", "action", "purpose", "principals", "expect"}
        members = _members(given, known | {"field"}, where)
        names = members.get("principals") or list(self._principals)
        return self._listing(where, members, names, "principal")

    def _listing(
        self, where: str, members: Mapping[str, Any], names: Sequence[str], what: str
    ) -> Listing:
        expected = members.get("expect")
        if not isinstance(expected, list) or not set(expected) <= set(names):
            raise CheckFileError(f"{where}: expect is a list of some of {', '.join(names)}")
        shared = {k: v for k, v in members.items() if k not in {"records", "principals", "field"}}
        asked = {
            name: self._check(where, {**shared, what: name, "expect": "allow"}) for name in names
        }
        field = _text(members, "field", where) if "field" in members else None
        for check in asked.values() if field is not None else ():
            _field(check.record, str(field), where)
        return Listing(str(members.get("name", where)), asked, frozenset(expected), field)

    def _named_record(self, members: Mapping[str, Any], where: str) -> Record:
        if "id" in members:
            entity, id_ = parse_id(self._registry, str(members["id"]))
            return Record(entity, {}, id_)
        if "record" in members:
            if members["record"] not in self._records:
                raise CheckFileError(f"{where}: no record is called {members['record']!r}")
            return self._records[members["record"]]
        _one_of(members, "resource", [POLICY], where)
        return Record(None, {})


def _principal(name: str, given: Any) -> Principal:
    where, bound = f"principals.{name}", {"department", "partner_account", "customer"}
    members = _members(given, {"kind", "id", "roles", "purpose"} | bound, where)
    kind = _one_of(members, "kind", list(PrincipalKind), where, PrincipalKind.MEMBER)
    roles = members.get("roles")
    if not isinstance(roles, list):
        raise CheckFileError(f"{where}: roles is a list")
    return Principal(
        tenant_id=TENANT,
        kind=PrincipalKind(kind),
        id=str(members.get("id", name)),
        roles=frozenset(map(str, roles)),
        purpose=_purpose(members, where) or "",
        department_id=_id(members, "department"),
        partner_account_id=_id(members, "partner_account"),
        customer_id=_id(members, "customer"),
    )


def _id(members: Mapping[str, Any], name: str) -> str | None:
    return str(members[name]) if name in members else None


def _record(registry: Registry, name: str, given: Any) -> Record:
    where, known = f"records.{name}", registry.by_name
    resource = known[_one_of(_mapping(given, where), "resource", list(known), where)]
    record_truths = {one.needs for one in CONDITIONS.values() if one.needs} | {CONSENTS}
    references = {field.name for field in resource.fields if field.kind is Kind.REFERENCE}
    members = _members(given, {"resource", *record_truths, *references, *_columns(resource)}, where)
    row = {
        resource.by_name[key].column if key in references else key: value
        for key, value in members.items()
        if key != "resource"
    }
    # Most records are about nobody whose data are restricted, and few files speak of it.
    restricted = {RESTRICTED: row.get("restricted_at") is not None}
    return Record(resource, {"id": name, **restricted, **placed(row, where)})


def _columns(resource: Entity) -> set[str]:
    return {column.name for column in resource.table.c} - {"tenant_id", "sealed"}


def _field(record: Record, name: str, where: str) -> str:
    if record.entity is None or name not in record.entity.grantable:
        raise CheckFileError(f"{where}: a {record.resource} has no field {name!r}")
    return name


def _shown(value: Any, where: str) -> str:
    if value not in list(Shown):
        raise CheckFileError(f"{where}: a field is {', '.join(Shown)}")
    return str(value)


def _purpose(members: Mapping[str, Any], where: str) -> str | None:
    return _one_of(members, "purpose", list(PURPOSES), where) if "purpose" in members else None


def _one_of(
    members: Mapping[str, Any], name: str, words: Sequence[str], where: str, default: str = ""
) -> str:
    value = members.get(name, default)
    if value not in words:
        raise CheckFileError(f"{where}: {name} is {' or '.join(words)}")
    return str(value)


def _text(members: Mapping[str, Any], name: str, where: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise CheckFileError(f"{where}: {name} is needed")
    return value


def _mapping(given: Any, where: str) -> Mapping[str, Any]:
    if given is None:
        return {}
    return given if isinstance(given, dict) else _no_mapping(where)


def _no_mapping(where: str) -> NoReturn:
    raise CheckFileError(f"{where}: names with values are needed")


def _members(given: Any, known: set[str], where: str) -> Mapping[str, Any]:
    """The members, all of them known: a misspelt one would check something else."""
    members = _mapping(given, where)
    if unknown := sorted(map(str, members.keys() - known)):
        raise CheckFileError(f"{where}: {', '.join(unknown)} is not known here")
    return members


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CheckFileError(f"{path} cannot be read") from None
