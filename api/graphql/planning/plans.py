"""Planning of a read: from a GraphQL selection to a read plan and its bind parameters."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from graphql import FieldNode, GraphQLObjectType, get_named_type
from graphql.execution.values import get_argument_values

from api.graphql.planning.bind_parameters import BindParameter, Convert, bound
from api.graphql.planning.collect import Collector
from api.graphql.planning.filters import FilterBuilder
from api.graphql.planning.names import snake
from domain.declaration.entity import Entity
from domain.declaration.parts import OrderKey, ToMany, ToOne
from domain.reading.plan.plan import (
    NOTHING,
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
    OneOf,
    PageInfo,
    Part,
    Redactions,
    Selection,
    TotalCount,
    Totals,
    Typename,
    View,
)
from domain.reading.sql.keyset import check_order
from domain.reading.views.views import view_entry
from domain.values.errors import InvalidInputError

TYPENAME = "__typename"
PAGING = frozenset({"first", "after", "last", "before"})
Nodes_ = Sequence[FieldNode]


class PlanBuilder:
    """Builds the plans of one operation; ``binds`` holds the values that they name."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self.registry = collector.registry
        self.binds: list[BindParameter] = []

    def bound(self) -> list[Any]:
        """The values of the bind parameters, where the variables were there when the plan was built."""
        return bound(self.binds, {})

    def fields(self, nodes: Nodes_, type_name: str) -> Mapping[str, Nodes_]:
        """The fields below some nodes, by response key."""
        return self._collector.fields(nodes, type_name)

    def selection(self, nodes: Nodes_, resource: Entity) -> Selection:
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
        if not found and any(node.selection_set for node in nodes):
            return (NOTHING,)
        return tuple(found)

    def connection(self, nodes: Nodes_, parent: str, resource: Entity) -> Connection:
        """A page of records; ``parent`` is the type whose field this is.

        Raises ``InvalidInputError`` for page sizes, orders and filters that cannot be.
        """
        arguments = self.arguments(nodes[0], parent)
        type_name = self.type_below(parent, nodes[0].name.value)
        order = _order(resource, arguments.get("orderBy"))
        builder = FilterBuilder(self.registry, resource, self.binds)
        backwards, size, cursor = _page(arguments)
        items = [
            self._connection_item(key, found, resource, type_name)
            for key, found in self.fields(nodes, type_name).items()
        ]
        return Connection(
            resource=resource.name,
            items=tuple(items),
            size=self._bind(
                size,
                partial(_size, "last" if backwards else "first", self._collector.page_size_max),
            ),
            order=order,
            filter=builder.build(arguments.get("filter")),
            cursor=None if cursor is None else self._bind(cursor),
            backwards=backwards,
        )

    def type_below(self, type_name: str, field: str) -> str:
        """The named type of a field."""
        return str(get_named_type(self._object(type_name).fields[field].type).name)

    def _item(self, key: str, nodes: Nodes_, resource: Entity) -> Item:
        name = nodes[0].name.value
        if name == TYPENAME:
            return Typename(key, resource.type_name)
        if name == "id":
            return GlobalId(key)
        below = self.type_below(resource.type_name, name)
        if name == "redactions":
            return Redactions(key, self.parts(nodes, below))
        return self._beyond(key, nodes, resource) or Leaf(
            key, snake(name), self.parts(nodes, below)
        )

    def _beyond(
        self, key: str, nodes: Nodes_, resource: Entity
    ) -> One | Many | OneOf | View | None:
        """What leads to other records."""
        name = nodes[0].name.value
        if snake(name) in resource.views:
            return self._view(key, nodes, resource)
        if name == "record" and resource.record_types:
            below = [self.registry.by_name[type_] for type_ in resource.record_types]
            return OneOf(key, tuple(self.selection(nodes, type_) for type_ in below))
        edge = resource.edge_by_name.get(snake(name))
        if isinstance(edge, ToOne):
            return One(key, edge.name, self.selection(nodes, self.registry.by_name[edge.target]))
        if isinstance(edge, ToMany):
            target = self.registry.by_name[edge.target]
            return Many(key, edge.name, self.connection(nodes, resource.type_name, target))
        return None

    def _view(self, key: str, nodes: Nodes_, resource: Entity) -> View:
        """A view; lists of names shape its statement, other arguments become bind parameters."""
        name = nodes[0].name.value
        given = self.arguments(nodes[0], resource.type_name)
        entry = view_entry(self.registry, snake(name))
        lists = {name: value for name, value in given.items() if isinstance(value, list)}
        values = {
            name: value
            for name, value in given.items()
            if value is not None and name not in lists and name not in PAGING
        }
        type_name = resource.type_name
        return View(
            key=key,
            name=snake(name),
            connection=self.connection(nodes, type_name, entry) if entry else None,
            parts=() if entry else self.parts(nodes, self.type_below(type_name, name)),
            options=tuple((name, tuple(map(_value, names))) for name, names in lists.items()),
            values=tuple((name, self._bind(value)) for name, value in values.items()),
        )

    def _connection_item(
        self, key: str, nodes: Nodes_, resource: Entity, type_name: str
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
        self, nodes: Nodes_, resource: Entity, type_name: str
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

    def arguments(self, node: FieldNode, parent: str) -> dict[str, Any]:
        """The arguments of a field of that type."""
        field = self._object(parent).fields[node.name.value]
        return get_argument_values(field, node, self._collector.variables)

    def _object(self, type_name: str) -> GraphQLObjectType:
        found = self._collector.schema.get_type(type_name)
        if not hasattr(found, "fields"):
            raise LookupError(type_name)
        return found  # type: ignore[return-value]  # interfaces have fields too

    def _bind(self, value: Any, convert: Convert | None = None) -> int:
        self.binds.append(BindParameter(value, convert))
        return len(self.binds) - 1


def _page(arguments: Mapping[str, Any]) -> tuple[bool, Any, Any]:
    first, last = arguments.get("first"), arguments.get("last")
    backwards = first is None
    size = last if backwards else first
    if size is None or (first is not None and last is not None):
        raise InvalidInputError("give either first or last", ("first",), code="PAGE_SIZE")
    wrong, right = ("after", "before") if backwards else ("before", "after")
    if arguments.get(wrong) is not None:
        raise InvalidInputError(f"{wrong} does not go with this direction", (wrong,))
    return backwards, size, arguments.get(right)


def _size(argument: str, size_max: int, size: int) -> int:
    if not 0 <= size <= size_max:
        message = f"a page has 0 to {size_max} records"
        raise InvalidInputError(message, (argument,), code="PAGE_SIZE")
    return size


def _order(resource: Entity, keys: Sequence[Mapping[str, Any]] | None) -> tuple[OrderKey, ...]:
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
