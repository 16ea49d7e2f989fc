"""Suppression list: people who were erased stay out, known by keyed hashes that never rotate.

Decision 21: nobody is refused for an address, a number or a deal that they share with somebody who was
erased.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER
from domain.searching.known_by import address_keys, is_of_several, name_keys, pairs
from domain.storage import lookup_rows
from domain.storage.lookup import reference_text, sought_tags, tag_name
from domain.tables import customers, lookup_tags
from domain.values.errors import SuppressedError
from domain.writing.unit_of_work import UnitOfWork
from privacy.spellings.telephone import phone, region_of
from privacy.tables import suppressions

SUPPRESSED = ("emails", "phones", "external_references")
"""What a person who comes back is known by."""

Tag = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that somebody is known by; ``alone`` is the address, where it counts without the name."""

    field: str
    text: str
    alone: str | None = None


def marks(
    resource: Entity, sealed: Values, region: str, country: str | None, *, shortened: bool = False
) -> list[Mark]:
    """Everything that the person may be known by, in a tenant of that region."""
    names = name_keys(sealed, shortened=shortened)
    regions = (region_of(country, region), region)
    found: dict[Mark, None] = {}
    for point in sealed.get("emails") or ():
        keys = address_keys(point["value"])
        found |= {Mark("emails", text): None for text in pairs(keys, names)}
        found |= {Mark("emails", text, point["value"]): None for text in keys}
    for point in sealed.get("phones") or ():
        numbers = dict.fromkeys(phone(point["value"], where) for where in regions)
        found |= {Mark("phones", text): None for text in pairs(numbers, names)}
    for one in sealed.get("external_references") or ():
        text = reference_text(one["system"], one["id"])
        found[Mark("external_references", text)] = None
    return [Mark(tag_name(resource, one.field), one.text, one.alone) for one in found]


async def kept_marks(
    work: UnitOfWork,
    subject: str,
    sealed: Values,
    country: str | None,
    resource: Entity = CUSTOMER,
) -> list[Tag]:
    """Field and keyed hash of what keeps somebody out who is being erased: an address without the name
    where it is not of several, and no other customer has it.
    """
    found: dict[Tag, None] = {}
    for mark in marks(resource, sealed, work.region, country, shortened=True):
        if mark.alone is not None and is_of_several(mark.alone, sealed):
            continue
        if mark.alone is None or not await _is_shared(work, mark.alone, subject):
            found[mark.field, work.index.suppression(mark.field, mark.text)] = None
    return list(found)


def sought_marks(
    work: UnitOfWork,
    sealed: Values,
    country: str | None,
    stored: Values | None = None,
    resource: Entity = CUSTOMER,
    *,
    shortened: bool = False,
) -> dict[Tag, Mark]:
    """What somebody would be recognised by, under every index root that the tenant has had; of a record
    that is there, only what is new in it. ``shortened`` as ``marks`` has it.
    """
    wanted = marks(resource, sealed, work.region, country, shortened=shortened)
    known = set(marks(resource, stored, work.region, country)) if stored else set()
    return {
        (mark.field, tag): mark
        for mark in wanted
        if mark not in known
        for tag in work.index.suppressions(mark.field, mark.text)
    }


async def refuse_suppressed(
    work: UnitOfWork,
    sealed: Values,
    country: str | None,
    *,
    id_: str,
    stored: Values | None = None,
    resource: Entity = CUSTOMER,
) -> None:
    """Raise ``SuppressedError`` where an erased person would come back as the customer ``id_``."""
    sought = sought_marks(work, sealed, country, stored, resource)
    found = await in_force(work, sought)
    await refuse_found(work, [mark for tag, mark in sought.items() if tag in found], id_)


async def refuse_found(work: UnitOfWork, found: Sequence[Mark], id_: str) -> None:
    """Raise ``SuppressedError`` for what is kept out, but for an address that another customer has."""
    for mark in found:
        if mark.alone is None or not await _is_shared(work, mark.alone, id_):
            name = mark.field.split(".", 1)[1]
            raise SuppressedError("the person was erased and may not be taken in again", (name,))


async def in_force(work: UnitOfWork, tags: Iterable[Tag]) -> Collection[Tag]:
    """Those of the tags that are kept out, and that nobody has let in again since."""
    wanted = list(tags)
    if not wanted:
        return set()
    columns = suppressions.c
    query = sa.select(columns.field, columns.tag).where(
        columns.tenant_id == work.tenant,
        columns.field.in_(sorted({field for field, _ in wanted})),
        columns.tag == sa.any_(sa.literal([tag for _, tag in wanted], ARRAY(BYTEA))),
        sa.or_(columns.lifted_at.is_(None), columns.lifted_at < columns.created_at),
    )
    rows = (await work.execute(query)).mappings()
    return {(str(row["field"]), bytes(row["tag"])) for row in rows}


async def _is_shared(work: UnitOfWork, address: str, but: str) -> bool:
    """Whether a living customer other than that one has the address."""
    tags = sought_tags(work.index, CUSTOMER, "emails", [address], work.region)
    index = lookup_tags.alias()
    query = sa.select(
        sa.exists().where(
            index.c.tenant_id == work.tenant,
            index.c.field == tag_name(CUSTOMER, "emails"),
            index.c.row_id != but,
            lookup_rows.has_tag(index, sa.bindparam("tags", type_=ARRAY(BYTEA))),
            customers.c.tenant_id == index.c.tenant_id,
            customers.c.id == index.c.row_id,
            customers.c.erased_at.is_(None),
        )
    )
    return bool((await work.connection.execute(query, {"tags": tags})).scalar_one())
