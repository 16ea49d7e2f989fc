"""Permission to write: the rules asked of rows and fields, and the purpose asked of fields.

Refusals name fields, never values.
"""

from collections.abc import Collection, Iterable

from domain.access.caller import Caller
from domain.access.row_attributes import Attributes
from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.values.errors import ForbiddenError
from policy.access import Access
from policy.rules import Action


def access_of(caller: Caller, action: Action, entity: Entity) -> Access:
    """What the rules let the caller do for the purpose."""
    return caller.snapshot.plan(caller.principal, entity.name, action, caller.purpose.name)


def refused(action: Action, name: str) -> ForbiddenError:
    """The rules do not let the caller do that."""
    return ForbiddenError(f"you may not {action} this {name} for this purpose")


def permit(
    caller: Caller,
    attributes: Attributes,
    action: Action,
    entity: Entity,
    rows: Iterable[Values],
    fields: Collection[str],
) -> None:
    """Raise ``ForbiddenError`` unless every row and every field of it may be written."""
    access, principal = access_of(caller, action, entity), caller.principal
    wanted = frozenset(fields)
    for row in (attributes.of(entity, row) for row in rows):
        if not access.allows(row, principal):
            raise refused(action, entity.name)
        _refuse_fields(wanted - access.writable(row, principal))
    _require_purpose(caller, entity, wanted)


def permit_any(
    caller: Caller, action: Action, entity: Entity, fields: Collection[str] = ()
) -> None:
    """Raise ``ForbiddenError`` where no row may be written at all, or one of these fields in none.

    It is asked before there is a row, and so before its values are looked at. The purpose comes after the
    row: whoever may not write it is told that, and nothing of purposes.
    """
    access = access_of(caller, action, entity)
    if not access:
        raise refused(action, entity.name)
    _refuse_fields(frozenset(fields) - access.named)


def _refuse_fields(fields: Collection[str]) -> None:
    if fields:
        raise ForbiddenError("some fields may not be written", tuple(sorted(fields)))


def _require_purpose(caller: Caller, entity: Entity, fields: Iterable[str]) -> None:
    purpose = caller.purpose
    if uncovered := {f for f in fields if not purpose.covers(entity.by_name[f].category)}:
        message = "some fields are not needed for this purpose"
        raise ForbiddenError(message, tuple(sorted(uncovered)), code="PURPOSE")
