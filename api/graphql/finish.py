"""What root resolvers return: plans built from the selection, run by the gate, finished."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.graphql.collect import Collector
from api.graphql.context import FarleyInfo
from api.graphql.execution import Finished
from api.graphql.names import camel_path
from api.graphql.plans import TYPENAME, PlanBuilder
from domain.errors import FarleyError, InvalidInputError, NotFoundError
from domain.persistence.unit_of_work import UnitOfWork, unit_of_work
from domain.reading.identifiers import parse_id
from domain.reading.rows import projector
from domain.resources import RESOURCES
from privacy.vault import SubjectDestroyedError

NODES_MAX = 100


@dataclass(frozen=True, slots=True)
class Ref:
    """A record that an object refers to; it is read through the gate."""

    resource: str
    id: str | None


def _builder(info: FarleyInfo) -> PlanBuilder:
    raw = info._raw_info  # noqa: SLF001 - Strawberry's way to graphql-core's
    return PlanBuilder(Collector(raw.schema, raw.fragments, info.context.variables))


async def connection(info: FarleyInfo, resource: str) -> Finished:
    """A root connection."""
    builder = _builder(info)
    raw = info._raw_info  # noqa: SLF001
    plan = builder.connection(raw.field_nodes, raw.parent_type.name, RESOURCES[resource])
    return Finished(await info.context.reading.connection(plan, builder.slots))


async def records(info: FarleyInfo, ids: Sequence[str]) -> list[dict[str, Any] | None]:
    """The records of these ids in their order, null for each that is not there or not for the caller."""
    builder = _builder(info)
    by_resource: dict[str, list[str]] = {}
    parsed = [_parsed(text) for text in ids]
    for found in filter(None, parsed):
        by_resource.setdefault(found[0], []).append(found[1])
    trees: dict[tuple[str, str], dict[str, Any]] = {}
    for resource, wanted in by_resource.items():
        selection = builder.selection(info._raw_info.field_nodes, RESOURCES[resource])  # noqa: SLF001
        read = await info.context.reading.records(selection, wanted, builder.slots)
        trees |= {(resource, id_): tree for id_, tree in read.items()}
    return [trees.get(found) if found else None for found in parsed]


def at_most(ids: Sequence[str]) -> Sequence[str]:
    """The ids; raises ``InvalidInputError`` for more than 100."""
    if len(ids) > NODES_MAX:
        raise InvalidInputError(f"there may be {NODES_MAX} ids", ("ids",))
    return ids


def _parsed(text: str) -> tuple[str, str] | None:
    try:
        resource, id_ = parse_id(text)
    except NotFoundError:
        return None
    return resource.name, id_


async def object_(info: FarleyInfo, values: Mapping[str, Any]) -> Finished:
    """An object made of plain values and of references to records."""
    builder = _builder(info)
    raw = info._raw_info  # noqa: SLF001
    type_name = builder.type_below(raw.parent_type.name, info.field_name)
    tree: dict[str, Any] = {}
    for part in builder.fields(raw.field_nodes, type_name).items():
        key, nodes = part
        name = nodes[0].name.value
        value = type_name if name == TYPENAME else values.get(name)
        if isinstance(value, Ref):
            selection = builder.selection(nodes, RESOURCES[value.resource])
            wanted = [value.id] if value.id else []
            found = await info.context.reading.records(selection, wanted, builder.slots)
            tree[key] = found.get(value.id or "")
        elif isinstance(value, dict | list) and nodes[0].selection_set is not None:
            tree[key] = _cut(builder, nodes, type_name, value)
        else:
            tree[key] = value
    return Finished(tree)


def _cut(builder: PlanBuilder, nodes: Sequence[Any], type_name: str, value: Any) -> Any:
    below = builder.type_below(type_name, nodes[0].name.value)
    return projector(builder.parts(nodes, below))(value)


Command = Callable[[UnitOfWork], Awaitable[str]]


async def mutation(
    info: FarleyInfo,
    field: str,
    resource: str,
    command: Command,
    mutation_id: str | None = None,
    *,
    then: Callable[[], Awaitable[None]] | None = None,
) -> Finished:
    """Run a command in a unit of work and answer with its record, or with what was wrong.

    ``then`` runs after the commit and before the record is read.
    """
    context = info.context
    payload: dict[str, Any] = {"clientMutationId": mutation_id, "userErrors": [], field: None}
    try:
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            payload[field] = Ref(resource, await command(work))
        if then is not None:
            await then()
    except FarleyError as error:
        payload["userErrors"] = [user_error(error)]
    except SubjectDestroyedError:
        payload["userErrors"] = [{"code": "ERASED", "message": "the person was erased", "path": []}]
    return await object_(info, payload)


def user_error(error: FarleyError) -> dict[str, Any]:
    """What a mutation says was wrong; ``path`` leads into the input."""
    path = ["input", *camel_path(error.path)] if error.path else []
    return {"code": error.code, "message": error.message, "path": path}
