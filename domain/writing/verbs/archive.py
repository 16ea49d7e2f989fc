"""Archiving a record of any entity that can be put away, and restoring it: nothing is lost meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from domain.writing.unit_of_work import UnitOfWork
from domain.writing.verbs.checks import Target, expect, require_alive
from domain.writing.verbs.create import event_of
from domain.writing.verbs.hooks import DECLARED, Change, HooksByEntity
from domain.writing.verbs.links import entity_named
from policy.rules import Action

ARCHIVED_AT = "archived_at"


@dataclass(frozen=True, slots=True)
class Archive:
    """Puts a record away: nothing of it is changed until it is restored."""

    entity: str
    id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """Takes an archived record out again."""

    entity: str
    id: str
    expected_version: int | None = None


async def archive(command: Archive, work: UnitOfWork, hooks: HooksByEntity) -> str:
    """The record's id; archiving twice changes nothing.

    Raises ``NotFoundError``, ``ForbiddenError``, ``StaleVersionError`` and ``ConflictError``.
    """
    target = Target(entity_named(work, command.entity), command.id, command.expected_version)
    return await _moved(work, target, work.stores.now(), hooks)


async def restore(command: Restore, work: UnitOfWork, hooks: HooksByEntity) -> str:
    """The record's id; restoring what is not archived changes nothing. Raises as ``archive`` does."""
    target = Target(entity_named(work, command.entity), command.id, command.expected_version)
    return await _moved(work, target, None, hooks)


async def _moved(
    work: UnitOfWork, target: Target, at: datetime | None, hooks: HooksByEntity
) -> str:
    entity, adding = target.entity, hooks.get(target.entity.name, DECLARED)
    stored = await work.visible(entity, target.id, target.argument, even_closed=True)
    row = {**stored.row, ARCHIVED_AT: at, "updated_at": work.stores.now()}
    work.permit(Action.UPDATE, entity, [stored.row, row], {ARCHIVED_AT})
    if (stored.row[ARCHIVED_AT] is None) is (at is None):
        return stored.id
    expect(target.version, stored, entity)
    for require in (require_alive, *adding.states):
        require(stored)
    change = Change(entity, stored, row, stored.sealed, {ARCHIVED_AT})
    await adding.before(work, change)
    await work.records.replace(stored, row, stored.sealed)
    await adding.after(work, change)
    work.happened(event_of(change, adding, "Restored" if at is None else "Archived"))
    return stored.id
