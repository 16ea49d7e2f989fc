"""Reference of what an import takes: every part of every target, from the declarations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

import msgspec

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.registry import Registry
from domain.entities.consents import CONSENT
from domain.entities.relationships import RELATIONSHIP
from domain.importing.mapping import document as m
from domain.importing.mapping.declared_targets import known_targets
from domain.importing.records.records import cell_fields
from domain.validation.customers import POINT_FIELDS
from domain.validation.values import choices
from privacy.purposes import PURPOSES

_CHOICES: Mapping[str, frozenset[str]] = {
    "contact_points.kind": frozenset(POINT_FIELDS),
    "consents.purpose": frozenset(
        name for name, purpose in PURPOSES.items() if purpose.needs_consent
    ),
}
"""Of parts that are no field."""
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


def targets(registry: Registry) -> dict[str, type[msgspec.Struct]]:
    """What a row may become, by name."""
    return known_targets(registry)


def described(registry: Registry, target: str | None = None) -> list[Part]:
    """Every part, of one target or of all; raises ``KeyError`` for a target that there is not."""
    known, by_name = targets(registry), registry.by_name
    chosen = known if target is None else {target: known[target]}
    return [
        part for name, struct in chosen.items() for part in _parts(by_name[name], struct, by_name)
    ]


def _parts(
    entity: Entity, struct: type[msgspec.Struct], known: Mapping[str, Entity]
) -> Iterator[Part]:
    for info in msgspec.structs.fields(struct):
        if info.name == "fields":
            fields = cell_fields(entity)
            yield from (_field(entity, fields[name]) for name in sorted(fields))
            continue
        inner, sign = _inner(info.type)
        if inner is None:
            yield _part(entity, info.name, info.type, required=info.required)
            continue
        for one in msgspec.structs.fields(inner):
            name = f"{info.name}{sign}.{one.name}"
            part = _part(entity, name, one.type, required=one.required)
            yield part if sign else _attached(part, known[one.name])


def _attached(part: Part, to: Entity) -> Part:
    example = f"a column with the {to.noun}'s id"
    return replace(part, type="reference, one of these", example=example)


def _inner(type_: object) -> tuple[Any, str]:
    """The struct that a part is, or of which it is a list, and the sign of that; none of other parts."""
    for one in (type_, *get_args(type_)):
        is_list = getattr(one, "__origin__", None) is list
        items = get_args(one) if is_list else (one,)
        structs = _LISTED if is_list else (m.Attachment,)
        if items and isinstance(items[0], type) and issubclass(items[0], structs):
            return items[0], "[]" if is_list else ""
    return None, ""


_LISTED = (m.ContactPoint, m.Relationship, m.Consent, m.Named)


def _field(entity: Entity, declared: Field) -> Part:
    values = tuple(sorted(choices(declared)))
    return Part(
        entity.name,
        f"fields.{declared.name}",
        declared.kind.value,
        declared.must_be_given,
        values,
        _example(declared.name, declared, values),
        declared.is_sealed,
    )


def _part(entity: Entity, name: str, type_: object, *, required: bool) -> Part:
    outer, _, own = name.replace("[]", "").partition(".")
    resource = _PARTS.get(outer, entity)
    declared = resource.by_name.get(own or outer)
    stated = _CHOICES.get(f"{outer}.{own}") or (choices(declared) if declared else ())
    values = tuple(sorted(stated))
    is_sealed = outer in _SEALED or (declared is not None and declared.is_sealed)
    kind = _kind_of(type_, declared)
    example = "true" if type_ is bool else _example(own or outer, declared, values)
    return Part(entity.name, name, kind, required, values, example, is_sealed)


def _kind_of(type_: object, declared: Field | None) -> str:
    if "Named" in str(type_):
        return "list of references" if str(type_).startswith("list[") else "reference"
    if getattr(type_, "__origin__", None) is list or type_ == (list[m.AnyValue] | None):
        return "list of values"
    if "dict" in str(type_):
        return "values by name"
    if type_ is bool:
        return "true or false"
    return declared.kind.value if declared is not None else "value"


def _example(field: str, declared: Field | None, values: tuple[str, ...]) -> str:
    if values:
        return values[0]
    if declared is not None and declared.kind is Kind.TAGS:
        return "[vip, newsletter]"
    return _OWN_EXAMPLES.get(field) or _EXAMPLES.get(declared.kind if declared else Kind.TEXT, "")
