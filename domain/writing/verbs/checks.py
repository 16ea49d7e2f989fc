"""Checks of a change, in one order: exists and visible, permitted, version, state. Values come after them.

Whoever may not change a record learns neither that others did nor what became of it. A verb that has its
own way uses the same checks in this order; ``tests/architecture/test_order_of_checks.py`` holds it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from domain.declaration.entity import Entity
from domain.values.errors import ConflictError
from domain.values.refusals import erased, stale
from domain.writing.records import Stored
from domain.writing.unit_of_work import UnitOfWork
from policy.rules import Action

Check = Callable[[Stored], None]
"""Raises a domain error about a record."""


@dataclass(frozen=True, slots=True)
class Target:
    """The record that a verb changes. ``argument`` is what its caller names it by, ``version`` the one that
    they read, where they say so; with ``even_closed`` its sealed fields do not have to open, and with
    ``even_erased`` its person may have been erased.
    """

    entity: Entity
    id: str
    version: int | None = None
    argument: str = "id"
    even_closed: bool = False
    even_erased: bool = False


async def changeable(work: UnitOfWork, target: Target, permit: Check, *states: Check) -> Stored:
    """The record, locked, of which everything holds but what its values will be. ``states`` are asked
    beside whether its person was erased and whether it is archived.

    Raises ``NotFoundError``, ``ForbiddenError``, ``StaleVersionError`` and ``ConflictError``.
    """
    stored = await work.visible(
        target.entity, target.id, target.argument, even_closed=target.even_closed
    )
    permit(stored)
    expect(target.version, stored, target.entity)
    require_states(stored, states, even_erased=target.even_erased)
    return stored


def require_states(stored: Stored, states: Iterable[Check], *, even_erased: bool = False) -> None:
    """Raise ``ConflictError`` for a record of which nothing is written as it is."""
    if not even_erased:
        require_alive(stored)
    if stored.row.get("archived_at") is not None:
        raise ConflictError("the record is archived", ("id",), code="ARCHIVED")
    for state in states:
        state(stored)


def permitting(
    work: UnitOfWork, action: Action, fields: Collection[str] = (), **columns: object
) -> Check:
    """Permission to write those fields of the row as it is, and as it is with those columns."""

    def permit(stored: Stored) -> None:
        rows = [stored.row, {**stored.row, **columns}] if columns else [stored.row]
        work.permit(action, stored.resource, rows, fields)

    return permit


def expect(version: int | None, stored: Stored | None, entity: Entity) -> None:
    """Raise ``StaleVersionError`` for another version than was read, where one is named."""
    if version is not None and (stored is None or stored.version != version):
        raise stale(entity.name)


def require_alive(stored: Stored, *path: str) -> None:
    """Raise ``ConflictError`` (code ERASED) where whom the record is of was erased."""
    entity, row = stored.resource, stored.row
    if "erased_at" in row:
        is_gone = row["erased_at"] is not None
    else:
        is_gone = bool(entity.sealed and entity.subject) and row["sealed"] is None
    if is_gone:
        raise erased(*path, who="customer" if entity.speaks_of_customers else entity.name)
