"""Finished trees: pages in the shape and the order of the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from domain.reading.cursors import CursorSealer
from domain.reading.plan import (
    Connection,
    Cursor,
    EdgeNode,
    Edges,
    Many,
    Nodes,
    One,
    PageInfo,
    Selection,
    TotalCount,
    Totals,
    Typename,
)
from domain.reading.record_tree import Tree, cut
from domain.reading.rows import Visible


@dataclass(slots=True)
class Page:
    """The rows of one page and where it stands."""

    rows: list[Visible]
    positions: list[Sequence[str | None]]
    has_more: bool
    has_cursor: bool
    sealer: CursorSealer | None
    count: int = 0
    totals: list[Tree] = field(default_factory=list)
    _trees: dict[int, list[Tree]] = field(default_factory=dict)
    _cursors: dict[int, str] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Self:
        """The page of someone who may see nothing."""
        return cls([], [], has_more=False, has_cursor=False, sealer=None)

    def add_trees(self, selection: Selection, trees: list[Tree]) -> None:
        """Keep the trees that one of the plan's selections makes of the rows."""
        self._trees[id(selection)] = trees

    def trees(self, selection: Selection) -> list[Tree]:
        """The trees of one of the plan's selections."""
        return self._trees.get(id(selection), [])

    def cursor(self, index: int) -> str | None:
        """The cursor of one row, the same text wherever it stands in the answer."""
        if self.sealer is None or not self.positions:
            return None
        index %= len(self.positions)
        if index not in self._cursors:
            self._cursors[index] = self.sealer.seal(list(self.positions[index]))
        return self._cursors[index]


def one_edges(selection: Selection) -> Iterator[One]:
    """The edges to one record."""
    return (item for item in selection.items if isinstance(item, One))


def many_edges(selection: Selection) -> Iterator[Many]:
    """The edges to pages of records."""
    return (item for item in selection.items if isinstance(item, Many))


def connection_tree(plan: Connection, page: Page) -> Tree:
    """The tree of a connection."""
    tree: Tree = {}
    for item in plan.items:
        match item:
            case Nodes():
                tree[item.key] = page.trees(item.selection)
            case Edges():
                tree[item.key] = [_edge(item, page, i) for i in range(len(page.rows))]
            case PageInfo():
                tree[item.key] = cut(item.parts)(_page_info(plan, page))
            case TotalCount():
                tree[item.key] = page.count
            case Totals():
                tree[item.key] = cut(item.parts)(page.totals)
            case Typename():
                tree[item.key] = item.name
    return tree


def _edge(item: Edges, page: Page, index: int) -> Tree:
    tree: Tree = {}
    for part in item.items:
        match part:
            case Cursor():
                tree[part.key] = page.cursor(index)
            case EdgeNode():
                tree[part.key] = page.trees(part.selection)[index]
            case Typename():
                tree[part.key] = part.name
    return tree


def _page_info(plan: Connection, page: Page) -> Tree:
    before, after = page.has_cursor, page.has_more
    return {
        "hasNextPage": before if plan.backwards else after,
        "hasPreviousPage": after if plan.backwards else before,
        "startCursor": page.cursor(0),
        "endCursor": page.cursor(-1),
    }
