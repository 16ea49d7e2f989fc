"""Reference of what an import takes: every part of every target, from the declarations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import msgspec

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.directory import partner_accounts
from domain.entities.consents import CONSENT
from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER, PARTNER_ACCOUNT
from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.entities.relationships import RELATIONSHIP
from domain.importing.mapping import document as m
from domain.importing.mapping.field_types import FIELDS, REQUIRED_FIELDS
from domain.importing.write import members
from domain.importing.write.consents import STATUSES
from domain.importing.write.relationships import TYPES
from domain.interactions.record_interaction import CHANNELS, DIRECTIONS, OUTCOMES
from domain.validation.customers import KINDS, LIFECYCLES, POINT_FIELDS
from privacy.purposes import PURPOSES

RESOURCES: Mapping[str, Entity] = {
    one.name: one for one in (MEMBER, CUSTOMER, INTERACTION, OPPORTUNITY, PARTNER_ACCOUNT)
}
CHOICES: Mapping[tuple[str, str], frozenset[str]] = {
    ("member", "role"): members.ROLES,
    ("customer", "kind"): KINDS,
    ("customer", "lifecycle"): LIFECYCLES,
    ("customer", "contact_points.kind"): frozenset(POINT_FIELDS),
    ("customer", "relationships.type"): TYPES,
    ("customer", "consents.status"): STATUSES,
    ("customer", "consents.purpose"): frozenset(
        name for name, purpose in PURPOSES.items() if purpose.needs_consent
    ),
    ("interaction", "channel"): CHANNELS,
    ("interaction", "direction"): DIRECTIONS,
    ("interaction", "outcome"): OUTCOMES,
    ("partner_account", "kind"): partner_accounts.KINDS,
}
_PARTS: Mapping[str, Entity] = {"consents": CONSENT, "relationships": RELATIONSHIP}
_EXAMPLES: Mapping[Kind, str] = {
    Kind.TEXT: "any text",
    Kind.DATE: "2024-12-31",
    Kind.TIMESTAMP: "2024-12-31T09:30:00+01:00",
    Kind.DECIMAL: "1234.50",
    Kind.INTEGER: "90",
    Kind.BOOLEAN: "true",
    Kind.PLACE: "52.5 13.4",
    Kind.REFERENCE: "a column with the other record's id",
}
_OWN_EXAMPLES: Mapping[str, str] = {
    "country": "DE",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "currency": "EUR",
    "email": "anna@example.org",
    "department": "{constant: SALES}",
    "pipeline": "{constant: Standard}",
    "stage": "{constant: New}",
    "reference": "a column with the id",
    "customer": "a column with the customer's id",
    "participants": "[a column, another]",
    "custom_fields": "{employees: a column}",
}
_SEALED = frozenset({"contact_points", "custom_fields", "external_references", "reference"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a target. ``sealed`` parts are encrypted under the person's own key."""

    target: str
    name: str
    type: str
    required: bool
    values: tuple[str, ...]
    example: str
    sealed: bool

    @property
    def shown(self) -> str:
        """One line for a terminal."""
        notes = ", ".join(
            [
                self.type,
                *(["required"] if self.required else []),
                *(["sealed"] if self.sealed else []),
            ]
        )
        values = f": {' | '.join(self.values)}" if self.values else ""
        example = f", e.g. {self.example}" if self.example and not self.values else ""
        return f"{self.name:<32} {notes}{values}{example}"


def targets() -> dict[str, Any]:
    """What a row may become, by name."""
    return {str(one.__struct_config__.tag): one for one in get_args(m.AnyTarget)}


def described(target: str | None = None) -> list[Part]:
    """Every part, of one target or of all; raises ``KeyError`` for a target that there is not."""
    known = targets()
    chosen = known if target is None else {target: known[target]}
    return [part for name, struct in chosen.items() for part in _parts(name, struct)]


def _parts(target: str, struct: Any) -> Iterator[Part]:
    for info in msgspec.structs.fields(struct):
        if info.name == "fields":
            yield from (_field(target, f"fields.{name}", name) for name in sorted(FIELDS[target]))
            continue
        inner = _inner(info.type)
        if inner is None:
            yield _part(target, info.name, info.type, required=info.required)
            continue
        for one in msgspec.structs.fields(inner):
            name = f"{info.name}[].{one.name}"
            yield _part(target, name, one.type, required=one.required)


def _inner(type_: Any) -> Any:
    """The struct of which a part is a list."""
    lists = [one for one in (type_, *get_args(type_)) if getattr(one, "__origin__", None) is list]
    items = [item for one in lists for item in get_args(one)]
    structs = (m.ContactPoint, m.Relationship, m.Consent, m.Named)
    return items[0] if items and items[0] in structs else None


def _field(target: str, name: str, field: str) -> Part:
    declared = RESOURCES[target].by_name[field]
    choices = tuple(sorted(CHOICES.get((target, field), ())))
    return Part(
        target,
        name,
        declared.kind.value,
        field in REQUIRED_FIELDS[target],
        choices,
        _example(field, declared, choices),
        declared.is_sealed,
    )


def _part(target: str, name: str, type_: Any, *, required: bool) -> Part:
    outer, _, own = name.replace("[]", "").partition(".")
    resource = _PARTS.get(outer, RESOURCES[target])
    declared = resource.by_name.get(own or outer)
    choices = tuple(sorted(CHOICES.get((target, name.replace("[]", "")), ())))
    is_sealed = outer in _SEALED or (declared is not None and declared.is_sealed)
    kind = _kind_of(type_, declared)
    example = "true" if type_ is bool else _example(own or outer, declared, choices)
    return Part(target, name, kind, required, choices, example, is_sealed)


def _kind_of(type_: Any, declared: Field | None) -> str:
    if "Named" in str(type_):
        return "list of references" if str(type_).startswith("list[") else "reference"
    if getattr(type_, "__origin__", None) is list or type_ == (list[m.AnyValue] | None):
        return "list of values"
    if "dict" in str(type_):
        return "values by name"
    if type_ is bool:
        return "true or false"
    return declared.kind.value if declared is not None else "value"


def _example(field: str, declared: Field | None, choices: tuple[str, ...]) -> str:
    if choices:
        return choices[0]
    if declared is not None and declared.kind is Kind.TAGS:
        return "[vip, newsletter]"
    return _OWN_EXAMPLES.get(field) or _EXAMPLES.get(declared.kind if declared else Kind.TEXT, "")
