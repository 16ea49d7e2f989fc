"""Planned reads: operations that only read records, planned once per document and shape of variables.

They go past the executor: the gate's finished trees are the answer. Whatever else an operation asks
for makes it the executor's, whose walk is the oracle of this one in the tests.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    is_non_null_type,
    located_error,
)
from graphql.execution.values import VariableValues, get_variable_values

from api.graphql.planning.bind_parameters import BindParameter, Variables, bound, shape, stand_ins
from api.graphql.planning.collect import Collector
from api.graphql.planning.groupings import GroupPlanBuilder
from api.graphql.planning.plans import TYPENAME, PlanBuilder
from api.graphql.planning.roots import roots_of
from domain.declaration.entity import Entity
from domain.declaration.registry import Registry
from domain.entities.interactions import INTERACTION
from domain.reading.gate import Reading
from domain.reading.plan.plan import Connection, Selection
from domain.reading.views.contact_points import interactions_by
from domain.validation.identifiers import parse_id
from domain.validation.values import text
from domain.values.errors import FarleyError, InvalidInputError, NotFoundError
from privacy.bounded_caches import Kept

NODES_MAX = 100
READ_BYTES = 1_000
TOKEN_BYTES = 20
"""What a planned operation takes in memory, and for each token of its document."""


CONTACT_POINT = "interactionsByContactPoint"

ROOTS = frozenset({TYPENAME, "node", "nodes", CONTACT_POINT})
"""Those beside the lists and groups."""

Fragments = Mapping[str, FragmentDefinitionNode]
Run = Callable[[Reading, Variables], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Root:
    """One field at the root, planned."""

    key: str
    nodes: Sequence[FieldNode]
    nullable: bool
    run: Run


@dataclass(frozen=True, slots=True)
class Read:
    """A planned operation."""

    roots: Sequence[Root]

    async def answer(
        self, reading: Reading, variables: Variables
    ) -> tuple[dict[str, Any] | None, list[GraphQLError] | None]:
        """The data and the errors, as the executor would give them (GraphQL, section 6.4.4).

        What stands at the root is encoded at once: many requests that hold their trees until the trace
        is written would push each other out of the processor's caches.
        """
        if len(self.roots) == 1:
            found = [await _value(self.roots[0], reading, variables)]
        else:
            found = await asyncio.gather(*(_value(root, reading, variables) for root in self.roots))
        errors = [value for value in found if isinstance(value, GraphQLError)]
        data: dict[str, Any] = {}
        for root, value in zip(self.roots, found, strict=True):
            if not isinstance(value, GraphQLError):
                data[root.key] = value
            elif root.nullable:
                data[root.key] = None
            else:
                return None, errors
        return data, errors or None


async def _value(root: Root, reading: Reading, variables: Variables) -> Any:
    try:
        return orjson.Fragment(orjson.dumps(await root.run(reading, variables)))
    except Exception as error:  # noqa: BLE001 - as the executor does: the edge presents it, or logs it
        return located_error(error, root.nodes, [root.key])


class UnreadableVariablesError(Exception):
    """The variables are not what the operation declares."""


class Reads:
    """Plans operations and remembers those that were used last."""

    def __init__(self, schema: GraphQLSchema, registry: Registry) -> None:
        self._schema = schema
        self._registry = registry

        self._planned: Kept[tuple[OperationDefinitionNode, Read | None]] = Kept()

    def planned(
        self,
        operation: OperationDefinitionNode,
        fragments: Fragments,
        variables: Mapping[str, Any] | None,
        page_size_max: int,
        tokens: int,
    ) -> tuple[Read, Variables] | None:
        """The planned operation and its coerced variables; none where it is the executor's. ``tokens`` are
        the document's.

        Raises ``UnreadableVariablesError``.
        """
        values = get_variable_values(
            self._schema, operation.variable_definitions or (), dict(variables or {})
        )
        if isinstance(values, list):
            raise UnreadableVariablesError
        key = id(operation), page_size_max, shape(values.coerced)
        known = self._planned.get(key)
        if known is None:
            # The entry keeps the operation, so that no other one gets its id.
            known = operation, self._plan(operation, fragments, values, page_size_max)
            self._planned.put(key, known, READ_BYTES + tokens * TOKEN_BYTES)
        return None if known[1] is None else (known[1], values.coerced)

    def _plan(
        self,
        operation: OperationDefinitionNode,
        fragments: Fragments,
        values: VariableValues,
        page_size_max: int,
    ) -> Read | None:
        root_type = self._schema.query_type
        if operation.operation is not OperationType.QUERY or root_type is None:
            return None
        unknown = VariableValues(values.sources, stand_ins(values.coerced))
        registry = self._registry
        known = roots_of(registry)
        collector = Collector(self._schema, dict(fragments), unknown, registry, page_size_max)
        roots = []
        for key, nodes in collector.root(operation, root_type.name).items():
            name = nodes[0].name.value
            if name not in ROOTS and name not in known:
                return None
            field = root_type.fields.get(name)
            nullable = field is not None and not is_non_null_type(field.type)
            roots.append(Root(key, nodes, nullable, root(collector, nodes, root_type.name)))
        return Read(roots)


def root(collector: Collector, nodes: Sequence[FieldNode], type_name: str) -> Run:
    """How one of these fields is read; what is wrong with its arguments is raised when it is."""
    name, roots = nodes[0].name.value, roots_of(collector.registry)
    try:
        if name == TYPENAME:
            return _typename(type_name)
        if name in roots.lists:
            return _connection(collector, nodes, type_name, roots.lists[name])
        if name == CONTACT_POINT:
            return _by_contact_point(collector, nodes, type_name)
        if name in roots.groups:
            return _groups(collector, nodes, type_name, roots.groups[name])
        return _records(collector, nodes, type_name)
    except (FarleyError, GraphQLError) as error:
        return _refused(error)


def _typename(type_name: str) -> Run:
    async def run(_reading: Reading, _variables: Variables) -> str:
        return type_name

    return run


def _refused(error: FarleyError | GraphQLError) -> Run:
    """Raises another error of the same words each time: one that is kept would keep what its traceback
    goes through, which is a request and all that it read.
    """
    made = partial(_again, error.with_traceback(None))

    async def run(_reading: Reading, _variables: Variables) -> Any:
        raise made()

    return run


def _again(error: FarleyError | GraphQLError) -> FarleyError | GraphQLError:
    if isinstance(error, FarleyError):
        return replace(error)
    return GraphQLError(error.message, error.nodes, extensions=error.extensions)


def _connection(
    collector: Collector, nodes: Sequence[FieldNode], type_name: str, entity: Entity
) -> Run:
    builder = PlanBuilder(collector)
    plan: Connection = builder.connection(nodes, type_name, entity)

    async def run(reading: Reading, variables: Variables) -> Any:
        return await reading.connection(plan, bound(builder.binds, variables))

    return run


def _groups(
    collector: Collector, nodes: Sequence[FieldNode], type_name: str, entity: Entity
) -> Run:
    builder = PlanBuilder(collector)
    name = nodes[0].name.value
    arguments = builder.arguments(nodes[0], type_name)
    grouping = GroupPlanBuilder(builder, entity)
    plan = grouping.build(nodes, builder.type_below(type_name, name), arguments)

    async def run(reading: Reading, variables: Variables) -> Any:
        return await reading.aggregate(plan, bound(builder.binds, variables))

    return run


def _by_contact_point(collector: Collector, nodes: Sequence[FieldNode], type_name: str) -> Run:
    builder = PlanBuilder(collector)
    plan = builder.connection(nodes, type_name, INTERACTION)
    arguments = builder.arguments(nodes[0], type_name)
    given = [name for name in ("phone", "email") if arguments.get(name) is not None]
    if len(given) != 1:
        raise InvalidInputError("give either phone or email", ("phone",))
    value = BindParameter(arguments[given[0]], partial(text, given[0]))

    async def run(reading: Reading, variables: Variables) -> Any:
        binds = bound(builder.binds, variables)
        return await interactions_by(reading, plan, binds, f"{given[0]}s", value.of(variables))

    return run


def _records(collector: Collector, nodes: Sequence[FieldNode], type_name: str) -> Run:
    """``node`` and ``nodes``: which types are meant is known when the ids are."""
    selections: dict[str, tuple[Selection, Sequence[BindParameter]]] = {}
    registry = collector.registry
    for resource in registry.all:
        builder = PlanBuilder(collector)
        selections[resource.name] = builder.selection(nodes, resource), builder.binds
    arguments = PlanBuilder(collector).arguments(nodes[0], type_name)
    many = "ids" in arguments
    ids = BindParameter(arguments["ids"] if many else [arguments["id"]], at_most)

    async def run(reading: Reading, variables: Variables) -> Any:
        found = [parsed(registry, id_) for id_ in ids.of(variables)]
        trees: dict[tuple[str, str] | None, Any] = {}
        for name in dict.fromkeys(one[0] for one in found if one):
            selection, binds = selections[name]
            wanted = [one[1] for one in found if one and one[0] == name]
            read = await reading.records(selection, wanted, bound(binds, variables))
            trees |= {(name, id_): tree for id_, tree in read.items()}
        records = [trees.get(one) for one in found]
        return records if many else records[0]

    return run


def at_most(ids: Sequence[str]) -> Sequence[str]:
    """The ids; raises ``InvalidInputError`` for more than 100."""
    if len(ids) > NODES_MAX:
        raise InvalidInputError(f"there may be {NODES_MAX} ids", ("ids",))
    return ids


def parsed(registry: Registry, text: str) -> tuple[str, str] | None:
    """The resource and the record of an id; none for one that no record can have."""
    try:
        resource, id_ = parse_id(registry, text)
    except NotFoundError:
        return None
    return resource.name, id_
