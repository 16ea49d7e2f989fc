"""Pages of entries: what a view lists that is no record of its own, such as a moment of a timeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.reading.compiler import Statement
from domain.reading.cursors import CursorSealer
from domain.reading.guards import Row
from domain.reading.plan import Connection, Leaf, One, OneOf, Selection, Typename, View
from domain.reading.projection import projector
from domain.reading.reach import Reach
from domain.reading.record_code import Tree
from domain.reading.tree import Page, connection_tree, empty

PARENT: sa.ColumnElement[str] = sa.literal_column("parents.id", UUID(as_uuid=False))
"""The id of the record whose view a row belongs to, inside ``per_parent``."""

Slots = Sequence[Any]


class Gate(Protocol):
    """What a view needs of the gate."""

    def reach(self, resource: str) -> Reach:
        """How far the caller sees into a resource."""

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of a statement; tenant, purpose and principal are bound by the gate."""

    async def records(
        self, selection: Selection, ids: Sequence[str], slots: Slots
    ) -> dict[str, Tree]:
        """The records among ``ids`` that the caller may see, by id."""

    async def cursors(self, plan: Connection, used: object) -> CursorSealer:
        """The sealer of the cursors of a connection, bound to what was ``used`` to make it."""


@dataclass(frozen=True, slots=True)
class Entries:
    """How entries are found.

    A row of ``page`` (whose argument is whether it begins at a cursor) has ``width`` columns that are
    its place in the order, as text, then its own, then its parent. ``read`` makes values of it; those
    of an edge are a record's id, and ``record`` is a resource and an id.
    """

    page: Callable[[bool], Statement]
    count: Callable[[], Statement]
    width: int
    read: Callable[[Row], dict[str, Any]]
    values: Mapping[str, Any]


async def entry_pages(
    gate: Gate, view: View, entries: Entries | None, parents: Sequence[str], slots: Slots
) -> dict[str, Tree]:
    """The page of each parent; all are empty where the caller sees nothing that could be listed."""
    plan = view.connection
    if plan is None:
        raise LookupError(view.name)
    tree = connection_tree(plan)
    if entries is None:
        return {parent: tree(empty(plan)) for parent in parents}
    sealer = await gate.cursors(plan, _used(view, slots))
    place = None if plan.cursor is None else sealer.open(slots[plan.cursor])
    size = slots[plan.size]
    values = {"parents": list(parents), "limit": size + 1, **entries.values}
    values |= {f"c{i}": value for i, value in enumerate(place or ())}
    rows = await gate.fetch(entries.page(place is not None), values)
    found = _grouped(rows, parents)
    kept = {
        parent: below[:size][::-1] if plan.backwards else below[:size]
        for parent, below in found.items()
    }
    flat = [entries.read(row) for below in kept.values() for row in below]
    trees = [await _trees(gate, s, flat, slots) for s in dict.fromkeys(plan.selections)]
    pages, start = {}, 0
    for parent, below in kept.items():
        end = start + len(below)
        pages[parent] = Page(
            trees=[made[start:end] for made in trees],
            length=len(below),
            positions=[row[: entries.width] for row in below],
            has_more=len(found[parent]) > size,
            has_cursor=place is not None,
            sealer=sealer,
        )
        start = end
    if plan.wants_count:
        for row in await gate.fetch(entries.count(), values):
            pages[row[-1]].count = row[0]
    return {parent: tree(page) for parent, page in pages.items()}


def _used(view: View, slots: Slots) -> object:
    """What a cursor of the view is bound to besides its order."""
    return [view.name, view.options, [(name, slots[slot]) for name, slot in view.values]]


def _grouped(rows: Sequence[Row], parents: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {parent: [] for parent in parents}
    for row in rows:
        found[row[-1]].append(row)
    return found


async def _trees(
    gate: Gate, selection: Selection, entries: Sequence[Mapping[str, Any]], slots: Slots
) -> list[Tree]:
    columns: dict[str, list[Any]] = {}
    for item in selection.items:
        match item:
            case Leaf():
                cutting = projector(item.parts)
                columns[item.key] = [cutting(entry[item.field]) for entry in entries]
            case One():
                ids = [entry[item.edge] for entry in entries]
                records = await gate.records(item.selection, ids, slots)
                columns[item.key] = [records.get(id_) for id_ in ids]
            case OneOf():
                columns[item.key] = await _records(gate, item, entries, slots)
            case Typename():
                columns[item.key] = [item.name] * len(entries)
            case _:
                raise LookupError(item.key)
    return [{key: column[i] for key, column in columns.items()} for i in range(len(entries))]


async def _records(
    gate: Gate, item: OneOf, entries: Sequence[Mapping[str, Any]], slots: Slots
) -> list[Tree | None]:
    """The record behind each entry: one statement for each resource that occurs."""
    wanted: list[tuple[str, str]] = [entry["record"] for entry in entries]
    trees: dict[tuple[str, str], Tree] = {}
    for selection in item.selections:
        ids = [id_ for resource, id_ in wanted if resource == selection.resource]
        read = await gate.records(selection, ids, slots)
        trees |= {(selection.resource, id_): tree for id_, tree in read.items()}
    return [trees.get(record) for record in wanted]


def per_parent(query: sa.Select[Any]) -> sa.Select[Any]:
    """Run a query that names ``PARENT`` once for each parent; the parent's id comes last.

    INVARIANT: a LATERAL query is joined by a nested loop, so a parent's rows keep their order.
    """
    ids = sa.bindparam("parents", type_=ARRAY(UUID(as_uuid=False)))
    parent_id = sa.column("id", UUID(as_uuid=False))
    parents = sa.func.unnest(ids).table_valued(parent_id).render_derived(name="parents")
    inner = query.lateral("rows")
    return sa.select(*inner.c, sa.cast(parents.c.id, sa.Text).label("parent")).select_from(
        parents.join(inner, sa.true())
    )
