"""Namesakes: living customers of the same name, address or number as the erased person."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, UUID

from domain.declaration.field import Values
from domain.entities.customers import CUSTOMER, NAMES
from domain.erasure.mentions.erasure_notes import related_to
from domain.erasure.mentions.identifiers import KnownPerson
from domain.erasure.mentions.rivals import Rival, rival_of
from domain.searching.chosen import all_choices, for_reading
from domain.searching.known_by import address_keys
from domain.searching.query import WORDS_MAX, parsed
from domain.searching.sources import CUSTOMER_NAMES
from domain.searching.spelling.folding import wholes
from domain.searching.tokens import Alternatives, merged, whole_tokens, word_tokens
from domain.storage.lookup import sought_tags, tag_name
from domain.storage.lookup_rows import has_tag
from domain.tables import customers, lookup_tags
from domain.values.display_values import display_name
from domain.values.errors import InvalidInputError
from domain.writing.records import opened_row
from domain.writing.unit_of_work import UnitOfWork

NAMESAKES_MAX = 200
"""So many are looked at of those who share a word of the name."""
PAIRS_MAX = 6
_ID = UUID(as_uuid=False)


@dataclass(frozen=True, slots=True)
class Others:
    """``shared`` are addresses and numbers that somebody else has as well; ``rivals`` people who share a
    surname, by their ids. ``are_more``: there are more than were looked at.
    """

    shared: frozenset[str]
    rivals: Mapping[str, Rival]
    is_surname_theirs: bool
    """Whether somebody else has the surname."""
    are_more: bool = False


async def others(work: UnitOfWork, known: KnownPerson) -> Others:
    """Who else is known by what the person is known by."""
    found, are_more = await _sharing(work, known)
    opened = await opened_people(work, found)
    rivals = {id_: rival_of(sealed) for id_, sealed in opened.items()}
    for id_, rival in rivals.items():
        if rival.wholes & {*wholes(known.full_name)} or rival.words & known.name.given:
            rivals[id_] = replace(rival, related=frozenset(await related_to(work, id_)))
    surnames = [rival.surnames for rival in rivals.values()]
    return Others(
        shared=await _shared(work, known),
        rivals=rivals,
        is_surname_theirs=are_more or any(one & known.name.key for one in surnames),
        are_more=are_more,
    )


async def opened_people(
    work: UnitOfWork, ids: Collection[str], closed: list[str] | None = None
) -> Mapping[str, Values]:
    """What is sealed of these customers, of those who were not erased; nobody is locked for it. Whose
    record does not open is as good as not there, and is added to those that are ``closed``.
    """
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
    work.access_log.opened(CUSTOMER, (field.name for field in CUSTOMER.sealed), keys)
    stored = [opened_row(work.tenant, CUSTOMER, row, keys) for row in rows if row["id"] in keys]
    found = {one.id: one.sealed for one in stored if not one.is_closed}
    if closed is not None:
        closed.extend(row["id"] for row in rows if row["id"] not in found)
    return found


def name_of_person(sealed: Values) -> str:
    """The whole name."""
    return display_name(*map(sealed.get, NAMES)) or ""


async def _sharing(work: UnitOfWork, known: KnownPerson) -> tuple[set[str], bool]:
    """Living customers who have the whole name, or a word of the surname; where these are very many, those
    who have a given name as well, and that there are more.
    """
    found: set[str] = set()
    if known.full_name:
        turned = " ".join(reversed(known.full_name.split()))
        names = [known.full_name, turned]
        tokens = merged([whole_tokens(work.index, source, names) for source in CUSTOMER_NAMES])
        found.update(await _found(work, tokens, known))
    are_more = False
    for surname in known.surnames:
        some = await _having(work, known, surname)
        found.update(some)
        if len(some) == NAMESAKES_MAX:
            are_more = True
            for both in _pairs(known, surname):
                found.update(await _having(work, known, both))
    return found, are_more


def _pairs(known: KnownPerson, surname: str) -> Iterator[str]:
    return (f"{given} {surname}" for given in sorted(known.name.given)[:PAIRS_MAX])


async def _having(work: UnitOfWork, known: KnownPerson, text: str) -> Sequence[str]:
    """Customers in whose name all words of a text are."""
    try:
        query = parsed(" ".join(text.split()[:WORDS_MAX]))
    except InvalidInputError:
        return ()
    modes = for_reading(await all_choices(work.connection, work.registry, work.tenant))
    sources = CUSTOMER_NAMES
    tokens = merged([word_tokens(work.index, one, query, modes.of(one)) for one in sources])
    return await _found(work, tokens, known)


async def _found(work: UnitOfWork, tokens: Alternatives, known: KnownPerson) -> Sequence[str]:
    words = sa.literal(tokens, ARRAY(sa.BigInteger, dimensions=2))
    call = sa.func.farley_search(sa.literal(work.tenant, _ID), words, type_=_ID)
    found = call.column_valued("found")
    query = sa.select(found).where(found != known.id).limit(NAMESAKES_MAX)
    return [str(id_) for id_ in (await work.execute(query)).scalars()]


async def _shared(work: UnitOfWork, known: KnownPerson) -> frozenset[str]:
    region = known.country or work.region
    values = [("emails", one, address_keys(one)) for one in known.emails]
    values += [("phones", one, [one]) for one in known.numbers]
    return frozenset(
        [one for field, one, all_ in values if await _has_another(work, known, field, all_, region)]
    )


async def _has_another(
    work: UnitOfWork, known: KnownPerson, field: str, values: Sequence[str], region: str
) -> bool:
    try:
        tags = sought_tags(work.index, CUSTOMER, field, values, region)
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
