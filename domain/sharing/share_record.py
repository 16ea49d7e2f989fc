"""Share of a single record with somebody until a day, and its end.

A share gives nothing by itself: rules with ``shared_with_me`` say what it opens, and to whom.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from domain.declaration.entity import Entity
from domain.declaration.field import Values
from domain.entities.directory import DEPARTMENT, MEMBER, PARTNER_ACCOUNT
from domain.entities.sharing import RECORD_SHARE
from domain.tables import record_shares
from domain.validation.identifiers import parse_id
from domain.values.errors import InvalidInputError, NotFoundError
from domain.values.refusals import absent
from domain.writing.records import Stored
from domain.writing.unit_of_work import Event, UnitOfWork
from domain.writing.verbs.checks import expect
from policy.rules import Action

GRANTEES = (MEMBER, PARTNER_ACCOUNT, DEPARTMENT)
LONGEST = timedelta(days=366)
_ROLE = re.compile(r"role:[A-Za-z0-9_:.-]{1,100}")
_GIVEN = frozenset({"record", "grantee", "reason", "ends_at"})


@dataclass(frozen=True, slots=True)
class ShareRecord:
    """``record`` and ``grantee`` are ids as callers see them; the latter may be ``role:`` and a role."""

    record: str
    grantee: str
    reason: str
    ends_at: datetime
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class UnshareRecord:
    """Ends a share; from its commit on it counts no more."""

    share_id: str
    expected_version: int | None = None


async def share_record(command: ShareRecord, work: UnitOfWork) -> str:
    """The share's id; sharing again with the same grantee changes the share.

    Raises ``NotFoundError``, ``InvalidInputError``, ``ForbiddenError`` and ``StaleVersionError``.
    """
    with work.faults.noted():
        shared = await _record(work, command.record)
    with work.faults.noted():
        await _check_grantee(work, command.grantee)
    current, new = None, _shared(work, command)
    if not work.faults.misses:
        current = await _current(work, command)
        new = _permitted(work, current, new)
        expect(command.expected_version, current, RECORD_SHARE)
    now = work.stores.now()
    if not now < command.ends_at <= now + LONGEST:
        message = "a share ends within a year from now"
        work.faults.note(InvalidInputError(message, ("ends_at",)))
    work.faults.settle()
    if current is None:
        await work.records.add(RECORD_SHARE, new, {})
    else:
        await work.records.replace(current, new, {})
    id_ = str(new["id"])
    event = Event("RecordShared", shared.resource.name, (shared.id, id_), (shared.subject,))
    work.happened(event)
    return id_


def _shared(work: UnitOfWork, command: ShareRecord) -> Values:
    """The columns of a share, new or not."""
    return {
        "record": command.record,
        "grantee": command.grantee,
        "reason": command.reason,
        "author_id": work.caller.principal.member_id,
        "ends_at": command.ends_at,
        "ended_at": None,
        "updated_at": work.stores.now(),
    }


def _permitted(work: UnitOfWork, current: Stored | None, columns: Values) -> Values:
    """The row as it will be, which the caller may write."""
    if current is None:
        begun = {"id": work.stores.new_id(), "version": 1, "created_at": work.stores.now()}
        new = {**begun, **columns}
        work.permit(Action.CREATE, RECORD_SHARE, [new], _GIVEN)
    else:
        new = {**current.row, **columns}
        work.permit(Action.UPDATE, RECORD_SHARE, [current.row, new], _GIVEN)
    return new


async def unshare_record(command: UnshareRecord, work: UnitOfWork) -> str:
    """The share's id; ending it twice changes nothing. Raises as ``share_record`` does."""
    stored = await work.visible(RECORD_SHARE, command.share_id, "id")
    now = work.stores.now()
    new = {**stored.row, "ended_at": now, "updated_at": now}
    work.permit(Action.UPDATE, RECORD_SHARE, [stored.row, new], {"ended_at"})
    expect(command.expected_version, stored, RECORD_SHARE)
    if stored.row["ended_at"] is None:
        await work.records.replace(stored, new, {})
        resource, record = parse_id(work.registry, stored.row["record"])
        work.happened(Event("RecordUnshared", resource.name, (record, stored.id), ()))
    return stored.id


async def _record(work: UnitOfWork, text: str) -> Stored:
    resource, id_ = _parsed(work, text, "record_id")
    if not resource.shareable:
        raise absent("record that could be shared", "record_id")
    return await work.visible(resource, id_, "record_id")


async def _check_grantee(work: UnitOfWork, text: str) -> None:
    """Raise ``NotFoundError`` unless the caller may know of somebody active by that id."""
    if _ROLE.fullmatch(text):
        return
    resource, id_ = _parsed(work, text, "grantee")
    if resource not in GRANTEES:
        raise NotFoundError("a record cannot be shared with that", ("grantee",))
    found = await work.visible(resource, id_, "grantee")
    if not found.row.get("active", True):
        raise absent(resource.name, "grantee")


def _parsed(work: UnitOfWork, text: str, argument: str) -> tuple[Entity, str]:
    try:
        return parse_id(work.registry, text)
    except NotFoundError as error:
        raise NotFoundError(error.message, (argument,)) from None


async def _current(work: UnitOfWork, command: ShareRecord) -> Stored | None:
    query = sa.select(record_shares.c.id).where(
        record_shares.c.tenant_id == work.tenant,
        record_shares.c.record == command.record,
        record_shares.c.grantee == command.grantee,
    )
    id_ = (await work.execute(query)).scalar_one_or_none()
    return None if id_ is None else await work.records.load(RECORD_SHARE, id_)
