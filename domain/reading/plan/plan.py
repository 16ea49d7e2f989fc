"""The read plan: what a caller asks for, without values, so that it can be compiled once.

Values (filter operands, cursors, page sizes) stand in a list beside the plan; the plan names their
places ("bind parameters"). ``key`` is always the key under which the answer holds an item.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property

from domain.declaration.parts import OrderKey
from domain.reading.plan.criteria import Filter

PAGE_SIZE_MAX = 100
TRUSTED_PAGE_SIZE_MAX = 500
"""In documents that the tenant trusts."""
PAGE_ENDS = frozenset({"startCursor", "endCursor"})


@dataclass(frozen=True, slots=True)
class Part:
    """A member of an object value; ``parts`` select within it; a ``constant`` stands for itself."""

    key: str
    name: str
    parts: tuple["Part", ...] = ()
    constant: str | None = None


NOTHING = Part("", "")
"""Stands alone where every member that is named is skipped: without parts the whole value is meant."""


@dataclass(frozen=True, slots=True)
class Typename:
    """The name of the type."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The record's opaque id."""

    key: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A declared field; ``parts`` select within an object value."""

    key: str
    field: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Redactions:
    """Which of the selected fields were withheld, and why."""

    key: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class One:
    """An edge to one record."""

    key: str
    edge: str
    selection: "Selection"


@dataclass(frozen=True, slots=True)
class Many:
    """An edge to a page of records."""

    key: str
    edge: str
    connection: "Connection"


@dataclass(frozen=True, slots=True)
class OneOf:
    """The record behind an entry of a view: one selection for each resource that it may be of."""

    key: str
    selections: tuple["Selection", ...]


@dataclass(frozen=True, slots=True)
class View:
    """A part of a record that is worked out from other records: a page of entries, or an object.

    ``options`` are lists of names, which shape the statement; ``values`` the bind parameters of the
    arguments that do not, by argument.
    """

    key: str
    name: str
    connection: "Connection | None" = None
    parts: tuple[Part, ...] = ()
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    values: tuple[tuple[str, int], ...] = ()

    @property
    def selections(self) -> Iterator["Selection"]:
        """All selections over the records behind the entries of the page."""
        for selection in self.connection.selections if self.connection else ():
            for item in selection.items:
                if isinstance(item, One):
                    yield item.selection
                elif isinstance(item, OneOf):
                    yield from item.selections

    def option(self, name: str) -> tuple[str, ...] | None:
        """The names given for an argument, or ``None`` where it was not given."""
        return dict(self.options).get(name)


Item = Typename | GlobalId | Leaf | Redactions | One | Many | OneOf | View


class _HashedOnce:
    """Plans are the keys of compiled statements: their hash is computed once."""

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in fields(self)))  # type: ignore[arg-type]  # a dataclass below

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Selection(_HashedOnce):
    """What is wanted of each record of a resource, in the order of the answer."""

    resource: str
    items: tuple[Item, ...]

    __hash__ = _HashedOnce.__hash__


@dataclass(frozen=True, slots=True)
class Nodes:
    """The records of the page."""

    key: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class Cursor:
    """The cursor of an edge."""

    key: str


@dataclass(frozen=True, slots=True)
class EdgeNode:
    """The record of an edge."""

    key: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of the page."""

    key: str
    items: tuple[Cursor | EdgeNode | Typename, ...]


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where the page stands."""

    key: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """How many records there are in all pages."""

    key: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of money over all pages, one per currency, never mixed."""

    key: str
    parts: tuple[Part, ...]


ConnectionItem = Nodes | Edges | PageInfo | TotalCount | Totals | Typename


@dataclass(frozen=True)
class Connection(_HashedOnce):
    """A page of records. ``size`` and ``cursor`` are bind parameters; ``order`` does not name the id, which
    always comes last. Without an order it is the resource's own, as far as the caller may see it.
    """

    resource: str
    items: tuple[ConnectionItem, ...]
    size: int
    order: tuple[OrderKey, ...]
    filter: Filter | None = None
    cursor: int | None = None
    backwards: bool = False

    __hash__ = _HashedOnce.__hash__

    @property
    def wants_count(self) -> bool:
        """Whether the number of records in all pages is asked for."""
        return any(isinstance(item, TotalCount) for item in self.items)

    @property
    def wants_totals(self) -> bool:
        """Whether sums over all pages are asked for."""
        return any(isinstance(item, Totals) for item in self.items)

    @cached_property
    def only_nodes(self) -> str | None:
        """The key of the page's records, where nothing else is asked for."""
        first = self.items[0] if len(self.items) == 1 else None
        return first.key if isinstance(first, Nodes) else None

    @cached_property
    def has_cursors(self) -> bool:
        """Whether places in the order are sealed or opened."""
        return self.cursor is not None or self.wants_cursors

    @cached_property
    def wants_cursors(self) -> bool:
        """Whether a place in the order is asked for, on an edge or as the ends of the page."""
        return any(
            isinstance(part, Cursor) or (isinstance(part, Part) and part.name in PAGE_ENDS)
            for item in self.items
            if isinstance(item, Edges | PageInfo)
            for part in (item.items if isinstance(item, Edges) else item.parts)
        )

    @property
    def selections(self) -> Iterator[Selection]:
        """All selections over the records of the page."""
        for item in self.items:
            if isinstance(item, Nodes):
                yield item.selection
            elif isinstance(item, Edges):
                for part in item.items:
                    if isinstance(part, EdgeNode):
                        yield part.selection
