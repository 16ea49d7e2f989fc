"""Documents made up over the schema: a new field, filter or order is made use of by itself."""

from collections.abc import Mapping, Sequence

from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from domain.catalogue import Resource
from domain.resources import ALL, BY_TYPE_NAME, RESOURCES
from tests.reference.answer import GROUPS, SCHEMA
from tests.reference.arguments import Arguments
from tests.reference.choices import Choices
from tests.reference.documents import Chosen, CursorOf, Document, Fragment, Item, Value
from tests.reference.names import snake
from tests.reference.pools import Pools

# What has tests of its own and no reference here. To take one in, answer it in ``answer`` first.
LEFT_OUT = frozenset({"overview", "network", "timeline", "viewer", "recordAccess"})
POLICY = {"policy", "policyCsv", "policyVersions", "policyDifference", "policyChanges"}
LEFT_OUT_ROOTS = LEFT_OUT | {"interactionsByContactPoint", "search"} | POLICY
DIRECTIVES = ("@include(if: $yes)", "@skip(if: $no)", "@include(if: $no)", "@skip(if: false)")
DEPTH = 2
FILTER_DEPTH = 2
SIZES = (3, 100, 1, 2, 0)
GROUP_SIZES = (100, 3, 1, 0)


class Queries:
    """Makes up documents by the choices that it is given."""

    def __init__(self, choices: Choices, pools: Pools, ids: Mapping[str, Sequence[str]]) -> None:
        self._choices = choices
        self._arguments = Arguments(choices, pools)
        self._ids = ids
        self._aliases = 0
        self._unlike = _unlike()
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
        if name in GROUPS:
            return self._groups(name, field)
        return self._connection(name, field, DEPTH)

    def _by_id(self, name: str) -> Item:
        choices = self._choices
        resources = choices.several(ALL, 1, 1 if name == "node" else 2)
        wanted = [
            choices.one(self._ids[r.name]) for r in resources for _ in range(choices.below(3) + 1)
        ]
        type_ = GraphQLNonNull(GraphQLID)
        values = [self._arguments.leaf(type_, (id_,)) for id_ in wanted]
        argument = ("id", values[0])
        if name == "nodes":
            argument = ("ids", self._arguments.varied(GraphQLNonNull(GraphQLList(type_)), values))
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
        alias = self._alias() if self._choices.rarely(4) or name in self._unlike else None
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

    # --- groups -------------------------------------------------------------------------------------

    def _groups(self, name: str, field: GraphQLField) -> Item:
        resource = RESOURCES[GROUPS[name]]
        by = self._choices.several(self._arguments.group_keys(resource, field), 0, 2)
        arguments = [
            ("by", self._arguments.varied(field.args["by"].type, by)),
            ("first", self._arguments.leaf(field.args["first"].type, GROUP_SIZES)),
        ]
        if self._choices.rarely(3):
            type_ = field.args["filter"].type
            arguments.append(("filter", self._arguments.filter(type_, resource, 1)))
        if self._choices.rarely(3):
            type_ = field.args["having"].type
            arguments.append(("having", self._arguments.having(type_, resource)))
        if self._choices.rarely(2):
            ordered = self._arguments.group_order(field.args["orderBy"].type, resource, by)
            arguments.append(("orderBy", ordered))
        fields = self._fields(str(get_named_type(field.type)))
        below = self._group(resource, str(get_named_type(fields["groups"].type)))
        items: list[Item] = [Chosen("groups", None, (), below)]
        items += [Chosen(one) for one in self._choices.part(("hasMore", "suppressed"))]
        return Chosen(name, self._alias(), tuple(arguments), tuple(items))

    def _group(self, resource: Resource, type_name: str) -> tuple[Item, ...]:
        fields, found = self._fields(type_name), []
        for name in self._choices.several(fields, 1, 4):
            named = str(get_named_type(fields[name].type))
            if name == "key":
                found.append(Chosen(name, None, (), self._group_key(resource, named)))
            else:
                is_leaf = is_leaf_type(get_named_type(fields[name].type))
                found.append(Chosen(name, None, (), None if is_leaf else self._object(named)))
        return tuple(found)

    def _group_key(self, resource: Resource, type_name: str) -> tuple[Item, ...]:
        fields, found = self._fields(type_name), []
        for name in self._choices.several(fields, 1, 4):
            edge, below = resource.edge_by_name.get(snake(name)), None
            if edge is not None:
                below = self._selection(RESOURCES[edge.target], 0)
            found.append(Chosen(name, None, (), below))
        return tuple(found)


def _unlike() -> frozenset[str]:
    """Fields that have another type on another record: under one name they would contradict each other."""
    types: dict[str, set[str]] = {}
    for resource in ALL:
        type_ = SCHEMA.type_map[resource.type_name]
        assert isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items():
            types.setdefault(name, set()).add(str(field.type))
    return frozenset(name for name, found in types.items() if len(found) > 1)
