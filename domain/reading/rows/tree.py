"""Finished trees of connections: pages in the shape and the order of the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.reading.plan.plan import (
    Connection,
    ConnectionItem,
    Cursor,
    EdgeNode,
    Edges,
    Nodes,
    PageInfo,
    Selection,
    TotalCount,
    Totals,
    Typename,
)
from domain.reading.rows.cursors import CursorSealer
from domain.reading.rows.projection import projector
from domain.reading.rows.record_code import Tree
from privacy.bounded_caches import kept


@dataclass(slots=True)
class Page:
    """The records of one page and where it stands: ``trees`` holds those of each of the plan's
    selections, in their order, equal ones once. ``given`` is the cursor that the page was asked for with.
    """

    trees: Sequence[Sequence[Tree]]
    length: int = 0
    positions: Sequence[Sequence[str | None]] = ()
    has_more: bool = False
    has_cursor: bool = False
    given: str | None = None
    sealer: CursorSealer | None = None
    count: int = 0
    totals: list[Tree] = field(default_factory=list)
    _cursors: dict[int, str] = field(default_factory=dict)

    def cursor(self, index: int) -> str | None:
        """The cursor of one row, the same text wherever it stands in the answer."""
        if self.sealer is None or not self.positions:
            return None
        index %= len(self.positions)
        if index not in self._cursors:
            self._cursors[index] = self.sealer.seal(list(self.positions[index]))
        return self._cursors[index]


Member = Callable[[Page], Any]


def empty(plan: Connection) -> Page:
    """The page of someone who may see nothing."""
    return Page([() for _ in plan.selections])


TREE_BYTES = 1_500
"""Of the functions that make the tree of a page."""


@kept(lambda _tree, plan: TREE_BYTES + 500 * len(plan.items))
def connection_tree(plan: Connection) -> Callable[[Page], Tree]:
    """What makes the tree of a page."""
    selections = list(dict.fromkeys(plan.selections))
    members = [(item.key, _member(item, plan, selections)) for item in plan.items]
    if len(members) == 1:
        ((key, member),) = members
        return lambda page: {key: member(page)}
    return lambda page: {key: member(page) for key, member in members}


def _member(item: ConnectionItem, plan: Connection, selections: list[Selection]) -> Member:
    match item:
        case Nodes():
            number = selections.index(item.selection)
            return lambda page: page.trees[number]
        case Edges():
            return _edges(item, selections)
        case PageInfo():
            cut = projector(item.parts)
            return lambda page: cut(_page_info(plan, page))
        case TotalCount():
            return lambda page: page.count
        case Totals():
            sums = projector(item.parts)
            return lambda page: sums(page.totals)
        case Typename():
            return lambda _: item.name


def _edges(item: Edges, selections: list[Selection]) -> Member:
    def part(of: Cursor | EdgeNode | Typename) -> Callable[[Page, int], Any]:
        match of:
            case Cursor():
                return lambda page, row: page.cursor(row)
            case EdgeNode():
                number = selections.index(of.selection)
                return lambda page, row: page.trees[number][row]
            case Typename():
                return lambda _page, _row: of.name

    parts = [(of.key, part(of)) for of in item.items]
    return lambda page: [
        {key: value(page, row) for key, value in parts} for row in range(page.length)
    ]


def _page_info(plan: Connection, page: Page) -> Tree:
    before, after = page.has_cursor, page.has_more
    # An empty page gives its cursor back, so that a client can keep it and ask again behind it.
    given = None if page.length else page.given
    return {
        "hasNextPage": before if plan.backwards else after,
        "hasPreviousPage": after if plan.backwards else before,
        "startCursor": page.cursor(0) or (given if plan.backwards else None),
        "endCursor": page.cursor(-1) or (None if plan.backwards else given),
    }
