"""Creating a record of any entity: exists and visible, permitted, state, values; then written."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.writing.jobs import DETECT
from domain.writing.permission import permit_any
from domain.writing.unit_of_work import Event, UnitOfWork
from domain.writing.verbs.attached import attachment
from domain.writing.verbs.checks import require_alive
from domain.writing.verbs.hooks import DECLARED, Change, Hooks, HooksByEntity
from domain.writing.verbs.links import entity_named, require_links, subject_of
from domain.writing.verbs.values import as_declared, parted
from policy.rules import Action


@dataclass(frozen=True, slots=True)
class Create:
    """``values`` by declared field name, as they are given; with a ``key`` it is safe to repeat."""

    entity: str
    values: Values
    key: str | None = None


class Keyed(Protocol):
    """A command that may be safe to repeat."""

    @property
    def key(self) -> str | None:
        """Under which its result is remembered."""
        ...


async def create(command: Create, work: UnitOfWork, hooks: HooksByEntity) -> str:
    """The new record's id; the earlier one's where the key was used before.

    Raises ``NotFoundError``, ``ForbiddenError``, ``ConflictError`` and ``InvalidInputError``.
    """
    entity = entity_named(work, command.entity)
    adding = hooks.get(entity.name, DECLARED)
    return await once(work, command, partial(created, work, entity, command.values, adding))


async def once(work: UnitOfWork, command: Keyed, make: Callable[[], Awaitable[str]]) -> str:
    """What a command makes, or what it made before under its key."""
    with work.faults.noted():
        earlier = await work.idempotency.earlier(command.key, command)
        if earlier is not None:
            return earlier
    id_ = await make()
    await work.idempotency.remember(command.key, command, id_)
    return id_


async def created(work: UnitOfWork, entity: Entity, values: Values, hooks: Hooks = DECLARED) -> str:
    """The id of a new record of values as they are given.

    All that is wrong with them is told at once, but not to whoever may write none of these fields at all.
    """
    place = await attachment(work, entity, values)
    owner = await subject_of(work, entity, {**values, **place})
    others = await hooks.exists(work, values)
    meant = await (hooks.given or partial(as_declared, entity))(work, values)
    if not work.faults.misses:
        permit_any(work.caller, Action.CREATE, entity, meant.fields - hooks.ours)
        for person in (*others, *((owner,) if owner else ())):
            require_alive(person)
    kept = await meant.kept()
    work.faults.settle()
    return await add(work, entity, work.stores.new_id(), {**kept, **place}, hooks)


async def add(
    work: UnitOfWork, entity: Entity, id_: str, values: Values, hooks: Hooks = DECLARED
) -> str:
    """Write a record of values as they are kept, under an id that no record has."""
    begun = hooks.begins(entity, work.caller.principal)
    row, sealed = parted(entity, {**begun, **values})
    row |= _begun(work, entity, id_)
    row |= entity.own_subject(row)
    written = {name for name in values if not entity.by_name[name].ours} - hooks.ours
    work.permit(Action.CREATE, entity, [row], written)
    change = Change(entity, None, row, sealed, written)
    await require_links(work, entity, _named(entity, values, hooks))
    await hooks.before(work, change)
    if entity.subject and row[entity.subject] == id_:
        await work.stores.vault.create_keys(work.tenant, [id_])
    await work.records.add(entity, row, sealed)
    await hooks.after(work, change)
    look_through(work, change)
    work.happened(event_of(change, hooks, "Created"))
    return id_


def look_through(work: UnitOfWork, change: Change) -> None:
    """Let the worker look for personal data in the texts of a new record, or in those that changed."""
    entity = change.entity
    texts = set(entity.detected)
    if texts and (change.before is None or not texts.isdisjoint(change.written)):
        work.enqueue(DETECT, [f"{entity.prefix}_{change.id}"])


def event_of(change: Change, hooks: Hooks, verb: str) -> Event:
    """What happened to a record."""
    subjects = () if change.subject is None else (change.subject,)
    name, fields = hooks.event(change.entity, verb), tuple(sorted(change.written))
    return Event(name, change.entity.name, (change.id,), subjects, fields)


def _begun(work: UnitOfWork, entity: Entity, id_: str) -> dict[str, Any]:
    now = work.stores.now()
    begun = {"id": id_, "version": 1, "created_at": now, "updated_at": now}
    return {name: begun[name] for name in begun if name == "id" or name in entity.by_name}


def _named(entity: Entity, values: Values, hooks: Hooks) -> Values:
    """The references that are looked up: whose data it is was looked at first."""
    refers = values.keys() if hooks.refers is None else hooks.refers
    return {name: value for name, value in values.items() if name in refers and name != entity.of}
