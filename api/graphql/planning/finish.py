"""Root resolvers' answers: plans built from the selection, run by the gate, finished."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from api.graphql.execution.context import FarleyInfo
from api.graphql.execution.finished import Finished
from api.graphql.planning.collect import Collector
from api.graphql.planning.plans import TYPENAME, PlanBuilder
from api.graphql.planning.reads import root
from domain.break_glass.open_record import Wanted
from domain.declaration.entity import Entity
from domain.declaration.kinds import Form
from domain.declaration.names import camel
from domain.entities.customers import CUSTOMER
from domain.entities.opportunities import OPPORTUNITY
from domain.reading.plan.plan import GlobalId, Selection
from domain.reading.rows.projection import Projector, projector
from domain.values.errors import FarleyError, ForbiddenError
from domain.writing.unit_of_work import UnitOfWork, unit_of_work
from privacy.vault import SubjectDestroyedError


def plan_builder(info: FarleyInfo) -> PlanBuilder:
    """Plans what stands below the field."""
    return PlanBuilder(_collector(info))


def _collector(info: FarleyInfo) -> Collector:
    raw = info._raw_info  # noqa: SLF001 - Strawberry's way to graphql-core's
    context = info.context
    registry = context.caller.registry
    return Collector(raw.schema, raw.fragments, context.variables, registry, context.page_size_max)


async def read(info: FarleyInfo) -> Finished:
    """A field at the root that reads records."""
    raw = info._raw_info  # noqa: SLF001
    run = root(_collector(info), raw.field_nodes, raw.parent_type.name)
    return Finished(await run(info.context.reading, {}))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is wanted of an object: by response key a member's name, and how its value is shown."""

    binds: list[Any]
    members: Mapping[str, tuple[str, Selection | Projector]]


Worked = Mapping[str, Callable[[Mapping[str, Any]], Any]]


def _shape(info: FarleyInfo, references: Mapping[str, str], worked: Worked | None = None) -> _Shape:
    """``references`` names the resources of the members that are records; ``worked`` makes values of
    a member's arguments.

    Raises ``InvalidInputError`` for what cannot be asked of them.
    """
    builder = plan_builder(info)
    raw = info._raw_info  # noqa: SLF001
    type_name = builder.type_below(raw.parent_type.name, info.field_name)
    members: dict[str, tuple[str, Selection | Projector]] = {}
    for key, nodes in builder.fields(raw.field_nodes, type_name).items():
        name = nodes[0].name.value
        if name == TYPENAME:
            members[key] = name, lambda _: type_name
        elif name in references:
            entity = builder.registry.by_name[references[name]]
            members[key] = name, builder.selection(nodes, entity)
        elif worked and name in worked:
            value = worked[name](builder.arguments(nodes[0], type_name))
            cutting = projector(builder.parts(nodes, builder.type_below(type_name, name)))
            members[key] = name, partial(_constant, cutting(value))
        else:
            below = builder.type_below(type_name, name)
            members[key] = name, projector(builder.parts(nodes, below))
    return _Shape(builder.bound(), members)


def _constant(value: Any, _: Any) -> Any:
    return value


async def _filled(info: FarleyInfo, shape: _Shape, values: Mapping[str, Any]) -> Finished:
    tree: dict[str, Any] = {}
    for key, (name, part) in shape.members.items():
        value = values.get(name)
        if isinstance(part, Selection):
            wanted = value if isinstance(value, list) else [value] if value else []
            found = await info.context.reading.records(part, wanted, shape.binds)
            shown = [found[id_] for id_ in wanted if id_ in found]
            tree[key] = shown if isinstance(value, list) else next(iter(shown), None)
        else:
            tree[key] = part(value)
    return Finished(tree)


async def object_(
    info: FarleyInfo,
    values: Mapping[str, Any],
    references: Mapping[str, str],
    worked: Worked | None = None,
) -> Finished:
    """An object made of plain values, of records, which it holds by id (``references`` names their
    resources), and of values that ``worked`` makes of a member's arguments.
    """
    return await _filled(info, _shape(info, references, worked), values)


async def visible_ids(info: FarleyInfo, named: Sequence[tuple[str, str]]) -> list[str]:
    """The ids of those records (resource and id) that the caller may see, as callers see them."""
    by_resource: dict[str, list[str]] = {}
    for resource, id_ in named:
        by_resource.setdefault(resource, []).append(id_)
    shown: list[str] = []
    for resource, ids in by_resource.items():
        selection = Selection(resource, (GlobalId("id"),))
        found = await info.context.reading.records(selection, ids, [])
        shown += [found[id_]["id"] for id_ in ids if id_ in found]
    return shown


def objects(info: FarleyInfo, values: Sequence[Mapping[str, Any]]) -> Finished:
    """A list of objects made of plain values."""
    builder = plan_builder(info)
    raw = info._raw_info  # noqa: SLF001
    type_name = builder.type_below(raw.parent_type.name, info.field_name)
    cutting = projector(builder.parts(raw.field_nodes, type_name))
    return Finished([cutting(value) for value in values])


Command = Callable[[UnitOfWork], Awaitable[str]]


async def mutation(
    info: FarleyInfo,
    field: str,
    resource: str,
    command: Command,
    mutation_id: str | None = None,
    *,
    then: Callable[[], Awaitable[Mapping[str, Any]]] | None = None,
) -> Finished:
    """Run a command in a unit of work and answer with its record, or with what was wrong.

    A selection that cannot be answered is refused before anything is written. ``then`` runs after the
    commit, and gives further members of the payload.
    """
    context = info.context
    shape = _shape(info, {field: resource})
    for _, part in shape.members.values():
        if isinstance(part, Selection):
            await context.reading.check(part, shape.binds)
    payload: dict[str, Any] = {"clientMutationId": mutation_id, "userErrors": [], field: None}
    try:
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            payload[field] = await command(work)
        if then is not None:
            payload |= await then()
    except FarleyError as error:
        payload["userErrors"] = user_errors(error, context.caller.registry.by_name[resource])
    except SubjectDestroyedError:
        payload["userErrors"] = [{"code": "ERASED", "message": "the person was erased", "path": []}]
    return await _filled(info, shape, payload)


Opener = Callable[[UnitOfWork, Wanted], Awaitable[Mapping[Selection, Any]]]


async def break_glass(
    info: FarleyInfo, field: str, resource: str, command: Opener, mutation_id: str | None = None
) -> Finished:
    """Run a command that reads its record itself, and answer with it or with what was wrong.

    INVARIANT: what was opened is shown after the commit only, so that nobody sees what left no audit entry.
    """
    context = info.context
    shape = _shape(info, {field: resource})
    wanted = Wanted([p for _, p in shape.members.values() if isinstance(p, Selection)], shape.binds)
    for selection in wanted.selections:
        await context.reading.check(selection, shape.binds)
    payload: dict[str, Any] = {"clientMutationId": mutation_id, "userErrors": []}
    shown: Mapping[Selection, Any] = {}
    try:
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            opened = await command(work, wanted)
        shown = opened
    except FarleyError as error:
        payload["userErrors"] = user_errors(error)
    members = shape.members.items()
    return Finished(
        {
            key: shown.get(part) if isinstance(part, Selection) else part(payload.get(name))
            for key, (name, part) in members
        }
    )


async def plain_mutation(
    info: FarleyInfo,
    command: Callable[[UnitOfWork], Awaitable[Mapping[str, Any]]],
    mutation_id: str | None = None,
    *,
    then: Callable[[], Awaitable[None]] | None = None,
) -> Finished:
    """Run a command that makes no record in a unit of work, and answer with the members it returns.

    ``then`` runs after the commit.
    """
    context = info.context
    payload: dict[str, Any] = {"clientMutationId": mutation_id, "userErrors": []}
    try:
        async with unit_of_work(context.services.stores, context.caller, context.region) as work:
            made = await command(work)
        if then is not None:
            await then()
        payload |= made
    except FarleyError as error:
        payload["userErrors"] = user_errors(error)
    return await object_(info, payload, {})


def _arguments() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where inputs that are written by hand have a field that they do not call by its name."""
    for field in (*CUSTOMER.fields, *OPPORTUNITY.fields):
        if field.form in {Form.MONEY, Form.CONTACT_POINTS}:
            for source in field.sources:
                within = (camel(source),) if field.form is Form.MONEY else ()
                yield source, (camel(field.name), *within)
    for field in CUSTOMER.fields:
        if field.target:
            yield field.name, (camel(field.column),)
    yield "participants", ("participantIds",)


_ARGUMENTS = dict(_arguments())


def user_errors(error: FarleyError, entity: Entity | None = None) -> list[dict[str, Any]]:
    """What a mutation says was wrong, one by one; ``path`` leads into the input, once for each field
    refused. ``entity`` is what the mutation is about.
    """
    return [shown for fault in error.faults for shown in _shown(fault, entity)]


def _shown(error: FarleyError, entity: Entity | None) -> list[dict[str, Any]]:
    named = [(step,) for step in error.path] if isinstance(error, ForbiddenError) else [error.path]
    paths = dict.fromkeys(
        tuple(chain.from_iterable(_argument(step, entity) for step in path))
        for path in named or [()]
    )
    return [
        {"code": error.code, "message": error.message, "path": ["input", *path] if path else []}
        for path in paths
    ]


def _argument(step: str, entity: Entity | None) -> tuple[str, ...]:
    """The members that are meant; those of derived inputs are called as the columns are."""
    field = entity.by_name.get(step) if entity is not None and entity.is_written else None
    if field is not None:
        return (camel(field.column),)
    return _ARGUMENTS.get(step) or (camel(step),)
