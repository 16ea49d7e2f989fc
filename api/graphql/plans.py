"""From a GraphQL selection to a read plan and the values for its slots."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLObjectType, get_named_type
from graphql.execution.values import get_argument_values

from api.graphql.collect import Collector
from api.graphql.filters import FilterBuilder
from api.graphql.names import snake
from domain.catalogue import OrderKey, Resource, ToMany, ToOne
from domain.errors import InvalidInputError
from domain.reading.keyset import check_order
from domain.reading.plan import (
    PAGE_SIZE_MAX,
    Connection,
    ConnectionItem,
    Cursor,
    EdgeNode,
    Edges,
    GlobalId,
    Item,
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
from domain.resources import RESOURCES

TYPENAME = "__typename"
RECORDS_MAX = 50_000
Nodes_ = Sequence[FieldNode]


@dataclass(slots=True)
class Budget:
    """How many records the pages of one request may still hold, if all are full."""

    left: int = RECORDS_MAX

    def take(self, records: int) -> None:
        """Raise ``InvalidInputError`` for a request that would read too many."""
        self.left -= records
        if self.left < 0:
            message = f"the pages of one request hold at most {RECORDS_MAX} records"
            raise InvalidInputError(message, ("first",), code="TOO_MANY_RECORDS")


class PlanBuilder:
    """Builds the plans of one operation; ``slots`` holds the values that they name."""

    def __init__(self, collector: Collector, budget: Budget, records: int = 1) -> None:
        self._collector = collector
        self._budget = budget
        self._parents = records
        self.slots: list[Any] = []

    def fields(self, nodes: Nodes_, type_name: str) -> Mapping[str, Nodes_]:
        """The fields below some nodes, by response key."""
        return self._collector.fields(nodes, type_name)

    def selection(self, nodes: Nodes_, resource: Resource) -> Selection:
        """What is wanted of a record."""
        items = [
            self._item(key, found, resource)
            for key, found in self.fields(nodes, resource.type_name).items()
        ]
        return Selection(resource.name, tuple(items))

    def parts(self, nodes: Nodes_, type_name: str) -> tuple[Part, ...]:
        """What is wanted of an object value."""
        found = []
        for key, below in self.fields(nodes, type_name).items():
            name = below[0].name.value
            if name == TYPENAME:
                found.append(Part(key, TYPENAME, constant=type_name))
            else:
                found.append(Part(key, name, self.parts(below, self.type_below(type_name, name))))
        return tuple(found)

    def connection(self, nodes: Nodes_, parent: str, resource: Resource) -> Connection:
        """A page of records; ``parent`` is the type whose field this is.

        Raises ``InvalidInputError`` for page sizes, orders and filters that cannot be.
        """
        arguments = self._arguments(nodes[0], parent)
        type_name = self.type_below(parent, nodes[0].name.value)
        order = _order(resource, arguments.get("orderBy"))
        builder = FilterBuilder(resource, self.slots)
        backwards, size, cursor = _page(arguments)
        with self._pages_of(size):
            items = [
                self._connection_item(key, found, resource, type_name)
                for key, found in self.fields(nodes, type_name).items()
            ]
        return Connection(
            resource=resource.name,
            items=tuple(items),
            size=self._slot(size),
            order=order,
            filter=builder.build(arguments.get("filter")),
            cursor=None if cursor is None else self._slot(cursor),
            backwards=backwards,
        )

    @contextmanager
    def _pages_of(self, size: int) -> Iterator[None]:
        """Inside, every record is a parent of pages, and there are as many as all pages hold."""
        outside, self._parents = self._parents, self._parents * size
        self._budget.take(self._parents)
        yield
        self._parents = outside

    def type_below(self, type_name: str, field: str) -> str:
        """The named type of a field."""
        return str(get_named_type(self._object(type_name).fields[field].type).name)

    def _item(self, key: str, nodes: Nodes_, resource: Resource) -> Item:
        name = nodes[0].name.value
        if name == TYPENAME:
            return Typename(key, resource.type_name)
        if name == "id":
            return GlobalId(key)
        below = self.type_below(resource.type_name, name)
        if name == "redactions":
            return Redactions(key, self.parts(nodes, below))
        edge = resource.edge_by_name.get(snake(name))
        if isinstance(edge, ToOne):
            return One(key, edge.name, self.selection(nodes, RESOURCES[edge.target]))
        if isinstance(edge, ToMany):
            target = RESOURCES[edge.target]
            return Many(key, edge.name, self.connection(nodes, resource.type_name, target))
        return Leaf(key, snake(name), self.parts(nodes, below))

    def _connection_item(
        self, key: str, nodes: Nodes_, resource: Resource, type_name: str
    ) -> ConnectionItem:
        match nodes[0].name.value:
            case "nodes":
                return Nodes(key, self.selection(nodes, resource))
            case "edges":
                return Edges(key, self._edge(nodes, resource, type_name))
            case "pageInfo":
                return PageInfo(key, self.parts(nodes, "PageInfo"))
            case "totalCount":
                return TotalCount(key)
            case "totals":
                return Totals(key, self.parts(nodes, self.type_below(type_name, "totals")))
            case _:
                return Typename(key, type_name)

    def _edge(
        self, nodes: Nodes_, resource: Resource, type_name: str
    ) -> tuple[Cursor | EdgeNode | Typename, ...]:
        edge_type = self.type_below(type_name, "edges")
        items: list[Cursor | EdgeNode | Typename] = []
        for key, found in self.fields(nodes, edge_type).items():
            match found[0].name.value:
                case "cursor":
                    items.append(Cursor(key))
                case "node":
                    items.append(EdgeNode(key, self.selection(found, resource)))
                case _:
                    items.append(Typename(key, edge_type))
        return tuple(items)

    def _arguments(self, node: FieldNode, parent: str) -> dict[str, Any]:
        field = self._object(parent).fields[node.name.value]
        return get_argument_values(field, node, self._collector.variables)

    def _object(self, type_name: str) -> GraphQLObjectType:
        found = self._collector.schema.get_type(type_name)
        if not hasattr(found, "fields"):
            raise LookupError(type_name)
        return found  # type: ignore[return-value]  # interfaces have fields too

    def _slot(self, value: Any) -> int:
        self.slots.append(value)
        return len(self.slots) - 1


def _page(arguments: Mapping[str, Any]) -> tuple[bool, int, str | None]:
    first, last = arguments.get("first"), arguments.get("last")
    backwards = first is None
    size = last if backwards else first
    if size is None or (first is not None and last is not None):
        raise InvalidInputError("give either first or last", ("first",), code="PAGE_SIZE")
    if not 0 <= size <= PAGE_SIZE_MAX:
        message = f"a page has 0 to {PAGE_SIZE_MAX} records"
        raise InvalidInputError(message, ("last" if backwards else "first",), code="PAGE_SIZE")
    wrong, right = ("after", "before") if backwards else ("before", "after")
    if arguments.get(wrong) is not None:
        raise InvalidInputError(f"{wrong} does not go with this direction", (wrong,))
    return backwards, size, arguments.get(right)


def _order(resource: Resource, keys: Sequence[Mapping[str, Any]] | None) -> tuple[OrderKey, ...]:
    if not keys:
        return ()
    order = tuple(
        OrderKey(
            _value(key["field"]).lower(),
            descending=_value(key["direction"]) == "DESC",
            nulls_first=_value(key["nulls"]) == "FIRST",
        )
        for key in keys
    )
    check_order(resource, order)
    return order


def _value(member: Any) -> str:
    return str(getattr(member, "value", member))
