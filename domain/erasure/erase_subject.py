"""Erasure of a person (GDPR Art. 17): a state machine of steps, each of which can be run again.

REQUESTED → SUPPRESSED → (what others wrote of them is redacted) → KEY_DESTROYED → COMPLETED. With the
request the person is hidden from every reader; the steps are the worker's, for whom a job is queued.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from domain.access.caller import Caller
from domain.entities.customers import CUSTOMER
from domain.erasure.mentions.erasure_notes import note_again, note_down, note_participations, noted
from domain.erasure.mentions.redact import is_looked_through, redact_mentions
from domain.tables import customers, erasures
from domain.writing.jobs import ERASE
from domain.writing.purge import purge
from domain.writing.records import Stored
from domain.writing.suppression import Tag, kept_marks
from domain.writing.unit_of_work import Event, Stores, UnitOfWork, unit_of_work
from domain.writing.verbs.checks import expect
from policy.rules import Action
from privacy.tables import suppressions
from privacy.vault.vault import Suppression


@dataclass(frozen=True, slots=True)
class EraseSubject:
    """Irrevocable."""

    customer_id: str
    expected_version: int | None = None


async def request_erasure(command: EraseSubject, work: UnitOfWork) -> str:
    """The erasure's id; a second request finds the first. From here on nothing may be written for the
    person, and nobody reads of them.

    Raises ``NotFoundError``, ``ForbiddenError`` and ``StaleVersionError``.
    """
    stored = await work.visible(CUSTOMER, command.customer_id, "customer_id", even_closed=True)
    work.permit(Action.DELETE, CUSTOMER, [stored.row], ())
    found = await earlier(work, stored.id)
    if found is not None:
        return found
    expect(command.expected_version, stored, CUSTOMER)
    now = work.stores.now()
    await work.execute(
        sa.update(customers)
        .where(customers.c.tenant_id == work.tenant, customers.c.id == stored.id)
        .values(erased_at=now, version=stored.version + 1, updated_at=now)
    )
    work.happened(Event("ErasureRequested", "customer", (stored.id,), (stored.id,)))
    return await accepted(work, stored)


async def accepted(work: UnitOfWork, stored: Stored) -> str:
    """Hide the person of that record from everybody and keep them out; the new erasure's id.

    What they are known by is noted first: the steps that follow need it.
    """
    subject = stored.subject
    erasure = await begin(work, subject, "REQUESTED")
    await note_down(work, erasure, stored)
    await note_participations(work, erasure, subject)
    await keep_out(work, await _tags(work, stored))
    await purge(work, subject)
    return erasure


async def earlier(work: UnitOfWork, subject: str) -> str | None:
    """The erasure of that person, if one was requested."""
    query = sa.select(erasures.c.id).where(
        erasures.c.tenant_id == work.tenant, erasures.c.customer_id == subject
    )
    found = (await work.execute(query)).scalar_one_or_none()
    return None if found is None else str(found)


async def begin(work: UnitOfWork, subject: str, step: str) -> str:
    """Write down that the person is to be erased, from that step on; the new erasure's id."""
    erasure = work.stores.new_id()
    await work.execute(
        sa.insert(erasures).values(
            tenant_id=work.tenant,
            id=erasure,
            customer_id=subject,
            step=step,
            requested_by=work.caller.principal.actor,
            requested_at=work.stores.now(),
        )
    )
    work.enqueue(ERASE, [erasure])
    return erasure


async def run_erasure(
    stores: Stores, caller: Caller, region: str, erasure: str, *, forgotten: bool = False
) -> None:
    """Take an erasure from where it stands to its end; on a finished one it does nothing."""
    await run_erasures(stores, caller, region, [erasure], forgotten=forgotten)


async def run_erasures(
    stores: Stores,
    caller: Caller,
    region: str,
    erasures_: Sequence[str],
    *,
    forgotten: bool = False,
) -> None:
    """Take erasures to their end, together.

    What is left of the people is emptied once no process uses their keys any more: nothing can be sealed
    with them after. ``forgotten`` says that this is so already; else it is waited for once, for all.
    """
    left = [id_ for id_ in erasures_ if await _until_destroyed(stores, caller, region, id_)]
    if left and not forgotten:
        await stores.vault.forgotten_everywhere()
    for erasure in left:
        async with unit_of_work(stores, caller, region) as work:
            row = await locked(work, erasure)
            if row is not None and row["step"] == "KEY_DESTROYED":
                await _step(work, row)


async def _until_destroyed(stores: Stores, caller: Caller, region: str, erasure: str) -> bool:
    """Go on until the key is destroyed; whether anything is left to do."""
    while True:
        async with unit_of_work(stores, caller, region) as work:
            row = await locked(work, erasure)
            if row is None or row["step"] in {"KEY_DESTROYED", "COMPLETED"}:
                return row is not None and row["step"] == "KEY_DESTROYED"
            if row["step"] != "SUPPRESSED" or is_looked_through(row):
                await _step(work, row)
            else:  # Apart: that all was looked through stays true where the key is gone and nothing else.
                await redact_mentions(work, row)


async def redact_all(stores: Stores, caller: Caller, region: str, erasure: str) -> None:
    """Redact what others wrote of the person, of an erasure that has come to that; the key stays."""
    while True:
        async with unit_of_work(stores, caller, region) as work:
            row = await locked(work, erasure)
            if row is None or row["step"] != "SUPPRESSED" or await redact_mentions(work, row):
                return


async def _step(work: UnitOfWork, row: Mapping[str, Any]) -> None:
    step, action = _STEPS[row["step"]]
    await action(work, row["customer_id"])
    await advance(work, row["id"], step)


async def _suppress(work: UnitOfWork, customer: str) -> None:
    erasure = await earlier(work, customer) or ""
    known = await noted(work, erasure)
    if known is None:
        await note_again(work, erasure, customer)
        known = await noted(work, erasure)
    if known is not None:
        await suppress(work, known, await _requested_at(work, erasure))


async def _requested_at(work: UnitOfWork, erasure: str) -> datetime | None:
    """Since when the person is kept out: whom somebody lets in again meanwhile stays in."""
    query = sa.select(erasures.c.requested_at).where(
        erasures.c.tenant_id == work.tenant, erasures.c.id == erasure
    )
    return (await work.execute(query)).scalar_one_or_none()


async def suppress(work: UnitOfWork, stored: Stored, at: datetime | None = None) -> None:
    """Keep the person of that record from being taken in as a customer again, as from ``at``."""
    tags, since = await _tags(work, stored), at or work.stores.now()
    await work.stores.vault.keep_out(work.tenant, [(*tag, since, None) for tag in tags])
    await keep_out(work, tags, since)


async def _tags(work: UnitOfWork, stored: Stored) -> Sequence[Tag]:
    subject = stored.subject
    return await kept_marks(work, subject, stored.sealed, stored.row["country"])


async def keep_out(work: UnitOfWork, tags: Sequence[Tag], at: datetime | None = None) -> None:
    """Write suppressions (field and keyed hash); one that was lifted is in force again."""
    since = at or work.stores.now()
    await write_suppressions(work, [(*tag, since, None) for tag in tags])


async def write_suppressions(work: UnitOfWork, kept: Sequence[Suppression]) -> None:
    """Of one that is there already the later times count."""
    names = ("field", "tag", "created_at", "lifted_at")
    rows = [
        {"tenant_id": work.tenant, **dict(zip(names, one, strict=True))} for one in sorted(kept)
    ]
    if rows:
        query = insert(suppressions)
        later = {
            name: sa.func.greatest(suppressions.c[name], query.excluded[name])
            for name in ("created_at", "lifted_at")
        }
        keys = list(suppressions.primary_key.columns)
        query = query.on_conflict_do_update(index_elements=keys, set_=later)
        await work.connection.execute(query, rows)


async def _destroy_key(work: UnitOfWork, customer: str) -> None:
    await work.stores.vault.destroy(work.tenant, customer)
    await work.execute(
        sa.update(erasures)
        .where(erasures.c.tenant_id == work.tenant, erasures.c.customer_id == customer)
        .values(sealed=None)
    )
    work.happened(Event("SubjectKeyDestroyed", "customer", (customer,), (customer,)))


async def _purge(work: UnitOfWork, customer: str) -> None:
    await purge(work, customer)
    work.happened(Event("SubjectErased", "customer", (customer,), (customer,)))


_STEPS: Mapping[str, tuple[str, Callable[[UnitOfWork, str], Awaitable[None]]]] = {
    "REQUESTED": ("SUPPRESSED", _suppress),
    "SUPPRESSED": ("KEY_DESTROYED", _destroy_key),
    "KEY_DESTROYED": ("COMPLETED", _purge),
}


async def locked(work: UnitOfWork, erasure: str) -> Mapping[str, Any] | None:
    query = sa.select(erasures).where(erasures.c.tenant_id == work.tenant, erasures.c.id == erasure)
    row = (await work.execute(query.with_for_update())).mappings().one_or_none()
    return None if row is None else dict(row)


async def advance(work: UnitOfWork, erasure: str, step: str) -> None:
    done = work.stores.now() if step == "COMPLETED" else None
    await work.execute(
        sa.update(erasures)
        .where(erasures.c.tenant_id == work.tenant, erasures.c.id == erasure)
        .values(step=step, completed_at=done)
    )
