"""Break-glass access to a single record, with a reason: what rules of ``open`` show beside reading."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.break_glass.read_opened import Looked, look
from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.registry import Registry
from domain.reading.gate import Reading
from domain.reading.plan.plan import Leaf, One, Selection
from domain.reading.rows.record_code import Tree
from domain.validation.identifiers import parse_id
from domain.values.errors import ForbiddenError
from domain.values.refusals import absent
from domain.writing.unit_of_work import Event, UnitOfWork

RECORD_OPENED = "RecordOpened"


class BreakGlassReason(StrEnum):
    """Why a record is opened; never a free text, which would hold what the audit trail must not."""

    CALL_BACK = "CALL_BACK"
    IDENTITY_CHECK = "IDENTITY_CHECK"
    CONTRACT = "CONTRACT"
    COMPLAINT = "COMPLAINT"
    LEGAL = "LEGAL"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """``record`` is the id as callers see it, ``fields`` what is to be shown of it."""

    record: str
    reason: BreakGlassReason
    purpose: str
    fields: tuple[str, ...]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown: the selections over the record and the values of their bind parameters."""

    selections: Sequence[Selection]
    binds: Sequence[Any]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields and edges that are selected, in the order of their names."""
        items = {item for selection in self.selections for item in selection.items}
        leaves = {item.field for item in items if isinstance(item, Leaf)}
        return tuple(sorted(leaves | {item.edge for item in items if isinstance(item, One)}))


def openable(registry: Registry, text: str) -> tuple[Entity, str]:
    """The resource and the id of a record about a person; raises ``NotFoundError`` for any other."""
    resource, id_ = parse_id(registry, text)
    if resource.subject is None:
        raise absent("record that could be opened", "id")
    return resource, id_


async def open_record(
    command: OpenRecord,
    wanted: Wanted,
    gate: Reading,
    work: UnitOfWork,
    admit: Callable[[], None],
) -> Mapping[Selection, Tree]:
    """The opened record, once for each selection; to be shown only after the unit of work has committed.

    ``admit`` raises where the caller has opened too many. A repetition of a command that has a key is not
    counted again and tells nobody, but leaves its audit entry: somebody is shown the record again.

    Raises ``NotFoundError`` where reading does not show the record, ``ForbiddenError``, ``ConflictError``.
    """
    resource, id_ = openable(work.registry, command.record)
    earlier = await work.idempotency.earlier(command.key, command)
    looked = await look(gate, work.caller, resource.name, id_, wanted.selections)
    if looked is None:
        raise absent(resource.name, "id")
    if not looked.may_be_opened:
        raise ForbiddenError(f"you may not open this {resource.name} for this purpose")
    if earlier is None:
        admit()
        await work.idempotency.remember(command.key, command, id_)
    shown = await looked.open(wanted.binds)
    work.happened(await _opened(command, resource, id_, looked, work, is_told=earlier is None))
    return shown


async def _opened(
    command: OpenRecord,
    resource: Entity,
    id_: str,
    looked: Looked,
    work: UnitOfWork,
    *,
    is_told: bool,
) -> Event:
    subject = looked.subject
    names = tuple(field.name for field in await _kept(looked.opened, subject, work))
    return Event(
        RECORD_OPENED,
        resource.name,
        (id_,),
        (subject,) if subject else (),
        names,
        reason=command.reason.value,
        rules=tuple(looked.rules(names)),
        is_told=is_told,
    )


async def _kept(fields: Sequence[Field], subject: str | None, work: UnitOfWork) -> list[Field]:
    """Those that can still be opened: of a person who was erased nothing sealed can."""
    keys = await work.stores.vault.keys(work.tenant, [subject]) if subject else {}
    return [field for field in fields if keys or not field.is_sealed]
