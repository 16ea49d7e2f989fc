"""Documents made up over the schema: a new field, filter or order is made use of by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from domain.catalogue import Kind, Lookup, Resource
from domain.resources import ALL, BY_TYPE_NAME, RESOURCES
from tests.reference.answer import SCHEMA
from tests.reference.choices import Choices
from tests.reference.documents import Chosen, CursorOf, Document, Fragment, Item, Value, nullable
from tests.reference.matching import QUANTIFIERS
from tests.reference.names import snake
from tests.reference.pools import DURATIONS, Pools

# What has tests of its own and no reference here. To take one in, answer it in ``answer`` first.
LEFT_OUT = frozenset({"overview", "network", "timeline", "viewer", "recordAccess"})
GROUPS = ("customerGroups", "interactionGroups", "opportunityGroups")
LEFT_OUT_ROOTS = LEFT_OUT | {"interactionsByContactPoint", *GROUPS}
RELATIVE = frozenset({"withinLast", "olderThan", "withinNext", "laterThan"})
DIRECTIVES = ("@include(if: $yes)", "@skip(if: $no)", "@include(if: $no)", "@skip(if: false)")
DEPTH = 2
FILTER_DEPTH = 2
SIZES = (3, 100, 1, 2, 0)


class Queries:
    """Makes up documents by the choices that it is given."""

    def __init__(self, choices: Choices, pools: Pools, ids: Mapping[str, Sequence[str]]) -> None:
        self._choices = choices
        self._pools = pools
        self._ids = ids
        self._aliases = 0
        self._connections = 0

    def document(self) -> Document:
        """One root field, or a few."""
        query = SCHEMA.query_type
        assert query
        names = [name for name in query.fields if name not in LEFT_OUT_ROOTS]
        count = 1 + (self._choices.below(2) if self._choices.rarely(6) else 0)
        roots = tuple(
            self._root(name, query.fields[name])
            for name in (self._choices.one(names) for _ in range(count))
        )
        return Document(roots)

    def _root(self, name: str, field: GraphQLField) -> Item:
        if name in {"node", "nodes"}:
            return self._by_id(name)
        return self._connection(name, field, DEPTH)

    def _by_id(self, name: str) -> Item:
        choices = self._choices
        resources = choices.several(ALL, 1, 1 if name == "node" else 2)
        wanted = [
            choices.one(self._ids[r.name]) for r in resources for _ in range(choices.below(3) + 1)
        ]
        type_ = GraphQLNonNull(GraphQLID)
        values = [self._leaf(type_, (id_,)) for id_ in wanted]
        argument = ("id", values[0])
        if name == "nodes":
            argument = ("ids", self._varied(GraphQLNonNull(GraphQLList(type_)), values))
        items: list[Item] = [Chosen("__typename"), Chosen("id")] if choices.rarely(3) else []
        items += [
            Fragment(r.type_name, self._selection(r, DEPTH), choices.rarely(3)) for r in resources
        ]
        return Chosen(name, self._alias(), (argument,), tuple(items))

    # --- selections ---------------------------------------------------------------------------------

    def _alias(self) -> str:
        self._aliases += 1
        return f"a{self._aliases}"

    def _directive(self) -> str:
        return self._choices.one(DIRECTIVES) if self._choices.rarely(12) else ""

    def _selection(self, resource: Resource, depth: int) -> tuple[Item, ...]:
        """Fields of a record: some values, and further records while the depth lasts."""
        choices, fields = self._choices, self._fields(resource.type_name)
        onward = [name for name in fields if snake(name) in resource.edge_by_name]
        plain = [name for name in fields if name not in onward]
        names = choices.several(plain, 1, 5)
        if depth:
            names += choices.several(onward, 0, 2)
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
        return {
            name: field
            for name, field in type_.fields.items()
            if name not in LEFT_OUT and name != "redactions"
        }

    def _field(self, name: str, field: GraphQLField, resource: Resource, depth: int) -> Item:
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
                self._alias() if self._choices.rarely(6) else None,
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

    def _which(self, resource: Resource, field: GraphQLField) -> list[tuple[str, Value | CursorOf]]:
        found: list[tuple[str, Value | CursorOf]] = []
        if self._choices.rarely(2):
            type_ = field.args["filter"].type
            found.append(("filter", self._filter(type_, resource, FILTER_DEPTH)))
        if self._choices.rarely(2):
            found.append(("orderBy", self._order(field.args["orderBy"].type)))
        return found

    def _paging(self, field: GraphQLField) -> list[tuple[str, Value | CursorOf]]:
        backwards = self._choices.rarely(3)
        size, cursor = ("last", "before") if backwards else ("first", "after")
        found: list[tuple[str, Value | CursorOf]] = []
        found.append((size, self._leaf(field.args[size].type, SIZES)))
        if self._choices.rarely(5):
            self._connections += 1
            found.append((cursor, CursorOf(self._connections, self._choices.below(3))))
        return found

    def _of_connection(
        self, name: str, field: GraphQLField, resource: Resource, depth: int
    ) -> Item:
        if is_leaf_type(get_named_type(field.type)):
            return Chosen(name, self._alias() if self._choices.rarely(4) else None)
        if name != "edges":
            return Chosen(name, None, (), self._object(str(get_named_type(field.type))))
        node = Chosen("node", None, (), self._selection(resource, depth))
        parts = [Chosen("cursor"), node] if self._choices.rarely(2) else [node]
        return Chosen("edges", None, (), tuple(parts))

    # --- arguments ----------------------------------------------------------------------------------

    def _varied(self, type_: Any, value: Any, other: Any = None) -> Value:
        """As a literal mostly; as a variable, or as one that is not given and has a default."""
        as_ = "literal"
        if self._choices.rarely(5):
            is_default = self._choices.rarely(4) and not isinstance(type_, GraphQLNonNull)
            as_ = "default" if is_default else "variable"
        return Value(type_, value, other, as_)

    def _leaf(self, type_: Any, pool: Sequence[Any]) -> Value:
        number = self._choices.below(len(pool))
        return self._varied(type_, pool[number], pool[(number + 1) % len(pool)])

    def _order(self, type_: Any) -> Value:
        order = get_named_type(type_)
        assert isinstance(order, GraphQLInputObjectType)
        names = self._enum(order.fields["field"].type)
        keys = []
        for name in self._choices.several(names, 1, 2):
            given = {"field": name}
            if self._choices.rarely(2):
                given["direction"] = self._choices.one(("DESC", "ASC"))
            if self._choices.rarely(3):
                given["nulls"] = self._choices.one(("FIRST", "LAST"))
            members = {
                one: self._varied(order.fields[one].type, value) for one, value in given.items()
            }
            keys.append(self._varied(nullable(type_).of_type, members))
        return self._varied(nullable(type_), keys)

    def _enum(self, type_: Any) -> list[str]:
        named = get_named_type(type_)
        assert isinstance(named, GraphQLEnumType)
        return list(named.values)

    def _filter(self, type_: Any, resource: Resource, depth: int) -> Value:
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        choices = self._choices
        members = {}
        for name in choices.several(input_.fields, 1, 2):
            below = input_.fields[name].type
            if name not in {"and", "or", "not"}:
                member = self._comparison(name, below, resource, depth)
                if member is not None:
                    members[name] = member
            elif depth and name == "not":
                members[name] = self._filter(below, resource, depth - 1)
            elif depth:
                one = nullable(below).of_type
                parts = [self._filter(one, resource, depth - 1) for _ in range(choices.below(3))]
                members[name] = self._varied(below, parts)
        return self._varied(type_, members)

    def _comparison(self, name: str, type_: Any, resource: Resource, depth: int) -> Value | None:
        input_ = get_named_type(type_)
        assert isinstance(input_, GraphQLInputObjectType)
        edge = resource.edge_by_name.get(snake(name))
        members = {}
        for operator in self._choices.several(
            input_.fields, 1, 2 if self._choices.rarely(4) else 1
        ):
            below = input_.fields[operator].type
            if edge is not None and operator in QUANTIFIERS:
                if depth:
                    members[operator] = self._filter(below, RESOURCES[edge.target], depth - 1)
                continue
            members[operator] = self._operand(operator, below, resource, name)
        return self._varied(type_, members) if members else None

    def _operand(self, operator: str, type_: Any, resource: Resource, name: str) -> Value:
        if operator == "isNull":
            return self._varied(type_, self._choices.one((True, False)))
        field = next(
            resource.by_name[one]
            for one in (snake(name), snake(name) + "s")
            if one in resource.by_name and resource.by_name[one].lookup is not Lookup.NONE
        )
        named = get_named_type(type_)
        pool: Sequence[Any] = self._pools[resource.name][field.name]
        if operator in RELATIVE:
            pool = DURATIONS[field.kind]
        elif isinstance(named, GraphQLEnumType):
            pool = self._enum(named)
        elif field.kind is Kind.BOOLEAN:
            pool = (True, False)
        inner = nullable(type_)
        if isinstance(inner, GraphQLList):
            several = [self._given(inner.of_type, pool) for _ in range(self._choices.below(4))]
            return self._varied(type_, several)
        return self._given(type_, pool)

    def _given(self, type_: Any, pool: Sequence[Any]) -> Value:
        named = get_named_type(type_)
        if not isinstance(named, GraphQLInputObjectType):
            is_shape = isinstance(named, GraphQLEnumType) or pool[0] is True
            return (
                self._varied(type_, self._choices.one(pool))
                if is_shape
                else self._leaf(type_, pool)
            )
        one = self._choices.one(pool)
        given = one if isinstance(one, dict) else dict.fromkeys(named.fields, one)
        return self._varied(
            type_,
            {name: self._varied(named.fields[name].type, value) for name, value in given.items()},
        )
