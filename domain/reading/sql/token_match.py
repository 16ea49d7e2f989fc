"""Token match as SQL: rows by the tokens of their words.

A row counts only by sources whose fields the caller may use *in that row*: what is hidden there
matches nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.access.effective_access import EffectiveAccess
from domain.reading.sql.tag_match import found_by_tags, has_tag, tagged, tenant
from domain.searching.modes import SearchMode, offered
from domain.searching.plain import part_name
from domain.searching.query import WORDS_MAX
from domain.searching.sources import Source
from domain.searching.tokens import Alternatives, merged
from domain.tables import search_tokens

Condition = sa.ColumnElement[bool]


def usable_sources(access: EffectiveAccess, sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources of which there may be rows in which the caller may use them."""
    return tuple(s for s in sources if all(access.is_usable(field) for field in s.fields))


def usable(access: EffectiveAccess, source: Source, table: sa.FromClause) -> Condition:
    """Where the source may be used."""
    return sa.and_(sa.true(), *(access.usable(field, table) for field in source.fields))


def are_alike(access: EffectiveAccess, sources: Sequence[Source]) -> bool:
    """Whether a row in which one of the sources may be used is one in which all may."""
    fields = (access.decisions[field] for source in sources for field in source.fields)
    return len({(decision.open, decision.hidden, decision.consent) for decision in fields}) == 1


def matching(
    name: str,
    access: EffectiveAccess,
    sources: Sequence[Source],
    table: sa.FromClause,
    *,
    by_part: bool = False,
) -> Condition:
    """Where each word is found in one of the sources; ``bound`` has the values of its parameters.

    ``by_part``: or where one of them stands in the clear and has all words somewhere. A word may also be
    found by the tag of an address.
    """
    in_the_clear = _in_the_clear(name, sources) if by_part else {}
    by_tags = [found_by_tags(name, *one) for one in tagged(sources)]
    looked_up = [_search(name), *in_the_clear.values(), *by_tags]
    everything = table.c.id.in_(sa.union_all(*looked_up) if looked_up[1:] else looked_up[0])
    if are_alike(access, sources):
        return sa.and_(everything, access.usable(sources[0].fields[0], table))
    return sa.and_(everything, _in_the_row(name, access, sources, table, in_the_clear))


def matching_in_turn(
    name: str, access: EffectiveAccess, sources: Sequence[Source], table: sa.FromClause
) -> Condition:
    """``matching`` by part, for words that very many rows have: no index is asked for all of them, each
    row is looked at in turn, until there are enough.
    """
    return _in_the_row(name, access, sources, table, _in_the_clear(name, sources))


def is_common(name: str, enough: int) -> sa.Select[tuple[bool]]:
    """Whether so many rows of the tenant have all the words."""
    call = sa.func.farley_is_common(tenant(), _words(name), sa.literal_column(str(enough)))
    return sa.select(call)


def _in_the_clear(name: str, sources: Sequence[Source]) -> Mapping[Source, sa.Select[Any]]:
    """What finds the rows of those sources that may stand in the clear."""
    return {
        source: found_by_part(name, number, source)
        for number, source in enumerate(sources)
        if SearchMode.PLAIN in offered(source)
    }


def _in_the_row(
    name: str,
    access: EffectiveAccess,
    sources: Sequence[Source],
    table: sa.FromClause,
    in_the_clear: Mapping[Source, sa.Select[Any]],
) -> Condition:
    """Where the row has each word in a source that may be used there, or all in one in the clear."""
    kept = search_tokens.alias()
    each_word = (
        sa.or_(
            *(
                sa.and_(usable(access, source, table), _overlap(kept, f"{name}_{number}_{row}"))
                for number, source in enumerate(sources)
            ),
            *(
                sa.and_(usable(access, source, table), has_tag(name, number, row, source, table))
                for number, source in tagged(sources)
            ),
        )
        for row in range(WORDS_MAX)
    )
    has_words = sa.select(sa.and_(*each_word)).where(*_tokens_of(kept, table)).scalar_subquery()
    by_parts = (
        sa.and_(usable(access, source, table), table.c.id.in_(one))
        for source, one in in_the_clear.items()
    )
    return sa.or_(has_words, *by_parts)


def found(name: str, table: sa.FromClause) -> Condition:
    """Where each word is found in whatever source; says nothing of what the caller may use."""
    return table.c.id.in_(_search(name))


def _search(name: str) -> sa.Select[Any]:
    search = sa.func.farley_search(tenant(), _words(name), type_=UUID(as_uuid=False))
    return sa.select(search.column_valued("found"))


def found_by_part(name: str, number: int, source: Source) -> sa.Select[Any]:
    """The ids of rows that have a source in the clear in which all parts stand; says nothing of what the
    caller may use. ``number`` is that of the source among those that are asked.
    """
    parts = sa.bindparam(part_name(name, number), type_=ARRAY(sa.Text, dimensions=2))
    field = sa.literal_column(f"'{source.name}'", sa.Text)
    find = sa.func.farley_find(tenant(), field, parts, type_=UUID(as_uuid=False))
    return sa.select(find.column_valued("found"))


def _words(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=ARRAY(sa.BigInteger, dimensions=2))


def _tokens_of(kept: sa.FromClause, table: sa.FromClause) -> tuple[Condition, Condition]:
    """The row that holds a record's tokens."""
    return kept.c.tenant_id == table.c.tenant_id, kept.c.row_id == table.c.id


def bound(name: str, alternatives: Sequence[Alternatives]) -> Mapping[str, Any]:
    """The values of the parameters of ``matching``: all tokens together, and by source and word."""
    return {
        name: merged(alternatives),
        **{
            f"{name}_{number}_{row}": tokens
            for number, one in enumerate(alternatives)
            for row, tokens in enumerate(one)
        },
    }


def _overlap(kept: sa.FromClause, name: str) -> Condition:
    """Whether one of the tokens in a parameter is there."""
    tokens = sa.bindparam(name, type_=ARRAY(sa.BigInteger))
    return kept.c.tokens.op("&&", is_comparison=True)(tokens)
