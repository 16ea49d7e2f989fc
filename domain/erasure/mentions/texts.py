"""Texts of records in which others may be mentioned: where they stand, and putting them back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.custom_fields.definitions import Definitions
from domain.custom_fields.labelled import FIELD
from domain.custom_fields.types import CustomType
from domain.persistence.records import Stored

Rewrite = Callable[[str], str]

TEXTS: Mapping[str, Sequence[str]] = {
    "interaction": ("subject", "body"),
    "opportunity": ("title", "lost_reason"),
    "deal_registration": ("title",),
}
"""Free texts of each resource; customers' are their custom fields."""


def texts_of(stored: Stored, definitions: Definitions) -> Mapping[str, str]:
    """The free texts of a record, by the field that they stand in."""
    if stored.resource.name == "customer":
        return {one["name"]: one["value"] for one in _free(stored, definitions)}
    known = {name: stored.sealed.get(name) for name in TEXTS[stored.resource.name]}
    return {name: text for name, text in known.items() if text}


def with_texts(stored: Stored, changed: Mapping[str, str]) -> dict[str, Any]:
    """What is sealed of the record, with those texts changed."""
    if stored.resource.name != "customer":
        return {**stored.sealed, **changed}
    items = [
        {**one, "value": changed.get(one["name"], one["value"])}
        for one in stored.sealed.get(FIELD) or ()
    ]
    return {**stored.sealed, FIELD: items}


def changed_fields(stored: Stored, changed: Mapping[str, str]) -> set[str]:
    """The declared fields that those texts belong to."""
    return {FIELD} if stored.resource.name == "customer" else set(changed)


def detected_names(stored: Stored) -> Mapping[str, Sequence[tuple[int, int]]]:
    """Where detection found names of people, in an interaction that was looked through."""
    findings = stored.row.get("findings") or {}
    return {
        name: [(one["start"], one["end"]) for one in found if one["type"] == "PERSON"]
        for name, found in findings.items()
    }


def _free(stored: Stored, definitions: Definitions) -> list[Mapping[str, str]]:
    return [
        one
        for one in stored.sealed.get(FIELD) or ()
        if one["name"] in definitions and definitions[one["name"]].type is CustomType.TEXT
    ]
