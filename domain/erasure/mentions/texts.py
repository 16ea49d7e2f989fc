"""Texts of records in which others may be mentioned: where they stand, and putting them back.

Each has a place: a field, or a part of one (``tags/0``, ``phones/1/label``, ``custom_fields/memo``). Which
entities have some follows from their declarations.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.declaration.custom_types import CustomType
from domain.declaration.duties import has_mentions, has_texts
from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
from domain.entities.customers import CONTACT_POINTS, CUSTOMER
from domain.storage.custom_definitions import Definitions
from domain.storage.custom_labelled import FIELD
from domain.writing.records import Stored

TOLD = frozenset({"organization_name"})
"""What a customer is called: who is mentioned there is told, and nothing is redacted."""
_LABEL, _VALUE = "label", "value"
_POSTAL = "addresses"


def has_parts(entity: Entity) -> bool:
    """Whether others may be mentioned in a part of a field, which search does not know."""
    return bool(entity.tagged) or any(map(has_texts, entity.fields))


def mentioning(registry: Registry) -> tuple[Entity, ...]:
    """The entities in whose records others may be mentioned."""
    return tuple(filter(has_mentions, registry.all))


def texts_of(stored: Stored, definitions: Definitions) -> Mapping[str, str]:
    """The free texts of a record, by their places."""
    found = dict(_parts(stored, definitions))
    told = TOLD if stored.resource is CUSTOMER else ()
    for name in (*told, *stored.resource.free_texts):
        found[name] = stored.sealed.get(name)
    return {place: text for place, text in found.items() if text}


def _parts(stored: Stored, definitions: Definitions) -> Iterator[tuple[str, str | None]]:
    for name in stored.resource.tagged:
        for place, tag in enumerate(stored.row.get(name) or ()):
            yield f"{name}/{place}", tag
    for name in CONTACT_POINTS:
        for place, point in enumerate(stored.sealed.get(name) or ()):
            yield f"{name}/{place}/{_LABEL}", point.get(_LABEL)
            if name == _POSTAL:
                yield f"{name}/{place}/{_VALUE}", point[_VALUE]
    for one in stored.sealed.get(FIELD) or ():
        if one["name"] in definitions and definitions[one["name"]].type is CustomType.TEXT:
            yield f"{FIELD}/{one['name']}", one["value"]


def with_texts(stored: Stored, changed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record's columns and what is sealed of it, with those texts changed."""
    row, sealed, tagged = dict(stored.row), dict(stored.sealed), stored.resource.tagged
    for place, text in changed.items():
        field, *inner = place.split("/", 2)
        if not inner:
            sealed[field] = text
        elif field in tagged:
            row[field] = [text if i == int(inner[0]) else tag for i, tag in enumerate(row[field])]
        elif field == FIELD:
            sealed[FIELD] = _put(sealed[FIELD], "name", "/".join(inner), {_VALUE: text})
        else:
            number, part = inner
            points = [dict(point) for point in sealed[field]]
            points[int(number)][part] = text
            sealed[field] = points
    for name in changed_fields(changed) & {*tagged}:
        row[name] = sorted(set(row[name]))
    return row, sealed


def _put(
    items: Sequence[Mapping[str, Any]], key: str, wanted: str, values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    return [{**one, **values} if one[key] == wanted else dict(one) for one in items]


def changed_fields(changed: Mapping[str, str]) -> set[str]:
    """The declared fields that those texts belong to."""
    return {place.split("/", 1)[0] for place in changed}


def detected_names(stored: Stored) -> Mapping[str, Sequence[tuple[int, int]]]:
    """Where detection found names of people, in a record that was looked through."""
    findings = stored.row.get("findings") or {}
    return {
        name: [(one["start"], one["end"]) for one in found if one["type"] == "PERSON"]
        for name, found in findings.items()
    }
