"""Erasing a person (GDPR Art. 17): a state machine of steps, each of which can be run again.

REQUESTED → SUPPRESSED → KEY_DESTROYED → COMPLETED. The request is durable before the first step, and
a job is queued with it, so that an erasure which a crash interrupted goes on in the worker.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from domain.customers.fields import CUSTOMER
from domain.erasure.purge import purge
from domain.errors import StaleVersionError
from domain.persistence.jobs import ERASE
from domain.persistence.records import Stored
from domain.persistence.tables import customers, erasures
from domain.persistence.unit_of_work import Event, Stores, UnitOfWork, unit_of_work
from domain.reading.caller import Caller
from domain.suppression import suppression_tags
from policy.rules import Action
from privacy.tables import suppressions

RESUME_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class EraseSubject:
    """Irrevocable."""

    customer_id: str
    expected_version: int | None = None


async def request_erasure(command: EraseSubject, work: UnitOfWork) -> str:
    """The erasure's id; a second request finds the first. From here on nothing may be written for the
    person. Raises ``NotFoundError``, ``ForbiddenError`` and ``StaleVersionError``.
    """
    stored = await work.visible(CUSTOMER, command.customer_id, "customer_id")
    work.permit(Action.DELETE, CUSTOMER, [stored.row], ())
    found = await earlier(work, stored.id)
    if found is not None:
        return found
    if command.expected_version not in {None, stored.version}:
        raise StaleVersionError("the customer was changed meanwhile", ("expectedVersion",))
    now = work.stores.now()
    await work.execute(
        sa.update(customers)
        .where(customers.c.tenant_id == work.tenant, customers.c.id == stored.id)
        .values(erased_at=now, version=stored.version + 1, updated_at=now)
    )
    work.happened(Event("ErasureRequested", "customer", (stored.id,), (stored.id,)))
    return await begin(work, stored.id, "REQUESTED")


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
    work.enqueue(ERASE, [erasure], after=RESUME_AFTER)
    return erasure


async def run_erasure(
    stores: Stores, caller: Caller, region: str, erasure: str, *, forgotten: bool = False
) -> None:
    """Take an erasure from where it stands to its end; on a finished one it does nothing.

    What is left is emptied once no process uses the key any more: nothing can be sealed with it after.
    ``forgotten`` says that this is so already.
    """
    while True:
        async with unit_of_work(stores, caller, region) as work:
            row = await locked(work, erasure)
            if row is None or row["step"] == "COMPLETED":
                return
            is_kept = row["step"] == "KEY_DESTROYED" and not forgotten
            if not is_kept:
                step, action = _STEPS[row["step"]]
                await action(work, row["customer_id"])
                await advance(work, erasure, step)
        if is_kept:
            await stores.vault.forgotten_everywhere()
            forgotten = True


async def _suppress(work: UnitOfWork, customer: str) -> None:
    await suppress(work, await work.records.load(CUSTOMER, customer))


async def suppress(work: UnitOfWork, stored: Stored) -> None:
    """Keep the person of that record from being taken in as a customer again."""
    region = stored.row["country"] or work.region
    tags = suppression_tags(work.index, CUSTOMER, stored.sealed, region)
    await work.stores.vault.keep_out(work.tenant, tags, work.stores.now())
    await keep_out(work, tags)


async def keep_out(work: UnitOfWork, tags: Sequence[tuple[str, bytes]]) -> None:
    """Write suppressions (field and keyed hash); those that are there already stay as they are."""
    rows = [
        {"tenant_id": work.tenant, "field": field, "tag": tag, "created_at": work.stores.now()}
        for field, tag in tags
    ]
    if rows:
        await work.connection.execute(insert(suppressions).on_conflict_do_nothing(), rows)


async def _destroy_key(work: UnitOfWork, customer: str) -> None:
    await work.stores.vault.destroy(work.tenant, customer)
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
