"""Pages in the order of a sealed name, or of how near it comes to what was looked for: known only
after opening.

The names of all rows that match are opened, put in order and counted; then the page alone is read in
full. So the rows must be few: beyond ``SORTED_MAX`` the caller is told to narrow them down.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from domain.access.effective_access import EffectiveAccess, EffectiveAccesses
from domain.access.row_visibility import Row, VisibilityColumns
from domain.declaration.field import Field
from domain.declaration.kinds import Lookup
from domain.reading.binding.context import Gate, PageRequest, ReadContext
from domain.reading.plan.criteria import Compare, Operator
from domain.reading.plan.plan import Connection
from domain.reading.rows.tree import Page
from domain.reading.sql.filters import where
from domain.reading.sql.name_lookup import conjuncts
from domain.reading.sql.token_match import usable_sources
from domain.reading.statements.compiler import Statement, compiled, weight
from domain.searching.query import parsed
from domain.searching.ranking import Ranking
from domain.searching.sources import FILTERED, Source
from domain.searching.spelling.folding import folded
from domain.storage.sealed_records import place_of, unsealed
from domain.values.errors import ForbiddenError, InvalidInputError
from privacy.bounded_caches import kept
from privacy.cooperative_turns import in_parts, in_turns, uncounted
from privacy.vault.sealing import SealingKey

SORTED_MAX = 10_000
PLACE_LENGTH_MAX = 64
READ_AT_ONCE = 100

_ID, _SEALED = 0, 1
_raw = msgspec.msgpack.Decoder(dict[int, msgspec.Raw]).decode
_text = msgspec.msgpack.Decoder(str | None).decode


class Sorted(NamedTuple):
    """A row in its place, by its name or by how near that comes; nameless ones, whose name the caller
    may not see, come last.
    """

    name: str | None
    id: str

    @property
    def position(self) -> list[str | None]:
        """What a cursor holds: enough of the name to go on where the row itself has gone."""
        return [None if self.name is None else self.name[:PLACE_LENGTH_MAX], self.id]


def is_sorted(request: PageRequest) -> bool:
    """Whether the order is that of a sealed name; raises ``InvalidInputError`` for a further key."""
    plan = request.plan
    fields = request.accesses.registry.by_name[plan.resource].by_name
    keys = [key.field for key in plan.order if _is_name(fields.get(key.field))]
    if keys and len(plan.order) > 1:
        message = "an order by name has no other keys: the id decides between equal names"
        raise InvalidInputError(message, ("orderBy",))
    return bool(keys) or ranked_by(plan) is not None


def ranked_by(plan: Connection) -> Compare | None:
    """What puts the records in order where nothing else does: the first name that all must be like."""
    if plan.order:
        return None
    return next((c for c in conjuncts(plan.filter) if c.operator is Operator.MATCHES), None)


def _is_name(field: Field | None) -> bool:
    return field is not None and field.lookup is Lookup.WORDS


class NameProgram:
    """The columns by which rows are put in order, and how the names of fetched rows are read."""

    def __init__(
        self,
        access: EffectiveAccess,
        field: Field,
        table: sa.FromClause,
        needed: Collection[str] | None = None,
    ) -> None:
        """``needed`` are the parts to open, if not all."""
        resource = access.resource
        sources = [resource.by_name[name] for name in field.sources]
        used = field.sources if needed is None else needed
        self.fields = tuple(s for s in sources if s.name in used and access.is_usable(s.name))
        if not self.fields:
            raise ForbiddenError("the field may not be used here", (field.name,))
        self.columns: list[sa.ColumnElement[Any]] = [sa.cast(table.c.id, sa.Text), table.c.sealed]
        visibilities = VisibilityColumns(access, table, self._add).of(self.fields)
        self._withheld = [
            (field.sources.index(g.field.name), g.as_function()) for g in visibilities
        ]
        self._names = field.sources
        self._parts = [(source.pack or 0) if source in self.fields else 0 for source in sources]
        self._derive = field.derive or (lambda *_: None)

    def _add(self, column: sa.ColumnElement[Any]) -> int:
        self.columns.append(column)
        return len(self.columns) - 1

    def read(
        self,
        rows: Sequence[Row],
        prefix: str,
        keys: Mapping[str, SealingKey],
        ranking: Ranking | None = None,
    ) -> list[Sorted]:
        """The rows with their names as far as they may be seen and open, or with their places in a
        ranking.
        """
        ids = [row[_ID] for row in rows]
        sealed = [row[_SEALED] for row in rows]
        packs = unsealed(prefix, [*map(keys.get, ids)], sealed, ids, ids)
        return [
            Sorted(self._placed(row, _raw(pack), ranking) if pack else None, row[_ID])
            for row, pack in zip(rows, packs, strict=True)
        ]

    def _placed(
        self, row: Row, pack: Mapping[int, msgspec.Raw], ranking: Ranking | None
    ) -> str | None:
        values = [_text(pack[n]) if n in pack else None for n in self._parts]
        hidden = [place for place, reason in self._withheld if reason(row) is not None]
        for place in hidden:
            values[place] = None
        if ranking is not None:
            named = dict(zip(self._names, values, strict=True))
            return ranking.place(named, [self._names[place] for place in hidden])
        name = self._derive(*values)
        return None if name is None else folded(name)


NAME_PROGRAM_BYTES = 60_000
"""It holds SQLAlchemy's objects of a table."""


def _weight(found: tuple[Statement, NameProgram], *_arguments: object) -> int:
    return weight(found[0]) + NAME_PROGRAM_BYTES


@kept(_weight)
def names(
    plan: Connection, accesses: EffectiveAccesses, most: int
) -> tuple[Statement, NameProgram]:
    """The statement that fetches the names of all rows, and one row more than may be sorted."""
    access = accesses[plan.resource]
    table = access.resource.table.alias("t")
    program = _program(plan, access, table)
    query = sa.select(*(column.label(f"v{i}") for i, column in enumerate(program.columns)))
    query = query.where(access.where(table))
    if plan.filter is not None:
        query = query.where(where(plan.filter, accesses, plan.resource, table))
    return compiled(query.limit(sa.literal_column(str(most + 1)))), program


def _program(plan: Connection, access: EffectiveAccess, table: sa.FromClause) -> NameProgram:
    ranked = ranked_by(plan)
    if ranked is None:
        return NameProgram(access, access.resource.by_name[plan.order[0].field], table)
    needed = {name for source in _ranked_sources(ranked, access) for name in source.fields}
    return NameProgram(access, access.resource.by_name[ranked.field], table, needed)


def _ranked_sources(ranked: Compare, access: EffectiveAccess) -> Sequence[Source]:
    return usable_sources(access, FILTERED[access.resource.name, ranked.field])


async def sorted_page(
    gate: Gate,
    context: ReadContext,
    request: PageRequest,
    binds: Sequence[Any],
    place: list[str | None] | None,
) -> Page:
    """The page behind a place in the order, with the number of rows that all pages have.

    Raises ``ForbiddenError``, and ``InvalidInputError`` for too many rows.
    """
    plan, size = request.plan, binds[request.plan.size]
    rows = await _all_rows(context, request, binds, SORTED_MAX)
    everything = in_order(rows, descending=is_descending(plan))
    shown, has_more = window(everything, plan, place, size)
    ids = [row.id for row in shown]
    read = [await gate.records(one, ids, binds) for one in dict.fromkeys(plan.selections)]
    left = [row for row in shown if all(row.id in trees for trees in read)]
    return Page(
        trees=[[trees[row.id] for row in left] for trees in read],
        length=len(left),
        positions=[row.position for row in left],
        has_more=has_more,
        has_cursor=place is not None,
        count=len(everything),
    )


async def nearest(
    context: ReadContext, request: PageRequest, binds: Sequence[Any], *, size: int, most: int
) -> Sequence[str]:
    """The ids of the records that come nearest; raises as ``sorted_page`` for more than ``most``."""
    rows = in_order(await _all_rows(context, request, binds, most), descending=False)
    return [row.id for row in rows if row.name is not None][:size]


async def _all_rows(
    context: ReadContext, request: PageRequest, binds: Sequence[Any], most: int
) -> list[Sorted]:
    statement, program = names(request.plan, request.accesses, most)
    rows = await context.fetch(statement, request.values)
    if len(rows) > most:
        message = f"more than {most} records would have to be put in order: filter them"
        argument = "orderBy" if request.plan.order else "filter"
        raise InvalidInputError(message, (argument,), code="TOO_MANY_TO_SORT")
    resource = request.accesses.registry.by_name[request.plan.resource]
    keys = await context.vault.keys(context.tenant, [row[_ID] for row in rows])
    context.access_log.opened(resource, (field.name for field in program.fields), keys)
    ranking, prefix = _ranking(request, binds), place_of(context.tenant, resource).prefix()
    read = await in_turns(
        in_parts(rows, READ_AT_ONCE),
        lambda part: program.read(part, prefix, keys, ranking),
        # What a row is paid for is that it is opened; to rank it takes more.
        uncounted if ranking is None else context.work.busy,
    )
    return [row for part in read for row in part]


def _ranking(request: PageRequest, binds: Sequence[Any]) -> Ranking | None:
    ranked = ranked_by(request.plan)
    if ranked is None:
        return None
    sources = _ranked_sources(ranked, request.accesses[request.plan.resource])
    return Ranking(parsed(binds[ranked.bind], ranked.field), sources)


def is_descending(plan: Connection) -> bool:
    """Whether the last come first; of a ranking the nearest always do."""
    return bool(plan.order) and plan.order[0].descending


def in_order(rows: Sequence[Sorted], *, descending: bool) -> list[Sorted]:
    """The rows by name and then by id."""
    named = [row for row in rows if row.name is not None]
    nameless = [row for row in rows if row.name is None]
    named.sort(reverse=descending)
    nameless.sort(key=lambda row: row.id, reverse=descending)
    return [*named, *nameless]


def window(
    rows: Sequence[Sorted], plan: Connection, place: list[str | None] | None, size: int
) -> tuple[Sequence[Sorted], bool]:
    """The rows of a page, and whether there are more in its direction."""
    if plan.backwards:
        end = len(rows) if place is None else _until(rows, plan, place)
        return rows[max(0, end - size) : end], end > size
    start = 0 if place is None else _until(rows, plan, place)
    if start < len(rows) and rows[start].position == place:
        start += 1
    return rows[start : start + size], len(rows) > start + size


def _until(rows: Sequence[Sorted], plan: Connection, place: list[str | None]) -> int:
    """How many rows come before the row of a cursor, be it still there or not."""
    for index, row in enumerate(rows):
        if row.id == place[1] and row.position == place:
            return index
    descending = is_descending(plan)
    return sum(_is_before(row.position, place, descending=descending) for row in rows)


def _is_before(one: Sequence[str | None], other: Sequence[str | None], *, descending: bool) -> bool:
    if (one[0] is None) != (other[0] is None):
        return one[0] is not None
    first, second = (one[0] or "", one[1] or ""), (other[0] or "", other[1] or "")
    return first > second if descending else first < second
