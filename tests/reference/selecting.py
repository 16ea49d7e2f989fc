"""Selections made up over the schema: what is wanted of records, pages and views."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from domain.declaration.entity import Entity
from domain.entities.registry import BY_TYPE_NAME, RESOURCES
from tests.reference.arguments import Arguments
from tests.reference.choices import Choices
from tests.reference.differences import AGE
from tests.reference.documents import Chosen, CursorOf, Fragment, Item, Value
from tests.reference.names import snake
from tests.reference.pools import LOOKED_UP, Pools
from tests.reference.selections import SCHEMA, members

PAGED_VIEWS = frozenset({"timeline", "network"})
DIRECTIVES = ("@include(if: $yes)", "@skip(if: $no)", "@include(if: $no)", "@skip(if: false)")
DEPTH = 2
FILTER_DEPTH = 2
STEPS = (2, 1, 3, 4)
SIZES = (3, 100, 1, 2, 0)


class Selecting:
    """Makes up selections by the choices that it is given."""

    def __init__(self, choices: Choices, pools: Pools, ids: Mapping[str, Sequence[str]]) -> None:
        self._choices = choices
        self._arguments = Arguments(choices, pools)
        self._ids = ids
        self._times = pools["interaction"]["occurred_at"]
        self._aliases = 0
        self._connections = 0

    def _one_of(self, resources: Sequence[Entity], depth: int) -> list[Item]:
        """What is wanted of a record of one of these types."""
        return [
            Fragment(
                resource.type_name,
                _apart(resource, self._selection(resource, depth)),
                self._choices.rarely(3),
            )
            for resource in resources
        ]

    def _cursor(self, edges: str = "edges") -> CursorOf:
        self._connections += 1
        return CursorOf(self._connections, self._choices.below(3), edges)

    def _several_of(self, type_name: str) -> list[tuple[str, GraphQLField]]:
        return self._choices.several(self._fields(type_name).items(), 1, 4)

    # --- selections ---------------------------------------------------------------------------------

    def _alias(self) -> str:
        self._aliases += 1
        return f"a{self._aliases}"

    def _directive(self) -> str:
        return self._choices.one(DIRECTIVES) if self._choices.rarely(12) else ""

    def _selection(self, resource: Entity, depth: int) -> tuple[Item, ...]:
        """Fields of a record: some values, and further records while the depth lasts."""
        choices, fields = self._choices, self._fields(resource.type_name)
        onward = [
            name
            for name in fields
            if snake(name) in resource.edge_by_name or name in resource.views
        ]
        plain = [name for name in fields if name not in onward]
        names = choices.several(plain, 1, 5)
        if depth:
            names += choices.several(onward, 0, 2)
            if resource.views and choices.rarely(3):
                names.append(choices.one(resource.views))
        names = list(dict.fromkeys(names))
        items = [self._field(name, fields[name], resource, depth) for name in names]
        if choices.rarely(3):
            items.append(Chosen("redactions", None, (), self._object("Redaction")))
        if choices.rarely(6):
            kept = tuple(items)
            items = [Fragment(resource.type_name, kept, choices.rarely(2), self._directive())]
            items.insert(0, Chosen("id"))
        if choices.rarely(8):
            items.append(Chosen("__typename"))
        return tuple(items)

    def _fields(self, type_name: str) -> dict[str, GraphQLField]:
        type_ = SCHEMA.type_map[type_name]
        assert isinstance(type_, GraphQLObjectType)
        return {name: field for name, field in type_.fields.items() if name != "redactions"}

    def _field(self, name: str, field: GraphQLField, resource: Entity, depth: int) -> Item:
        if name in PAGED_VIEWS:
            return self._view(name, field, depth - 1)
        if name == "overview":
            return Chosen(name, self._alias(), (), self._overview())
        if "first" in field.args:
            return self._connection(name, field, depth - 1)
        alias = self._alias() if self._choices.rarely(4) else None
        edge = resource.edge_by_name.get(snake(name))
        below: tuple[Item, ...] | None = None
        if edge is not None:
            below = self._selection(RESOURCES[edge.target], depth - 1)
        elif not is_leaf_type(named := get_named_type(field.type)):
            below = self._object(str(named))
        return Chosen(name, alias, (), below, self._directive())

    def _object(self, type_name: str) -> tuple[Item, ...]:
        """Members of an object that is no record."""
        fields = self._fields(type_name)
        return tuple(
            Chosen(
                name,
                self._alias() if self._choices.rarely(6) and name != AGE else None,
                (),
                None
                if is_leaf_type(named := get_named_type(fields[name].type))
                else self._object(str(named)),
            )
            for name in self._choices.several(fields, 1, 3)
        )

    # --- connections --------------------------------------------------------------------------------

    def _connection(self, name: str, field: GraphQLField, depth: int) -> Item:
        choices = self._choices
        type_name = str(get_named_type(field.type))
        fields = self._fields(type_name)
        resource = BY_TYPE_NAME[str(get_named_type(fields["nodes"].type))]
        arguments = [*self._which(resource, field), *self._paging(field)]
        if "phone" in field.args:
            arguments.append(self._reached(field))
        items = [
            self._of_connection(one, fields[one], resource, depth)
            for one in choices.several([one for one in fields if one != "nodes"], 0, 2)
        ]
        if not items or choices.mostly(3):
            items.append(Chosen("nodes", None, (), self._selection(resource, depth)))
        return Chosen(
            name,
            self._alias(),
            tuple(arguments),
            tuple(items),
            self._directive() if depth < DEPTH else "",
        )

    # --- views --------------------------------------------------------------------------------------

    def _overview(self) -> tuple[Item, ...]:
        redactions = Chosen("redactions", None, (), self._object("Redaction"))
        parts = self._object("CustomerOverview")
        return (*parts, redactions) if self._choices.mostly(3) else parts

    def _view(self, name: str, field: GraphQLField, depth: int) -> Item:
        fields = self._fields(str(get_named_type(field.type)))
        arguments = [*self._bounds(field), *self._paging(field)]
        items: list[Item] = [
            Chosen(one, None, (), self._object("PageInfo") if one == "pageInfo" else None)
            for one in self._choices.part(("totalCount", "pageInfo"))
        ]
        below = self._entry(str(get_named_type(fields["nodes"].type)), depth)
        if self._choices.rarely(3):
            below = (Chosen("cursor"), Chosen("node", None, (), below))
            items.append(Chosen("edges", None, (), below))
        else:
            items.append(Chosen("nodes", None, (), below))
        return Chosen(name, self._alias(), tuple(arguments), tuple(items), self._directive())

    def _bounds(self, field: GraphQLField) -> list[tuple[str, Value | CursorOf]]:
        """How far a view goes: kinds, times, steps."""
        found: list[tuple[str, Value | CursorOf]] = [
            (name, self._arguments.names(field.args[name].type, 3))
            for name in ("kinds", "types")
            if name in field.args and self._choices.rarely(3)
        ]
        found += [
            (name, self._arguments.leaf(field.args[name].type, self._times))
            for name in ("since", "until")
            if name in field.args and self._choices.rarely(3)
        ]
        if "depth" in field.args:
            found.append(("depth", self._arguments.leaf(field.args["depth"].type, STEPS)))
        return found

    def _entry(self, type_name: str, depth: int) -> tuple[Item, ...]:
        found: list[Item] = []
        for name, field in self._several_of(type_name):
            named = str(get_named_type(field.type))
            if name == "record":
                records = [BY_TYPE_NAME[one] for one in members(named)]
                below = self._one_of(self._choices.several(records, 1, 2), depth)
                found.append(Chosen(name, None, (), (Chosen("__typename"), *below)))
            elif named in BY_TYPE_NAME:
                found.append(Chosen(name, None, (), self._selection(BY_TYPE_NAME[named], depth)))
            else:
                is_leaf = is_leaf_type(get_named_type(field.type))
                found.append(Chosen(name, None, (), None if is_leaf else self._object(named)))
        return tuple(found)

    def _reached(self, field: GraphQLField) -> tuple[str, Value]:
        """A telephone number, or an e-mail address."""
        name = self._choices.one(("phone", "email"))
        return name, self._arguments.leaf(field.args[name].type, LOOKED_UP[f"{name}s"])

    def _which(self, resource: Entity, field: GraphQLField) -> list[tuple[str, Value | CursorOf]]:
        found: list[tuple[str, Value | CursorOf]] = []
        if self._choices.rarely(2):
            type_ = field.args["filter"].type
            found.append(("filter", self._arguments.filter(type_, resource, FILTER_DEPTH)))
        if self._choices.rarely(2):
            found.append(("orderBy", self._arguments.order(field.args["orderBy"].type, resource)))
        return found

    def _paging(self, field: GraphQLField) -> list[tuple[str, Value | CursorOf]]:
        backwards = self._choices.rarely(3)
        size, cursor = ("last", "before") if backwards else ("first", "after")
        found: list[tuple[str, Value | CursorOf]] = []
        found.append((size, self._arguments.leaf(field.args[size].type, SIZES)))
        if self._choices.rarely(5):
            found.append((cursor, self._cursor()))
        return found

    def _of_connection(self, name: str, field: GraphQLField, resource: Entity, depth: int) -> Item:
        if is_leaf_type(get_named_type(field.type)):
            return Chosen(name, self._alias() if self._choices.rarely(4) else None)
        if name != "edges":
            return Chosen(name, None, (), self._object(str(get_named_type(field.type))))
        node = Chosen("node", None, (), self._selection(resource, depth))
        parts = [Chosen("cursor"), node] if self._choices.rarely(2) else [node]
        return Chosen("edges", None, (), tuple(parts))


def _apart(resource: Entity, items: Sequence[Item]) -> tuple[Item, ...]:
    """Fields that have the same name in several types may differ in theirs, so each has its own key."""
    return tuple(
        replace(item, selection=_apart(resource, item.selection))
        if isinstance(item, Fragment)
        else replace(item, alias=item.alias or f"{resource.prefix}_{item.name}")
        for item in items
    )
