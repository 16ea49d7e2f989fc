"""Finished trees: records and pages in the shape and the order of the answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from domain.catalogue import Kind, Resource
from domain.reading.cursors import CursorSealer
from domain.reading.plan import (
    Connection,
    Cursor,
    EdgeNode,
    Edges,
    GlobalId,
    Leaf,
    Many,
    Nodes,
    One,
    PageInfo,
    Part,
    Redactions,
    Selection,
    TotalCount,
    Totals,
    Typename,
)
from domain.reading.rows import Projector, Visible, projector
from privacy.redaction import Reason

Tree = dict[str, Any]


@dataclass(slots=True)
class Parent:
    """A record on its way into the answer."""

    visible: Visible
    tree: Tree


@dataclass(slots=True)
class Page:
    """The rows of one page and where it stands."""

    rows: list[Visible]
    positions: list[list[str | None]]
    has_more: bool
    has_cursor: bool
    sealer: CursorSealer | None
    count: int = 0
    totals: list[Tree] = field(default_factory=list)
    trees: dict[Selection, list[Tree]] = field(default_factory=dict)
    _cursors: dict[int, str] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Self:
        """The page of someone who may see nothing."""
        return cls([], [], has_more=False, has_cursor=False, sealer=None)

    def cursor(self, index: int) -> str | None:
        """The cursor of one row, the same text wherever it stands in the answer."""
        if self.sealer is None or not self.positions:
            return None
        index %= len(self.positions)
        if index not in self._cursors:
            self._cursors[index] = self.sealer.seal(self.positions[index])
        return self._cursors[index]


def one_edges(selection: Selection) -> Iterator[One]:
    """The edges to one record."""
    return (item for item in selection.items if isinstance(item, One))


def many_edges(selection: Selection) -> Iterator[Many]:
    """The edges to pages of records."""
    return (item for item in selection.items if isinstance(item, Many))


@lru_cache(maxsize=2048)
def cut(parts: tuple[Part, ...]) -> Projector:
    """How an object value is cut down to its selected members."""
    return projector(parts)


def record_tree(
    resource: Resource,
    selection: Selection,
    parent: Parent,
    below: Mapping[str, Mapping[str, Tree]],
) -> None:
    """Fill a record's tree, item by item."""
    visible, tree = parent.visible, parent.tree
    for item in selection.items:
        match item:
            case Leaf():
                tree[item.key] = _leaf(resource, item, visible)
            case GlobalId():
                tree[item.key] = f"{resource.prefix}_{visible.id}"
            case Typename():
                tree[item.key] = item.name
            case Redactions():
                tree[item.key] = cut(item.parts)(_redactions(resource, selection, visible))
            case One():
                tree[item.key] = below[item.key].get(visible.values.get(item.edge) or "")
            case Many():
                tree[item.key] = below[item.key].get(visible.id)


def _leaf(resource: Resource, leaf: Leaf, visible: Visible) -> Any:
    declared = resource.by_name[leaf.field]
    value = declared.derive(visible.values) if declared.derive else visible.values.get(leaf.field)
    if value is None and declared.kind in {Kind.TAGS, Kind.JSON} and not declared.sources:
        value = None if declared.name == "findings" else []
    return cut(leaf.parts)(value) if leaf.parts else value


def _redactions(resource: Resource, selection: Selection, visible: Visible) -> list[Tree]:
    found: dict[str, Reason] = {}
    for item in selection.items:
        if isinstance(item, Leaf | One):
            name = item.field if isinstance(item, Leaf) else item.edge
            reason = _reason(resource, name, visible)
            if reason is not None:
                found[_camel(name)] = reason
    return [{"field": name, "reason": reason.value} for name, reason in found.items()]


def _reason(resource: Resource, name: str, visible: Visible) -> Reason | None:
    declared = resource.by_name[name]
    sources = declared.sources or (name,)
    reason = next((visible.reasons[s] for s in sources if s in visible.reasons), None)
    if declared.derive and declared.kind is Kind.TEXT and reason is not Reason.MASKED:
        return None if declared.derive(visible.values) is not None else reason
    return reason


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def connection_tree(plan: Connection, page: Page) -> Tree:
    """The tree of a connection."""
    tree: Tree = {}
    for item in plan.items:
        match item:
            case Nodes():
                tree[item.key] = page.trees.get(item.selection, [])
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
                tree[part.key] = page.trees[part.selection][index]
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
