"""Candidates: ids of records whose texts may mention a person, found by the tokens of search.

They are opened and looked at before anything is said of them: what is found here too much costs time only.
Records that have no tokens yet are looked at one and all.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.declaration.entity import Entity
from domain.entities.customers import CUSTOMER
from domain.erasure.mentions.identifiers import KnownPerson
from domain.erasure.mentions.spotting.numbers import chunk_rows
from domain.searching.chosen import all_choices, for_reading
from domain.searching.query import WORDS_MAX, Query, parsed
from domain.searching.sources import Source, sources_of
from domain.searching.tokens import WORD, Alternatives, merged, word_tokens
from domain.tables import search_tokens
from domain.values.errors import InvalidInputError
from domain.writing.unit_of_work import UnitOfWork
from privacy.vault import IndexKeys

LIMIT = 100
LIMITS = {CUSTOMER.name: 500}
"""Customers are opened one and all, and locked only where they speak of the person."""

Ids = Sequence[str]


async def by_tokens(work: UnitOfWork, resource: Entity, known: KnownPerson, after: str) -> Ids:
    """The next records that have words of what the person is known by, or that have no tokens."""
    if known.name.whole:
        return await every(work, resource, after)  # Such a name stands within words.
    modes = for_reading(await all_choices(work.connection, work.registry, work.tenant))
    sources = sources_of(resource)
    words = [
        merged([word_tokens(work.index, source, query, modes.of(source)) for source in sources])
        for query in _queries(known)
    ]
    words += list(_of_numbers(work.index, sources, known))
    if not words:
        return []
    found = [sa.func.farley_search(_tenant(work), _array(one), type_=_ID) for one in words]
    looked_up = sa.union_all(*(sa.select(one.column_valued("found")) for one in found))
    table = resource.table
    return await _page(work, resource, after, table.c.id.in_(looked_up))


async def without_tokens(work: UnitOfWork, resource: Entity, after: str) -> Ids:
    """The next records that nothing would find yet."""
    table = resource.table
    has_some = sa.exists().where(
        search_tokens.c.tenant_id == table.c.tenant_id, search_tokens.c.row_id == table.c.id
    )
    return await _page(work, resource, after, ~has_some)


async def tags_of(work: UnitOfWork, ids: Ids) -> dict[str, Sequence[str]]:
    """The tags of those customers."""
    table = CUSTOMER.table
    query = sa.select(table.c.id, table.c.tags).where(
        table.c.tenant_id == work.tenant, table.c.id == sa.any_(sa.literal(list(ids), ARRAY(_ID)))
    )
    rows = (await work.execute(query)).mappings()
    return {str(row["id"]): row["tags"] or () for row in rows}


async def changed_since(work: UnitOfWork, resource: Entity, since: datetime, after: str) -> Ids:
    """The next records that were written since then."""
    return await _page(work, resource, after, resource.table.c.updated_at >= since)


async def every(work: UnitOfWork, resource: Entity, after: str) -> Ids:
    """The next records, whatever they say."""
    return await _page(work, resource, after, sa.true())


async def _page(
    work: UnitOfWork, resource: Entity, after: str, which: sa.ColumnElement[bool]
) -> Ids:
    table = resource.table
    query = (
        sa.select(table.c.id)
        .where(table.c.tenant_id == work.tenant, table.c.sealed.is_not(None), table.c.id > after)
        .where(which)
        .order_by(table.c.id)
        .limit(LIMITS.get(resource.name, LIMIT))
    )
    return [str(id_) for id_ in (await work.execute(query)).scalars()]


_ID = UUID(as_uuid=False)


def _tenant(work: UnitOfWork) -> sa.ColumnElement[Any]:
    return sa.literal(work.tenant, _ID)


def _array(words: Alternatives) -> sa.BindParameter[Any]:
    return sa.literal(words, ARRAY(sa.BigInteger, dimensions=2))


def _queries(known: KnownPerson) -> Iterator[Query]:
    """Of everything but numbers: all words of one must be there. Of a surname one word is enough."""
    texts = [*known.surnames, *known.emails, *known.written]
    for text in dict.fromkeys(texts):
        try:
            yield parsed(" ".join(text.split()[:WORDS_MAX]))
        except InvalidInputError:
            continue


def _of_numbers(
    keys: IndexKeys, sources: Sequence[Source], known: KnownPerson
) -> Iterator[Alternatives]:
    for number in known.numbers.values():
        for row in chunk_rows(number):
            tokens = [
                [t for source in sources for t in keys.sought(WORD, source.name, one)]
                for one in row
            ]
            width = max(map(len, tokens))
            full = [one + one[:1] * (width - len(one)) for one in tokens]
            yield [full[min(i, len(full) - 1)] for i in range(WORDS_MAX)]
