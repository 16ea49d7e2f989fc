"""Documents made up over the schema: a new field, filter or order is made use of by itself."""

from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

from domain.declaration.entity import Entity
from domain.entities.registry import ALL, BY_TYPE_NAME, RESOURCES
from tests.reference.answer import GROUPS
from tests.reference.documents import Chosen, CursorOf, Document, Item, Value
from tests.reference.names import snake
from tests.reference.searching import QUERIES
from tests.reference.selecting import DEPTH, SIZES, Selecting
from tests.reference.selections import SCHEMA

# What has tests of its own and no reference here. To take one in, answer it in ``answer`` first.
LEFT_OUT = frozenset(
    {
        *("apiKeys", "erasure", "explain", "whoCanSee", "simulate"),
        *("policy", "policyCsv", "policyVersions", "policyDifference", "policyChanges"),
    }
)
LISTED = {"customFieldDefinitions": "CustomFieldDefinition", "searchModes": "TextSearchMode"}
"""What a tenant declares, by the types of the lists."""
GROUP_SIZES = (100, 3, 1, 0)


class Queries(Selecting):
    """Makes up documents by the choices that it is given."""

    def looking_for(self) -> Document:
        """One root field that looks texts up."""
        query = SCHEMA.query_type
        assert query
        self._arguments.asked_first = ("name",)
        name = self._choices.one(("search", *["customers"] * 5))
        return Document((self._root(name, query.fields[name]),))

    def document(self) -> Document:
        """One root field, or a few."""
        query = SCHEMA.query_type
        assert query
        names = [name for name in query.fields if name not in LEFT_OUT]
        names += ["customers"] * 12  # Of them there is most to ask.
        count = 1 + (self._choices.below(2) if self._choices.rarely(6) else 0)
        roots = tuple(
            self._root(name, query.fields[name])
            for name in (self._choices.one(names) for _ in range(count))
        )
        return Document(roots)

    def _root(self, name: str, field: GraphQLField) -> Item:
        if name in {"node", "nodes"}:
            return self._by_id(name)
        if name == "viewer" or name in LISTED:
            below = self._viewer() if name == "viewer" else self._object(LISTED[name])
            return Chosen(name, self._alias(), (), below)
        special = {"search": self._search, "recordAccess": self._record_access}
        special |= dict.fromkeys(GROUPS, self._groups)
        made = special.get(name)
        return made(name, field) if made else self._connection(name, field, DEPTH)

    def _viewer(self) -> tuple[Item, ...]:
        found = []
        for name, field in self._several_of("Viewer"):
            named = str(get_named_type(field.type))
            if name == "access":
                type_ = field.args["type"].type
                value = self._arguments.varied(
                    type_, self._choices.one(self._arguments.enum(type_))
                )
                below = self._object(named)
                found.append(Chosen(name, self._alias(), (("type", value),), below))
            elif named in BY_TYPE_NAME:
                found.append(Chosen(name, None, (), self._selection(BY_TYPE_NAME[named], 1)))
            else:
                found.append(Chosen(name))
        return tuple(found)

    def _search(self, name: str, field: GraphQLField) -> Item:
        arguments: list[tuple[str, Value | CursorOf]] = [
            ("query", self._arguments.leaf(field.args["query"].type, QUERIES)),
            ("first", self._arguments.leaf(field.args["first"].type, SIZES)),
        ]
        if self._choices.rarely(3):
            arguments.append(("types", self._arguments.names(field.args["types"].type, 3)))
        if self._choices.rarely(5):
            arguments.append(("after", self._cursor("hits")))
        hit = (Chosen("score"), *self._entry("SearchHit", 1))
        items: list[Item] = [Chosen("hits", None, (), hit)]
        if self._choices.rarely(2):
            items.append(Chosen("pageInfo", None, (), self._object("PageInfo")))
        return Chosen(name, self._alias(), tuple(arguments), (*items, Chosen("candidatesCapped")))

    def _record_access(self, name: str, field: GraphQLField) -> Item:
        resources = self._choices.several(ALL, 1, 3)
        known = [id_ for resource in resources for id_ in self._ids[resource.name]]
        wanted = self._choices.several([*known, "cus_nobody", "nothing"], 1, 4)
        type_ = GraphQLNonNull(GraphQLID)
        values = [self._arguments.leaf(type_, (id_,)) for id_ in wanted]
        ids = ("ids", self._arguments.varied(field.args["ids"].type, values))
        return Chosen(name, self._alias(), (ids,), self._object("RecordAccess"))

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
        items += self._one_of(resources, DEPTH)
        return Chosen(name, self._alias(), (argument,), tuple(items))

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

    def _group(self, resource: Entity, type_name: str) -> tuple[Item, ...]:
        fields, found = self._fields(type_name), []
        for name in self._choices.several(fields, 1, 4):
            named = str(get_named_type(fields[name].type))
            if name == "key":
                found.append(Chosen(name, None, (), self._group_key(resource, named)))
            else:
                is_leaf = is_leaf_type(get_named_type(fields[name].type))
                found.append(Chosen(name, None, (), None if is_leaf else self._object(named)))
        return tuple(found)

    def _group_key(self, resource: Entity, type_name: str) -> tuple[Item, ...]:
        fields, found = self._fields(type_name), []
        for name in self._choices.several(fields, 1, 4):
            edge, below = resource.edge_by_name.get(snake(name)), None
            if edge is not None:
                below = self._selection(RESOURCES[edge.target], 0)
            found.append(Chosen(name, None, (), below))
        return tuple(found)
