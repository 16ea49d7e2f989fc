"""Tag match as SQL: rows by e-mail addresses that are searched for whole.

The other words of the search are found as ever, so that one statement answers, and nobody is a candidate
who has the address alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, UUID

from domain.declaration.kinds import Manner
from domain.searching.query import WORDS_MAX, Query, QueryWord
from domain.searching.sources import Source
from domain.tables import search_tokens
from privacy.vault import IndexKeys

Tags = list[list[bytes | None]]
"""For each of ``WORDS_MAX`` words the tags of which one must be there; those of no address have none."""


def tagged(sources: Sequence[Source]) -> Iterator[tuple[int, Source]]:
    """The sources that have tags, with their numbers among those that are asked."""
    return (one for one in enumerate(sources) if one[1].manner is Manner.ADDRESS)


def found_by_tags(name: str, number: int, source: Source) -> sa.Select[Any]:
    """The ids of rows that have one of the addresses, and each of the other words somewhere; says nothing
    of what the caller may use.
    """
    find = sa.func.farley_find_tagged(
        tenant(),
        _field(source),
        sa.bindparam(_all_tags(name, number), type_=ARRAY(BYTEA, dimensions=2)),
        sa.bindparam(name, type_=ARRAY(sa.BigInteger, dimensions=2)),
        type_=UUID(as_uuid=False),
    )
    return sa.select(find.column_valued("found"))


def has_tag(
    name: str, number: int, row: int, source: Source, table: sa.FromClause
) -> sa.ColumnElement[bool]:
    """Whether the row has the address that a word of the search is."""
    tags: sa.BindParameter[Any] = sa.bindparam(_tags_of(name, number, row), type_=ARRAY(BYTEA))
    return sa.func.lookup_tagged(tenant(), table.c.id, _field(source), tags, type_=sa.Boolean)


def bound(name: str, keys: IndexKeys, sources: Sequence[Source], query: Query) -> Mapping[str, Any]:
    """The values of these parameters; for what is no address nothing is asked."""
    found: dict[str, Any] = {}
    for number, source in tagged(sources):
        tags = _tags(keys, source, query)
        found[_all_tags(name, number)] = tags if query.has_addresses else None
        for row, some in enumerate(tags):
            found[_tags_of(name, number, row)] = some if any(some) else None
    return found


def _tags(keys: IndexKeys, source: Source, query: Query) -> Tags:
    rows = [_of_word(keys, source, word) for word in query.words]
    width = max(1, *map(len, rows))
    full: Tags = [[*row, *[None] * (width - len(row))] for row in rows]
    return [full[row] if row < len(full) else full[0] for row in range(WORDS_MAX)]


def _of_word(keys: IndexKeys, source: Source, word: QueryWord) -> list[bytes]:
    """A source has the name under which its field's tags are derived (``lookup.tag_name``)."""
    addresses = sorted(word.addresses)
    return [one.tag(source.name, address) for one in keys.looked_up for address in addresses]


def tenant() -> sa.BindParameter[Any]:
    """The parameter that the gate binds to the caller's tenant."""
    return sa.bindparam("tenant", type_=search_tokens.c.tenant_id.type)


def _field(source: Source) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{source.name}'", sa.Text)


def _all_tags(name: str, number: int) -> str:
    return f"{name}_tags_{number}"


def _tags_of(name: str, number: int, row: int) -> str:
    return f"{name}_tags_{number}_{row}"
