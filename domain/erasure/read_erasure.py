"""Progress of an erasure: for whoever may erase the person that it is about."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER
from domain.entities.erasures import ERASURE
from domain.entities.partners import DEAL_REGISTRATION
from domain.erasure.mentions.erasure_notes import registrations_of
from domain.erasure.prospects import as_customer
from domain.tables import customers, erasures, members
from domain.values.errors import ForbiddenError, NotFoundError
from domain.values.refusals import absent
from domain.writing.unit_of_work import UnitOfWork
from policy.rules import Action

DONE = "DONE"
"""The place where all texts were looked through."""

_FORM = re.compile(r"(?:[a-z]{3}_)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Mentions:
    """What others' records said of the person. ``is_complete``: all of them were looked through."""

    by_type: Mapping[str, int]
    records: int
    ambiguous: Sequence[tuple[str, str]]
    registrations: Sequence[tuple[str, str]]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Erasure:
    """How far an erasure is."""

    id: str
    customer: str
    state: str
    requested_by: str
    requested_at: datetime
    completed_at: datetime | None
    mentions: Mentions


def erasure_id(id_: str) -> str:
    """The id as callers see it."""
    return f"{ERASURE.prefix}_{id_}"


def parsed_erasure_id(text: str) -> str:
    """The id of an erasure; raises ``NotFoundError``."""
    match = _FORM.fullmatch(text.removeprefix(f"{ERASURE.prefix}_"))
    if match is None:
        raise absent("erasure", "id")
    return match[1]


async def read_erasure(work: UnitOfWork, id_: str) -> Erasure:
    """The erasure, without locking it; raises ``NotFoundError`` and ``ForbiddenError``."""
    if not may_erase(work):
        raise ForbiddenError("you may not delete a customer for this purpose")
    query = sa.select(erasures).where(erasures.c.tenant_id == work.tenant, erasures.c.id == id_)
    row = (await work.execute(query)).mappings().one_or_none()
    if row is None or not await _is_theirs(work, str(row["customer_id"])):
        raise absent("erasure", "id")
    return shown_erasure(dict(row))


def shown_erasure(row: Mapping[str, Any]) -> Erasure:
    """The erasure of a row."""
    found = row["mentions"]
    return Erasure(
        id=str(row["id"]),
        customer=str(row["customer_id"]),
        state=row["step"],
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        completed_at=row["completed_at"],
        mentions=Mentions(
            by_type=found.get("by_type", {}),
            records=found.get("records", 0),
            ambiguous=[tuple(one) for one in found.get("ambiguous", ())],
            registrations=[tuple(one) for one in found.get("registrations", ())],
            is_complete=row["place"] == DONE and not found.get("closed"),
        ),
    )


def may_erase(work: UnitOfWork) -> bool:
    """Whether the caller may erase anybody: customers, or members of staff."""
    caller = work.caller
    purpose = caller.purpose.name
    return any(
        caller.snapshot.plan(caller.principal, one.name, Action.DELETE, purpose)
        for one in (CUSTOMER, MEMBER)
    )


async def _is_theirs(work: UnitOfWork, subject: str) -> bool:
    """Whether the caller may erase the person, of whom a bare record is left."""
    plain = [column for column in members.c if column.name != "sealed"]
    staff = sa.select(*plain).where(members.c.tenant_id == work.tenant, members.c.id == subject)
    member = (await work.execute(staff)).mappings().one_or_none()
    if member is not None:
        return _is_permitted(lambda: work.permit(Action.DELETE, MEMBER, [dict(member)], ()))
    access = work.caller.accesses[CUSTOMER.name].granted
    known = customers.c.tenant_id == work.tenant, customers.c.id == subject
    try:
        if (await work.execute(sa.select(customers.c.id).where(*known))).first() is not None:
            seen_by = access, work.caller.principal
            row = (await work.records.load(CUSTOMER, subject, seen_by, even_closed=True)).row
        else:
            row = await _prospect(work, subject)
        await work.attributes.learn(CUSTOMER, row)
    except NotFoundError:
        return False
    return _is_permitted(lambda: work.permit(Action.DELETE, CUSTOMER, [row], ()))


def _is_permitted(permit: Callable[[], None]) -> bool:
    try:
        permit()
    except ForbiddenError:
        return False
    return True


async def _prospect(work: UnitOfWork, subject: str) -> Mapping[str, Any]:
    for id_ in await registrations_of(work, subject):
        return as_customer((await work.visible(DEAL_REGISTRATION, id_, "id", even_closed=True)).row)
    raise absent("erasure", "id")
