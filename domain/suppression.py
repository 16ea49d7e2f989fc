"""People who were erased stay out: their contact points are kept as keyed hashes that never rotate."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from domain.catalogue import Resource
from domain.customers.fields import NAMES, display_name
from domain.errors import SuppressedError
from domain.persistence.unit_of_work import UnitOfWork
from domain.reading.lookup import reference_text, tag_name
from privacy.tables import suppressions
from privacy.vault import IndexKeys, normalise

SUPPRESSED = ("emails", "phones", "external_references")
"""What a person who comes back is known by."""


def suppression_tags(
    keys: IndexKeys, resource: Resource, sealed: Mapping[str, Any], region: str
) -> list[tuple[str, bytes]]:
    """Field and keyed hash of everything by which the person would be recognised."""
    return [(name, keys.suppression(name, text)) for name, text in _texts(resource, sealed, region)]


def sought_suppressions(
    keys: IndexKeys, resource: Resource, sealed: Mapping[str, Any], region: str
) -> list[tuple[str, bytes]]:
    """The same under every index root that the tenant has had: whoever was erased under one stays out."""
    return [
        (name, tag)
        for name, text in _texts(resource, sealed, region)
        for tag in keys.suppressions(name, text)
    ]


def _texts(resource: Resource, sealed: Mapping[str, Any], region: str) -> Iterable[tuple[str, str]]:
    """People share telephone numbers: a number counts together with the name only."""
    person = normalise.text(display_name(*map(sealed.get, NAMES)) or "")
    found: dict[tuple[str, str], None] = {}
    for field in SUPPRESSED:
        name = tag_name(resource, field)
        for value in _values(field, sealed):
            text = _SPELLED[field](value, region)
            text = f"{text}\0{person}" if field == "phones" else text
            found[name, text] = None
    return list(found)


_SPELLED: Mapping[str, Callable[[Any, str], str]] = {
    "emails": lambda value, _: normalise.email(value),
    "phones": normalise.phone,
    "external_references": lambda value, _: reference_text(value["system"], value["id"]),
}


def _values(field: str, sealed: Mapping[str, Any]) -> Iterable[Any]:
    values = sealed.get(field) or ()
    return values if field == "external_references" else [point["value"] for point in values]


async def refuse_suppressed(
    work: UnitOfWork, resource: Resource, sealed: Mapping[str, Any], country: str | None
) -> None:
    """Raise ``SuppressedError`` where an erased person would come back."""
    tags = sought_suppressions(work.index, resource, sealed, country or work.region)
    if not tags:
        return
    query = (
        sa.select(suppressions.c.field)
        .where(
            suppressions.c.tenant_id == work.tenant,
            sa.tuple_(suppressions.c.field, suppressions.c.tag).in_(tags),
        )
        .limit(1)
    )
    field = (await work.execute(query)).scalar_one_or_none()
    if field is not None:
        name = field.split(".", 1)[1]
        raise SuppressedError("the person was erased and may not be taken in again", (name,))
