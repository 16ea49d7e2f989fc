"""Search: candidates by tokens under the row rule, opened, checked, ranked; one statement per resource.

The statement takes the likeliest candidates, at most ``CANDIDATES_MAX``, by what the caller may use
in each row. What does not match after opening is dropped, and nothing is shown of a withheld field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess, EffectiveAccesses
from domain.access.row_visibility import Row
from domain.declaration.kinds import Kind, Manner
from domain.declaration.names import camel
from domain.declaration.parts import OrderKey
from domain.entities.customers import CUSTOMER
from domain.reading.binding.context import ReadContext
from domain.reading.plan.plan import Connection, Leaf, Part, Redactions, Selection
from domain.reading.rows.cursors import CursorSealer
from domain.reading.rows.record_code import Tree
from domain.reading.search import numbers
from domain.reading.sql.keyset import Keyset
from domain.reading.sql.tag_match import bound as bound_tags
from domain.reading.sql.token_match import (
    bound,
    found,
    is_common,
    matching,
    matching_in_turn,
    usable,
    usable_sources,
)
from domain.reading.statements.compiler import Statement, compiled
from domain.reading.statements.row_set import RowSet
from domain.searching.matching import match
from domain.searching.modes import Modes
from domain.searching.plain import bound as bound_parts
from domain.searching.plain import patterns_of_words
from domain.searching.query import Query
from domain.searching.sources import WEIGHTS, Source, is_indexed, sources_of
from domain.searching.tokens import exact_tokens, word_tokens
from privacy import caches
from privacy.cooperative_turns import in_turns
from privacy.vault import IndexKeys

CANDIDATES_MAX = 500
COMMON_MIN = 20_000
"""Words of texts that so many records have are looked for in the latest first, one after the other: of all
that have them, most would be fetched and sorted for nothing."""
IN_TURN_MAX = 20_000
"""In so many of the latest that the caller may see. Where they do not hold enough, the index is asked: how
long that takes must not hang on whether what is hidden has the words."""
WITHHELD = "withheld"
_TEXTS = frozenset({Manner.TITLE, Manner.BODY, Manner.REFERENCE})


class Hit(NamedTuple):
    """A record that matches; hits are in the order of their fields, the greatest first."""

    score: float
    recency: str
    id: str
    resource: str
    highlights: Sequence[Mapping[str, Any]]

    @property
    def position(self) -> list[str | None]:
        """What a cursor holds."""
        return [f"{self.score:.4f}", self.recency, self.id]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. ``is_capped``: there were more candidates of a resource than were ranked."""

    hits: Sequence[Hit]
    cursors: Sequence[str]
    has_more: bool
    is_capped: bool


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The statement that fetches a resource's candidates, and what its columns are."""

    statement: Statement
    row_set: RowSet
    sources: tuple[Source, ...]
    recency: int | None


class Search:
    """One search of one caller, over some resources."""

    def __init__(
        self,
        context: ReadContext,
        query: Query,
        text: str,
        accesses: EffectiveAccesses,
        resources: Sequence[str],
        modes: Modes,
        region: str,
    ) -> None:
        self._modes = modes
        self._region = region
        self._context = context
        self._query = query
        self._text = text
        self._accesses = accesses
        self._resources = resources

    async def page(self, size: int, after: str | None) -> Found:
        """The best hits behind a cursor; raises ``InvalidInputError`` for one of another search."""
        keys = await self._context.vault.index(self._context.tenant)
        sealer = self._sealer(keys)
        place = None if after is None else _placed(sealer.open(after))
        hits: list[Hit] = []
        is_capped = False
        for resource in self._resources:
            some, more = await self._hits(keys, resource)
            hits += some
            is_capped |= more
        hits = await self._with_numbers(keys, hits)
        hits.sort(key=lambda hit: hit[:3], reverse=True)
        left = [hit for hit in hits if place is None or hit[:3] < place]
        shown = left[:size]
        cursors = [sealer.seal(hit.position) for hit in shown]
        return Found(shown, cursors, len(left) > size, is_capped)

    async def _with_numbers(self, keys: IndexKeys, hits: list[Hit]) -> list[Hit]:
        """With those whose telephone number it is; who is found by both counts as such."""
        name = CUSTOMER.name
        access = self._accesses[name]
        may_ask = name in self._resources and access.granted and access.is_usable(numbers.FIELD)
        if not may_ask or not numbers.is_number(self._text):
            return hits
        if (values := numbers.tags_of(keys, self._text, self._region)) is None:
            return hits
        statement, row_set = numbers.candidates(self._accesses)
        rows = await self._context.fetch(statement, values)
        opened = await self._context.read(row_set, rows)
        marked = (numbers.highlights(tree, self._text, self._region) for tree in opened)
        score = WEIGHTS[Manner.ADDRESS]
        found = [Hit(score, "", row[0], name, at) for row, at in zip(rows, marked, strict=True)]
        return [*found, *(hit for hit in hits if hit.id not in {one.id for one in found})]

    def _sealer(self, keys: IndexKeys) -> CursorSealer:
        resources = ",".join(sorted(self._resources))
        plan = Connection(f"search:{resources}", (), 0, ())
        return CursorSealer(keys.cursor_keys(), self._context.tenant, plan, self._text.encode())

    async def _hits(self, keys: IndexKeys, resource: str) -> tuple[list[Hit], bool]:
        access = self._accesses[resource]
        sources = usable_sources(access, sources_of(access.resource))
        if not access.granted or not sources:
            return [], False
        values = _values(keys, sources, self._query, self._modes)
        candidates, rows = await self._rows(resource, values)
        kept = rows[:CANDIDATES_MAX]
        opened = await self._context.read(candidates.row_set, kept)
        found = await in_turns(
            list(zip(kept, opened, strict=True)),
            lambda one: self._matching(resource, candidates, *one),
            self._context.work.busy,
        )
        return [hit for hit in found if hit is not None], len(rows) > CANDIDATES_MAX

    async def _rows(
        self, resource: str, values: Mapping[str, Any]
    ) -> tuple[_Candidates, Sequence[Row]]:
        sources = sources_of(self._accesses[resource].resource)
        # Of texts the latest are the likeliest.
        are_texts = all(source.manner in _TEXTS for source in sources)
        if are_texts and await self._has_common_words(values):
            latest = _candidates(self._accesses, resource, in_turn=True)
            rows = await self._context.fetch(latest.statement, values)
            if len(rows) > CANDIDATES_MAX:
                return latest, rows
        candidates = _candidates(self._accesses, resource, in_turn=False)
        return candidates, await self._context.fetch(candidates.statement, values)

    async def _has_common_words(self, values: Mapping[str, Any]) -> bool:
        ((found,),) = await self._context.fetch(_common(), values)
        return bool(found)

    def _matching(self, resource: str, candidates: _Candidates, row: Row, tree: Tree) -> Hit | None:
        withheld = {one["field"] for one in tree[WITHHELD]}
        shown = {name: value for name, value in tree.items() if camel(name) not in withheld}
        sources = (s for s in candidates.sources if shown.keys() >= set(s.fields))
        matched = match(self._query, sources, shown, self._modes)
        if matched is None:
            return None
        recency = "" if candidates.recency is None else row[candidates.recency] or ""
        return Hit(matched.score, recency, row[0], resource, matched.highlights)


def _placed(position: Sequence[str | None]) -> tuple[float, str, str]:
    score, recency, id_ = position
    return float(score or 0), recency or "", id_ or ""


@lru_cache(maxsize=caches.ONCE)
def _common() -> Statement:
    return compiled(is_common("words", COMMON_MIN))


@lru_cache(maxsize=caches.SEARCH_CANDIDATES)
def _candidates(accesses: EffectiveAccesses, resource: str, *, in_turn: bool) -> _Candidates:
    """The candidates of a resource: those with exactly such a name first, then the latest. ``in_turn``:
    those among the latest, each of which is looked at by itself.

    The tokens of a resource that has none are not asked: its rows are few.
    """
    access = accesses[resource]
    table = _latest(access) if in_turn else access.resource.table.alias("t")
    sources = usable_sources(access, sources_of(access.resource))
    row_set = RowSet(accesses, resource, [_selection(resource, sources)], table)
    keyset = Keyset(access, (), table)
    order = next((key for key in access.resource.order if access.is_usable(key.field)), None)
    columns = [*row_set.columns, *keyset.position()]
    query = sa.select(*(column.label(f"v{i}") for i, column in enumerate(columns)))
    if in_turn:
        query = query.where(matching_in_turn("words", access, sources, table))
    elif is_indexed(access.resource):
        query = query.where(
            access.where(table), matching("words", access, sources, table, by_part=True)
        )
        if names := _names(sources):
            query = query.order_by(_exactness(access, names, table).desc())
    else:
        somewhere = sa.or_(*(usable(access, source, table) for source in sources))
        query = query.where(access.where(table), somewhere)
    query = query.order_by(*keyset.ordering(backwards=False))
    query = query.limit(sa.literal_column(str(CANDIDATES_MAX + 1)))
    recency = len(row_set.columns) if order and _is_time(access, order) else None
    row_set.compiled()
    return _Candidates(compiled(query), row_set, sources, recency)


def _latest(access: EffectiveAccess) -> sa.FromClause:
    """The latest rows that the caller may see."""
    table = access.resource.table.alias("r")
    order = Keyset(access, (), table).ordering(backwards=False)
    query = sa.select(table).where(access.where(table)).order_by(*order)
    return query.limit(sa.literal_column(str(IN_TURN_MAX))).subquery("t")


def _selection(resource: str, sources: Sequence[Source]) -> Selection:
    """The fields that are looked through, by their own names, and which of them are withheld."""
    names = dict.fromkeys(name for source in sources for name in source.fields)
    withheld = Redactions(WITHHELD, (Part("field", "field"),))
    return Selection(resource, (*(Leaf(name, name) for name in names), withheld))


def _is_time(access: EffectiveAccess, key: OrderKey) -> bool:
    return access.resource.by_name[key.field].kind is Kind.TIMESTAMP


def _names(sources: Sequence[Source]) -> Sequence[Source]:
    """Names have many alike beginnings; of texts the latest are the likeliest, and that costs less."""
    return [source for source in sources if source.manner is Manner.NAME]


def _exactness(
    access: EffectiveAccess, sources: Sequence[Source], table: sa.FromClause
) -> sa.ColumnElement[int]:
    """How weighty the sources are in which all words stand just as they were given."""
    weights = [
        sa.case(
            (
                sa.and_(usable(access, source, table), found(f"exact_{n}", table)),
                sa.literal_column(str(1 << n)),
            ),
            else_=sa.literal_column("0"),
        )
        for n, source in enumerate(reversed(sources))
    ]
    total: sa.ColumnElement[int] = sum(weights[1:], weights[0])
    return total


def _values(
    keys: IndexKeys, sources: Sequence[Source], query: Query, modes: Modes
) -> Mapping[str, Any]:
    found = [word_tokens(keys, source, query, modes.of(source)) for source in sources]
    return {
        **bound("words", found),
        **bound_parts("words", sources, modes, patterns_of_words(query)),
        **bound_tags("words", keys, sources, query),
        **{
            f"exact_{n}": exact_tokens(keys, source, query)
            for n, source in enumerate(reversed(_names(sources)))
        },
    }
