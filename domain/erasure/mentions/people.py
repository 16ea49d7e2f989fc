"""Others who are known by the same: living customers of the same name, address or number."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, UUID

from domain.catalogue import Values
from domain.customers.fields import CUSTOMER, NAMES, display_name
from domain.erasure.mentions.known import Known
from domain.erasure.notes import related_to
from domain.errors import InvalidInputError
from domain.persistence.lookup_rows import has_tag
from domain.persistence.records import opened_pack
from domain.persistence.tables import customers, lookup_tags
from domain.persistence.unit_of_work import UnitOfWork
from domain.reading.lookup import sought_tags, tag_name
from domain.search_modes.chosen import all_choices, for_reading
from domain.searching.folding import wholes
from domain.searching.query import WORDS_MAX, parsed
from domain.searching.sources import CUSTOMER_NAMES
from domain.searching.tokens import Alternatives, merged, whole_tokens, word_tokens

NAMESAKES_MAX = 200
_ID = UUID(as_uuid=False)


@dataclass(frozen=True, slots=True)
class Others:
    """``shared`` are addresses and numbers that somebody else has as well; ``namesakes`` people of the same
    full name, ``theirs`` these and whom they have to do with.
    """

    shared: frozenset[str]
    namesakes: frozenset[str]
    theirs: frozenset[str]
    is_surname_theirs: bool
    """Whether somebody else has the surname."""


async def others(work: UnitOfWork, known: Known) -> Others:
    """Who else is known by what the person is known by."""
    namesakes = await _namesakes(work, known)
    theirs = set(namesakes)
    for one in namesakes:
        theirs |= set(await related_to(work, one))
    return Others(
        shared=await _shared(work, known),
        namesakes=namesakes,
        theirs=frozenset(theirs - {known.id}),
        is_surname_theirs=await _is_surname_theirs(work, known),
    )


async def opened_people(work: UnitOfWork, ids: Collection[str]) -> Mapping[str, Values]:
    """What is sealed of these customers, of those who were not erased; nobody is locked for it."""
    if not ids:
        return {}
    query = sa.select(customers.c.id, customers.c.sealed).where(
        customers.c.tenant_id == work.tenant,
        customers.c.id == sa.any_(sa.literal(sorted(ids), ARRAY(_ID))),
        customers.c.erased_at.is_(None),
        customers.c.sealed.is_not(None),
    )
    rows = [dict(row) for row in (await work.execute(query)).mappings()]
    keys = await work.stores.vault.keys(work.tenant, [row["id"] for row in rows])
    work.trail.opened(CUSTOMER, (field.name for field in CUSTOMER.sealed), keys)
    return {
        row["id"]: opened_pack(work.tenant, CUSTOMER, row, keys[row["id"]])
        for row in rows
        if row["id"] in keys
    }


def name_of_person(sealed: Values) -> str:
    """The whole name."""
    return display_name(*map(sealed.get, NAMES)) or ""


async def _namesakes(work: UnitOfWork, known: Known) -> frozenset[str]:
    if not known.full_name:
        return frozenset()
    turned = " ".join(reversed(known.full_name.split()))
    names = [known.full_name, turned]
    tokens = merged([whole_tokens(work.index, source, names) for source in CUSTOMER_NAMES])
    opened = await opened_people(work, await _found(work, tokens, known))
    wanted = {one for name in names for one in wholes(name)}
    return frozenset(
        id_ for id_, sealed in opened.items() if wanted & {*wholes(name_of_person(sealed))}
    )


async def _is_surname_theirs(work: UnitOfWork, known: Known) -> bool:
    try:
        query = parsed(" ".join(known.surnames[:WORDS_MAX]))
    except InvalidInputError:
        return False
    modes = for_reading(await all_choices(work.connection, work.tenant))
    sources = CUSTOMER_NAMES
    tokens = merged([word_tokens(work.index, one, query, modes.of(one)) for one in sources])
    found = await _found(work, tokens, known)
    if len(found) == NAMESAKES_MAX:
        return True
    wanted = {one for word in known.surnames for one in wholes(word)}
    opened = (await opened_people(work, found)).values()
    return any(wanted & {*_words(sealed.get("family_name"))} for sealed in opened)


def _words(name: str | None) -> Sequence[str]:
    return [one for word in (name or "").split() for one in wholes(word)]


async def _found(work: UnitOfWork, tokens: Alternatives, known: Known) -> Sequence[str]:
    words = sa.literal(tokens, ARRAY(sa.BigInteger, dimensions=2))
    call = sa.func.farley_search(sa.literal(work.tenant, _ID), words, type_=_ID)
    found = call.column_valued("found")
    query = sa.select(found).where(found != known.id).limit(NAMESAKES_MAX)
    return [str(id_) for id_ in (await work.execute(query)).scalars()]


async def _shared(work: UnitOfWork, known: Known) -> frozenset[str]:
    region = known.country or work.region
    values: list[tuple[str, str]] = [("emails", one) for one in known.emails]
    values += [("phones", one) for one in known.numbers]
    return frozenset(
        [value for field, value in values if await _has_another(work, known, field, value, region)]
    )


async def _has_another(work: UnitOfWork, known: Known, field: str, value: str, region: str) -> bool:
    try:
        tags = sought_tags(work.index, CUSTOMER, field, [value], region)
    except InvalidInputError:
        return False
    wanted: sa.BindParameter[Any] = sa.literal(tags, ARRAY(BYTEA))
    query = (
        sa.select(lookup_tags.c.row_id)
        .where(
            lookup_tags.c.tenant_id == work.tenant,
            lookup_tags.c.field == tag_name(CUSTOMER, field),
            lookup_tags.c.row_id != known.id,
            has_tag(lookup_tags, wanted),
        )
        .limit(1)
    )
    return (await work.execute(query)).first() is not None
