"""Members of staff, deactivated and activated. What they own and wrote stays theirs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.declaration.field import Values
from domain.directory.administrators import refuse_last
from domain.entities.directory import MEMBER
from domain.erasure.erase_subject import earlier
from domain.tables import members
from domain.values.errors import ConflictError, ForbiddenError
from domain.values.refusals import absent, erased, stale
from domain.writing.permission import permit_any
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.rules import Action

OWN = "OWN_MEMBERSHIP"

Rows = Sequence[Values]
Permit = Callable[[UnitOfWork, Rows], None]
"""Raises ``ForbiddenError`` for rows that are not the caller's to change."""


@dataclass(frozen=True, slots=True)
class SwitchMember:
    """Whether a member is let in. Tokens, and what programs do for them, hold only while they are."""

    member_id: str
    active: bool
    expected_version: int | None = None


async def switch_member(command: SwitchMember, work: UnitOfWork) -> str:
    """The member's id; to switch them to what they are changes nothing.

    Raises ``ForbiddenError``, ``NotFoundError``, ``StaleVersionError``, and ``ConflictError`` for oneself,
    for the last active administrator and for somebody who was erased.
    """
    permit_any(work.caller, Action.ADMINISTER, MEMBER)
    before = await locked_member(command.member_id, _administering, work)
    expect_version(before, command.expected_version)
    if before["active"] == command.active:
        return command.member_id
    if command.active and await earlier(work, command.member_id) is not None:
        raise erased("id", who=MEMBER.name)
    if not command.active:
        await refuse_leaving(command.member_id, work)
    changed = {
        "active": command.active,
        "version": before["version"] + 1,
        "updated_at": work.stores.now(),
    }
    work.permit(Action.ADMINISTER, MEMBER, [{**before, **changed}], ())
    await work.execute(
        sa.update(members).where(*is_member(work, command.member_id)).values(changed)
    )
    name = "MemberActivated" if command.active else "MemberDeactivated"
    id_ = command.member_id
    work.happened(Event(name, "member", (id_,), (id_,), ("active",)))
    return id_


async def refuse_leaving(id_: str, work: UnitOfWork) -> None:
    """Raise ``ConflictError`` for oneself, whom nobody lets in again, and for the last administrator."""
    if work.caller.principal.member_id == id_:
        message = "another administrator has to do this for you"
        raise ConflictError(message, ("id",), code=OWN)
    await refuse_last(work, {id_})


async def member_called(name: str, work: UnitOfWork) -> str:
    """The id of the member with that handle, active or not; raises ``NotFoundError``."""
    query = sa.select(members.c.id).where(
        members.c.tenant_id == work.tenant, members.c.handle == name
    )
    id_ = (await work.execute(query)).scalar_one_or_none()
    if id_ is None:
        raise absent(MEMBER.name, "handle")
    return str(id_)


def _administering(work: UnitOfWork, rows: Rows) -> None:
    work.permit(Action.ADMINISTER, MEMBER, rows, ())


async def locked_member(id_: str, permit: Permit, work: UnitOfWork) -> dict[str, Any]:
    """The member's plain row, locked; one that the caller is not permitted to change is not there."""
    plain = [column for column in members.c if column.name != "sealed"]
    query = sa.select(*plain).where(*is_member(work, id_)).with_for_update()
    rows = [dict(row) for row in (await work.execute(query)).mappings()]
    try:
        permit(work, rows)
    except ForbiddenError:
        rows = []
    if not rows:
        raise absent(MEMBER.name, "id")
    return rows[0]


def expect_version(row: dict[str, Any], version: int | None) -> None:
    """Raise ``StaleVersionError`` for another version than was read."""
    if version not in {None, row["version"]}:
        raise stale(MEMBER.name)


def is_member(work: UnitOfWork, id_: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition for one row."""
    return members.c.tenant_id == work.tenant, members.c.id == id_
