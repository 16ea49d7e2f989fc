"""Updating a record of any entity: exists and visible, permitted, version, state, values; then written."""

from dataclasses import dataclass

from domain.declaration.field import Values
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.checks import Target, expect, require_states
from domain.writing.verbs.create import event_of, look_through
from domain.writing.verbs.hooks import DECLARED, Change, Hooks, HooksByEntity
from domain.writing.verbs.links import entity_named, require_links
from domain.writing.verbs.values import changed_as_declared, differing, parted
from policy.rules import Action


@dataclass(frozen=True, slots=True)
class Update:
    """``changes`` by declared field name, as they are given; a field that is not named stays as it is."""

    entity: str
    id: str
    expected_version: int
    changes: Values


async def update(command: Update, work: UnitOfWork, hooks: HooksByEntity) -> str:
    """The record's id. A change that changes nothing leaves the version as it is.

    Raises ``NotFoundError``, ``ForbiddenError``, ``StaleVersionError``, ``ConflictError`` and
    ``InvalidInputError``.
    """
    entity = entity_named(work, command.entity)
    target = Target(entity, command.id, command.expected_version)
    return await updated(work, target, command.changes, hooks.get(entity.name, DECLARED))


async def updated(
    work: UnitOfWork, target: Target, changes: Values, hooks: Hooks = DECLARED
) -> str:
    """The id of a record, as it is with changes as they are given."""
    entity = target.entity
    stored = await work.visible(entity, target.id, target.argument)
    meant = await (hooks.changes or changed_as_declared)(work, stored, changes)
    work.permit(Action.UPDATE, entity, [stored.row], meant.fields - hooks.ours)
    expect(target.version, stored, entity)
    require_states(stored, hooks.states)
    values = await meant.kept()
    work.faults.settle()
    await _write(work, stored, values, hooks)
    return stored.id


async def _write(work: UnitOfWork, stored: Stored, values: Values, hooks: Hooks) -> None:
    entity = stored.resource
    row, sealed = parted(entity, values)
    new_row, new_sealed = {**stored.row, **row}, {**stored.sealed, **sealed}
    work.permit(Action.UPDATE, entity, [new_row], values.keys() - hooks.ours)
    written = differing(stored, values)
    if not written:
        return
    new_row["updated_at"] = work.stores.now()
    if not set(entity.detected).isdisjoint(written):
        new_row["findings"] = None
    change = Change(entity, stored, new_row, new_sealed, written)
    refers = values.keys() if hooks.refers is None else hooks.refers
    await require_links(work, entity, {n: v for n, v in values.items() if n in refers})
    await hooks.before(work, change)
    await work.records.replace(stored, new_row, new_sealed)
    await hooks.after(work, change)
    look_through(work, change)
    work.happened(event_of(change, hooks, "Updated"))
