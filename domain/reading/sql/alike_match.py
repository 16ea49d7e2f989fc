"""Fuzzy match as SQL: rows by names that are nearly alike.

All words must be found in one name, by which the caller may find people in that row. The tokens say just
what is meant, so that nothing has to be checked after opening: counts, groups and ``not`` are right.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.access.effective_access import EffectiveAccess
from domain.reading.sql.token_match import Condition, are_alike, found_by_part, usable
from domain.searching.modes import Modes, SearchMode
from domain.searching.plain import bound as bound_parts
from domain.searching.plain import patterns_of_part, patterns_of_words
from domain.searching.query import Query
from domain.searching.sources import Source
from domain.searching.tokens import NOTHING, alike_tokens
from privacy.vault import IndexKeys


def matching(
    name: str, access: EffectiveAccess, sources: Sequence[Source], table: sa.FromClause
) -> Condition:
    """Where one of the sources has all the words; ``bound`` has the values of its parameters."""
    looked_up = [
        sa.union_all(_found(f"{name}_{number}", table), found_by_part(name, number, source))
        for number, source in enumerate(sources)
    ]
    return _in_one(access, sources, looked_up, table)


def containing(
    name: str, access: EffectiveAccess, sources: Sequence[Source], table: sa.FromClause
) -> Condition:
    """Where one of the sources has a part somewhere; ``bound_part`` has the values of its parameters."""
    looked_up = [found_by_part(name, number, source) for number, source in enumerate(sources)]
    return _in_one(access, sources, looked_up, table)


def _in_one(
    access: EffectiveAccess,
    sources: Sequence[Source],
    looked_up: Sequence[sa.SelectBase],
    table: sa.FromClause,
) -> Condition:
    everything = table.c.id.in_(sa.union_all(*looked_up))
    if are_alike(access, sources):
        return sa.and_(everything, access.usable(sources[0].fields[0], table))
    each = (
        sa.and_(usable(access, source, table), table.c.id.in_(found))
        for source, found in zip(sources, looked_up, strict=True)
    )
    return sa.and_(everything, sa.or_(*each))


def bound(
    name: str, keys: IndexKeys, sources: Sequence[Source], query: Query, modes: Modes
) -> Mapping[str, Any]:
    """The values of the parameters of ``matching``."""
    return {
        **bound_parts(name, sources, modes, patterns_of_words(query)),
        **{
            f"{name}_{number}": alike_tokens(keys, source, query)
            if modes.offers(source, SearchMode.FUZZY)
            else [NOTHING]
            for number, source in enumerate(sources)
        },
    }


def bound_part(
    name: str, sources: Sequence[Source], modes: Modes, part: str, path: tuple[str, ...]
) -> Mapping[str, Any]:
    """The values of the parameters of ``containing``; raises ``InvalidInputError``."""
    return bound_parts(name, sources, modes, patterns_of_part(part, path))


def _found(name: str, table: sa.FromClause) -> sa.Select[Any]:
    """The ids of rows that have all words; says nothing of what the caller may use."""
    tenant = sa.bindparam("tenant", type_=table.c.tenant_id.type)
    tokens = sa.bindparam(name, type_=ARRAY(sa.BigInteger, dimensions=2))
    search = sa.func.farley_search(tenant, tokens, type_=UUID(as_uuid=False))
    return sa.select(search.column_valued("found"))
