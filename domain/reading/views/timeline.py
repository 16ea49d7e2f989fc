"""Timeline: everything that happened with a customer, in one order over all its sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from types import MappingProxyType
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID

from domain.access.effective_access import EffectiveAccess
from domain.access.row_visibility import Row
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.parts import TimelineEvent
from domain.declaration.registry import Registry
from domain.reading.binding.context import Binds, Gate
from domain.reading.plan.plan import View
from domain.reading.rows.record_code import Tree
from domain.reading.sql.columns import as_rfc3339
from domain.reading.sql.parents import PARENT, per_parent
from domain.reading.statements.compiler import Statement, compiled
from domain.reading.views.view_pages import ViewPages, pages_of_view
from privacy import caches
from privacy.labels import Category

_TIME: TIMESTAMP = TIMESTAMP(timezone=True)


@dataclass(frozen=True, slots=True, eq=False)
class TimelineSource:
    """Events that the records of an entity tell of."""

    resource: str
    customer_column: str
    event: TimelineEvent


def _sources(entity: Entity) -> Iterator[TimelineSource]:
    for event in entity.timeline:
        yield TimelineSource(entity.name, entity.shape.customer or entity.subject or "", event)


@lru_cache(maxsize=caches.REGISTRIES)
def timeline_sources(registry: Registry) -> Mapping[int, TimelineSource]:
    """What a timeline can tell of, by the numbers of the events and in their order."""
    found = chain.from_iterable(map(_sources, registry.all))
    in_order = sorted(found, key=lambda source: source.event.number)
    return MappingProxyType({source.event.number: source for source in in_order})


@lru_cache(maxsize=caches.REGISTRIES)
def timeline_entry(registry: Registry) -> Entity:
    """What the pages of a timeline are made of."""
    at, kind = sa.Column("at", _TIME), sa.Column("kind", sa.Text)
    sources = timeline_sources(registry).values()
    return Entity(
        name="timeline_entry",
        type_name="TimelineEntry",
        prefix="",
        stable="",
        table=sa.Table("timeline", sa.MetaData(), at, kind),
        fields=(
            Field("at", Kind.TIMESTAMP, Category.BEHAVIOR),
            Field("kind", Kind.ENUM, Category.SYSTEM),
        ),
        record_types=tuple(dict.fromkeys(source.resource for source in sources)),
    )


Reached = tuple["ReachedSource", ...]


@dataclass(frozen=True, slots=True)
class ReachedSource:
    """A source with the access to its records; ``teller`` is another that tells of some already."""

    source: TimelineSource
    access: EffectiveAccess
    teller: "ReachedSource | None" = None


async def timeline(gate: Gate, view: View, parents: Sequence[str], binds: Binds) -> dict[str, Tree]:
    """The page of each customer: one statement for all of them, and one for each kind of record."""
    return await pages_of_view(gate, view, _pages(gate, view, binds), parents, binds)


def _pages(gate: Gate, view: View, binds: Binds) -> ViewPages | None:
    kinds = view.option("kinds")
    reached = tuple(
        found
        for source in timeline_sources(gate.registry).values()
        if (kinds is None or source.event.kind in kinds)
        and (found := _reached(gate, source)) is not None
    )
    if not reached or view.connection is None:
        return None
    bounds = tuple(name for name, _ in view.values)
    backwards = view.connection.backwards
    return ViewPages(
        page=lambda at_cursor: _page(reached, bounds, backwards=backwards, at_cursor=at_cursor),
        count=partial(_count, reached, bounds),
        width=3,
        read=partial(_read, timeline_sources(gate.registry)),
        values={name: binds[bind] for name, bind in view.values},
    )


def _reached(gate: Gate, source: TimelineSource) -> ReachedSource | None:
    access = gate.access(source.resource)
    if not _may_show(source, access):
        return None
    teller = timeline_sources(gate.registry).get(source.event.told_by)
    return ReachedSource(source, access, None if teller is None else _reached(gate, teller))


def _may_show(source: TimelineSource, access: EffectiveAccess) -> bool:
    return bool(access.granted) and all(map(access.is_usable, _used(source, access)))


def _used(source: TimelineSource, access: EffectiveAccess) -> tuple[str, ...]:
    """The fields by which an event is placed; whose data a record is need not be one of them."""
    customer = access.resource.by_column.get(source.customer_column)
    declared = () if customer is None else (customer.name,)
    return (source.event.at, *declared, *(("status", "consent") if source.event.status else ()))


def _read(sources: Mapping[int, TimelineSource], row: Row) -> dict[str, Any]:
    source = sources[int(row[1])]
    return {"at": row[0], "kind": source.event.kind, "record": (source.resource, row[2])}


def _events(reached: ReachedSource, bounds: Sequence[str]) -> sa.Select[Any]:
    """The events of one source that the caller may see, each by a time that the caller may use."""
    source, access, table = reached.source, reached.access, _table(reached)
    at = table.c[source.event.at]
    query = sa.select(
        at.label("at"),
        sa.literal_column(str(source.event.number), sa.Integer).label("number"),
        table.c.id.label("id"),
    ).where(
        access.where(table),
        *(access.usable(name, table) for name in _used(source, access)),
        table.c[source.customer_column] == PARENT,
        at.is_not(None),
    )
    if source.event.status:
        query = query.where(table.c.status == sa.literal_column(f"'{source.event.status}'"))
    if reached.teller is not None:
        query = query.where(sa.not_(_is_told(reached.teller, table)))
    if "since" in bounds:
        query = query.where(at >= sa.bindparam("since", type_=_TIME))
    if "until" in bounds:
        query = query.where(at < sa.bindparam("until", type_=_TIME))
    return query


def _table(reached: ReachedSource) -> sa.FromClause:
    return reached.access.resource.table.alias(f"e{reached.source.event.number}")


def _is_told(teller: ReachedSource, event: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a consent's row tells the caller of the event.

    INVARIANT: only a row and a time that the caller may see decide, or the answer would tell them.
    """
    row = _table(teller)
    return sa.exists().where(
        row.c.tenant_id == event.c.tenant_id,
        row.c.id == event.c.consent_id,
        row.c[teller.source.event.at] == event.c.at,
        teller.access.where(row),
        *(teller.access.usable(name, row) for name in _used(teller.source, teller.access)),
    )


@lru_cache(maxsize=caches.TIMELINE_STATEMENTS)
def _page(
    reached: Reached, bounds: tuple[str, ...], *, backwards: bool, at_cursor: bool
) -> Statement:
    pages = [
        _limited(_events(one, bounds), backwards=backwards, at_cursor=at_cursor) for one in reached
    ]
    events = sa.union_all(*(page.subquery().select() for page in pages)).subquery("events")
    at, number, id_ = events.c
    columns: list[sa.ColumnElement[Any]] = [
        as_rfc3339(at),
        sa.cast(number, sa.Text),
        sa.cast(id_, sa.Text),
    ]
    ordering = _ordering(at, number, id_, backwards=backwards)
    query = sa.select(*columns).order_by(*ordering).limit(_limit())
    return compiled(per_parent(_labelled(query)))


def _limited(events: sa.Select[Any], *, backwards: bool, at_cursor: bool) -> sa.Select[Any]:
    """As many events of one source as a page can hold."""
    at, number, id_ = (column.element for column in cast("Any", events).exported_columns)
    if at_cursor:
        place: Any = sa.tuple_(
            sa.cast(sa.bindparam("c0", type_=sa.Text), _TIME),
            sa.cast(sa.bindparam("c1", type_=sa.Text), sa.Integer),
            sa.cast(sa.bindparam("c2", type_=sa.Text), UUID(as_uuid=False)),
        )
        row: Any = sa.tuple_(at, number, id_)
        events = events.where(row > place if backwards else row < place)
    return events.order_by(*_ordering(at, id_, backwards=backwards)).limit(_limit())


@lru_cache(maxsize=caches.TIMELINE_STATEMENTS)
def _count(reached: Reached, bounds: tuple[str, ...]) -> Statement:
    events = [_events(one, bounds) for one in reached]
    counted = sa.union_all(*events).subquery("events")
    return compiled(per_parent(_labelled(sa.select(sa.func.count()).select_from(counted))))


def _labelled(query: sa.Select[Any]) -> sa.Select[Any]:
    columns = [column.label(f"v{i}") for i, column in enumerate(query.selected_columns)]
    return query.with_only_columns(*columns)


def _ordering(*columns: Any, backwards: bool) -> list[sa.ColumnElement[Any]]:
    return [column.asc() if backwards else column.desc() for column in columns]


def _limit() -> sa.BindParameter[int]:
    return sa.bindparam("limit", type_=sa.Integer)
