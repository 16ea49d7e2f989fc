"""The read plan: what a caller asks for, without values, so that it can be compiled once.

Values (filter operands, cursors, page sizes) stand in a list beside the plan; the plan names their
places ("slots"). ``key`` is always the key under which the answer holds an item.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.catalogue import OrderKey

PAGE_SIZE_MAX = 100


class Operator(StrEnum):
    """How a field is compared with a value."""

    EQ = "eq"
    NEQ = "neq"
    IN = "in"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    IS_NULL = "isNull"
    HAS_ANY = "hasAny"
    HAS_ALL = "hasAll"
    STARTS_WITH = "startsWith"
    HAS_WORDS = "hasWords"


class Junction(StrEnum):
    """How parts of a filter are joined."""

    AND = "and"
    OR = "or"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Compare:
    """One field against the value in a slot."""

    field: str
    operator: Operator
    slot: int


@dataclass(frozen=True, slots=True)
class Combine:
    """Parts joined; ``NOT`` has one part."""

    junction: Junction
    parts: tuple["Filter", ...]


Filter = Compare | Combine


def comparisons(filter_: Filter | None) -> Iterator[Compare]:
    """Every comparison in a filter."""
    if isinstance(filter_, Compare):
        yield filter_
    elif filter_ is not None:
        for part in filter_.parts:
            yield from comparisons(part)


@dataclass(frozen=True, slots=True)
class Part:
    """A member of an object value; ``parts`` select within it; a ``constant`` stands for itself."""

    key: str
    name: str
    parts: tuple["Part", ...] = ()
    constant: str | None = None


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


Item = Typename | GlobalId | Leaf | Redactions | One | Many


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted of each record of a resource, in the order of the answer."""

    resource: str
    items: tuple[Item, ...]


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


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of records. ``size`` and ``cursor`` are slots; ``order`` does not name the id, which
    always comes last. Without an order it is the resource's own, as far as the caller may see it.
    """

    resource: str
    items: tuple[ConnectionItem, ...]
    size: int
    order: tuple[OrderKey, ...]
    filter: Filter | None = None
    cursor: int | None = None
    backwards: bool = False

    @property
    def wants_count(self) -> bool:
        """Whether the number of records in all pages is asked for."""
        return any(isinstance(item, TotalCount) for item in self.items)

    @property
    def wants_totals(self) -> bool:
        """Whether sums over all pages are asked for."""
        return any(isinstance(item, Totals) for item in self.items)

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
