"""View pages: pages of what a view lists that is no record of its own, such as an entry of a timeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.access.row_visibility import Row
from domain.reading.binding.context import Binds, Gate
from domain.reading.plan.plan import Leaf, One, OneOf, Selection, Typename, View
from domain.reading.rows.pages import Pages, grouped
from domain.reading.rows.projection import projector
from domain.reading.rows.record_code import Tree
from domain.reading.rows.tree import connection_tree, empty
from domain.reading.statements.compiler import Statement


@dataclass(frozen=True, slots=True)
class ViewPages:
    """How the entries of a page are found.

    A row of ``page`` (whose argument is whether it begins at a cursor) has ``width`` columns that are
    its place in the order, as text, then its own, then its parent. ``read`` makes values of it; those
    of an edge are a record's id, and ``record`` is a resource and an id.
    """

    page: Callable[[bool], Statement]
    count: Callable[[], Statement]
    width: int
    read: Callable[[Row], dict[str, Any]]
    values: Mapping[str, Any]


async def pages_of_view(
    gate: Gate, view: View, entries: ViewPages | None, parents: Sequence[str], binds: Binds
) -> dict[str, Tree]:
    """The page of each parent; all are empty where the caller sees nothing that could be listed."""
    plan = view.connection
    if plan is None:
        raise LookupError(view.name)
    tree = connection_tree(plan)
    if entries is None:
        return {parent: tree(empty(plan)) for parent in parents}
    sealer = await gate.cursors(plan, _used(view, binds))
    given = None if plan.cursor is None else binds[plan.cursor]
    place = None if given is None else sealer.open(given)
    size = binds[plan.size]
    values = {"parents": list(parents), "limit": size + 1, **entries.values}
    values |= {f"c{i}": value for i, value in enumerate(place or ())}
    rows = await gate.fetch(entries.page(place is not None), values)
    pages = Pages(plan, size, grouped(rows, -1, parents))
    flat = [entries.read(row) for row in pages.rows]
    trees = [await _trees(gate, s, flat, binds) for s in dict.fromkeys(plan.selections)]
    filled = pages.filled(trees, slice(entries.width), sealer, given)
    if plan.wants_count:
        for row in await gate.fetch(entries.count(), values):
            filled[row[-1]].count = row[0]
    return {parent: tree(page) for parent, page in filled.items()}


def _used(view: View, binds: Binds) -> object:
    """What a cursor of the view is bound to besides its order."""
    return [view.name, view.options, [(name, binds[bind]) for name, bind in view.values]]


async def _trees(
    gate: Gate, selection: Selection, entries: Sequence[Mapping[str, Any]], binds: Binds
) -> list[Tree]:
    columns: dict[str, list[Any]] = {}
    for item in selection.items:
        match item:
            case Leaf():
                cutting = projector(item.parts)
                columns[item.key] = [cutting(entry[item.field]) for entry in entries]
            case One():
                ids = [entry[item.edge] for entry in entries]
                records = await gate.records(item.selection, ids, binds)
                columns[item.key] = [records.get(id_) for id_ in ids]
            case OneOf():
                columns[item.key] = await _records(gate, item, entries, binds)
            case Typename():
                columns[item.key] = [item.name] * len(entries)
            case _:
                raise LookupError(item.key)
    return [{key: column[i] for key, column in columns.items()} for i in range(len(entries))]


async def _records(
    gate: Gate, item: OneOf, entries: Sequence[Mapping[str, Any]], binds: Binds
) -> list[Tree | None]:
    """The record behind each entry: one statement for each resource that occurs."""
    wanted: list[tuple[str, str]] = [entry["record"] for entry in entries]
    trees: dict[tuple[str, str], Tree] = {}
    for selection in item.selections:
        ids = [id_ for resource, id_ in wanted if resource == selection.resource]
        read = await gate.records(selection, ids, binds)
        trees |= {(selection.resource, id_): tree for id_, tree in read.items()}
    return [trees.get(record) for record in wanted]
