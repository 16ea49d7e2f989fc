"""Values to compare with: what stands in the data, something near it, and something that does not."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.declaration.field import Field
from domain.declaration.kinds import Kind, Lookup
from domain.entities.customers import NAMES
from domain.entities.registry import ALL, RESOURCES
from domain.values.display_values import display_name
from tests.reference.eyes import as_answered, raw_value
from tests.reference.records import Records

Pools = Mapping[str, Mapping[str, Sequence[Any]]]

DURATIONS: Mapping[Kind, Sequence[str]] = {
    Kind.TIMESTAMP: ("P1M", "P30D", "PT12H", "P1Y", "P4W"),
    Kind.DATE: ("P1M", "P30D", "P1Y", "P4W"),
}
CIRCLES: Sequence[Any] = tuple(
    {"latitude": latitude, "longitude": longitude, "kilometres": kilometres}
    for latitude, longitude, kilometres in (
        (52.52, 13.405, 20.5),
        (52.5, 13.4, 0.5),
        (-16.5, -179.95, 100.0),
        (48.85, 2.35, 900.0),
        (0.0, 0.0, 20037.5),
        (90.0, 0.0, 1.0),
    )
)
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
NEARLY = ("zoee muler", "Jaen Luk", "aeroskoping", "kaffe 100", "Akme", "aad", "mülleer ACME")
"""Names as somebody may write them who does not know them well."""
LOOKED_UP: Mapping[str, Sequence[Any]] = {
    "emails": ("ADA@example.com", "zoe@example.com", "nobody@example.com"),
    "phones": ("+49301234567", "030 1234567", "+33 1 42 68 53 00", "0142685300", "110"),
}


def is_compared(field: Field) -> bool:
    """Whether records are found or put in order by the field."""
    return field.lookup not in {Lookup.NONE, Lookup.DECLARED}


def pools(records: Records) -> Pools:
    """By resource and by field that can be looked up, values as a document gives them."""
    return {
        resource.name: {
            field.name: _pool(records, resource.name, field)
            for field in resource.fields
            if is_compared(field)
        }
        for resource in ALL
    }


def ids(records: Records, resource: str, most: int = 8) -> list[str]:
    """Ids of records as callers give them, and one of no record."""
    prefix = RESOURCES[resource].prefix
    return [f"{prefix}_{id_}" for id_ in (*sorted(records.rows[resource])[:most], UNKNOWN_ID)]


def _pool(records: Records, resource: str, field: Field) -> Sequence[Any]:
    if field.kind is Kind.REFERENCE:
        return ids(records, RESOURCES[resource].edge_by_name[field.name].target)
    if field.kind is Kind.PLACE:
        return CIRCLES
    if field.name in LOOKED_UP:
        return LOOKED_UP[field.name]
    if field.lookup is Lookup.WORDS:
        return _of_names(records)
    stored = [raw_value(field, row) for row in records.of(resource)]
    values = [value for value in stored if value is not None]
    if field.kind in {Kind.TAGS, Kind.JSON}:
        values = [one for several in values for one in several]
    found = sorted({repr(value): as_answered(value) for value in values}.items())
    known = [value for _, value in found]
    return [*_of_text(known), "nowhere"] if field.kind is Kind.TEXT else known or ["nowhere"]


def _of_names(records: Records) -> list[str]:
    """Whole names in other spellings, how they begin, and words of them in any order."""
    rows = records.of("customer")
    wholes = sorted({name for row in rows if (name := display_name(*(row[one] for one in NAMES)))})
    forms = (str, str.upper, lambda name: name[:3], lambda name: " ".join(name.split()[::-1]))
    return [
        *dict.fromkeys(form(name) for name in wholes for form in forms),
        "mueller",
        "zo",
        "z",
        *NEARLY,
    ]


def _of_text(known: Sequence[str]) -> list[str]:
    """Whole values, and pieces of them in another case and with wildcards."""
    pieces = [piece for text in known for piece in (text, text[:3].upper(), text[-3:].lower())]
    return [*dict.fromkeys(pieces), "%", "_", "é", "ss"]
