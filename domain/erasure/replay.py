"""Replay of erasures: of people whom a restored database brought back.

``Replay.destroy`` destroys the key, ``Replay.finish`` empties the rows; between them every process must
forget the key. Both can be run again, and by two at once.
"""

from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from domain.access.caller import Caller
from domain.erasure.erase_subject import (
    advance,
    begin,
    earlier,
    locked,
    redact_all,
    run_erasure,
    suppress,
    write_suppressions,
)
from domain.erasure.mentions.erasure_notes import note_again, noted
from domain.erasure.mentions.redact import LOST
from domain.erasure.read_erasure import erasure_id
from domain.tables import customers, erasures, members
from domain.writing.purge import purge
from domain.writing.unit_of_work import Event, Stores, UnitOfWork, unit_of_work
from privacy.tables import suppressions
from privacy.tombstones.tombstone import Tombstone, TombstoneKind

log = structlog.get_logger(__name__)

REPLAYED = "TombstonesReplayed"


@dataclass(frozen=True, slots=True)
class Replay:
    """The replaying of one tenant's tombstones; ``caller`` is Farley itself."""

    stores: Stores
    caller: Caller
    region: str

    async def keep_out(self) -> None:
        """Whom one of the two databases keeps from being taken in again, the other does too."""
        vault, tenant = self.stores.vault, self.caller.principal.tenant_id
        kept = await vault.kept_out(tenant)
        async with unit_of_work(self.stores, self.caller, self.region) as work:
            await write_suppressions(work, kept)
            names = ("field", "tag", "created_at", "lifted_at")
            query = sa.select(*(suppressions.c[name] for name in names))
            found = await work.execute(query.where(suppressions.c.tenant_id == tenant))
            known = [tuple(row) for row in found]
        await vault.keep_out(tenant, known)

    async def destroy(self, tombstone: Tombstone, *, known_to_main: bool) -> None:
        """Destroy the key again; before, whom it opens is kept out, and the erasure is begun again."""
        if tombstone.kind is TombstoneKind.ERASED and not known_to_main:
            async with unit_of_work(self.stores, self.caller, self.region) as work:
                erasure = await _begin_again(work, tombstone)
            await redact_all(self.stores, self.caller, self.region, erasure)
        vault = self.stores.vault
        await vault.destroy_again(tombstone.tenant, tombstone.subject, tombstone.kind)

    async def finish(self, tombstone: Tombstone) -> None:
        """Empty what is said of the person, when no process uses the key any more.

        INVARIANT: the main database confirms last. Who is not confirmed is replayed by the next run.
        """
        subject = tombstone.subject
        async with unit_of_work(self.stores, self.caller, self.region) as work:
            erasure = await earlier(work, subject)
            await purge(work, subject)
            if erasure is None or await _is_complete(work, erasure):
                work.happened(Event("SubjectKeyDestroyed", "customer", (subject,), (subject,)))
        stores, caller = self.stores, self.caller
        if erasure is not None:
            await run_erasure(stores, caller, self.region, erasure, forgotten=True)
        await stores.vault.destroy(tombstone.tenant, subject, tombstone.kind)

    async def not_looked_through(self, tombstones: list[Tombstone]) -> list[str]:
        """The erasures of those of whom others' records may speak again: nobody knows any more what they
        were called.
        """
        people = [one.subject for one in tombstones]
        query = (
            sa.select(erasures.c.id)
            .where(
                erasures.c.tenant_id == self.caller.principal.tenant_id,
                erasures.c.customer_id.in_(people),
                erasures.c.place == LOST,
                erasures.c.customer_id.not_in(sa.select(members.c.id)),
            )
            .order_by(erasures.c.id)
        )
        async with unit_of_work(self.stores, self.caller, self.region) as work:
            return [erasure_id(str(id_)) for id_ in (await work.execute(query)).scalars()]

    async def leave_trace(self, tombstones: list[Tombstone]) -> None:
        """One audit entry that says of whom tombstones were replayed."""
        people = tuple(sorted(one.subject for one in tombstones))
        async with unit_of_work(self.stores, self.caller, self.region) as work:
            work.happened(Event(REPLAYED, "customer", people, people, is_told=False))


async def _begin_again(work: UnitOfWork, tombstone: Tombstone) -> str:
    """The erasure as it was requested: what of the person still opens is noted, and kept out."""
    subject = tombstone.subject
    erasure = await earlier(work, subject)
    if erasure is None:
        erasure = await begin(work, subject, "REQUESTED")
        work.happened(Event("ErasureRequested", "customer", (subject,), (subject,)))
        await _mark_erased(work, subject)
    row = await locked(work, erasure)
    if row is not None and row["step"] in {"REQUESTED", "SUPPRESSED"}:
        await _suppress(work, erasure, tombstone)
        await advance(work, erasure, "SUPPRESSED")
    return erasure


async def _is_complete(work: UnitOfWork, erasure: str) -> bool:
    row = await locked(work, erasure)
    return row is None or row["step"] == "COMPLETED"


async def _suppress(work: UnitOfWork, erasure: str, tombstone: Tombstone) -> None:
    """As from when they were erased: whom somebody has let in again since stays in. Where the key is gone,
    or another than it was sealed with, the vault's copy must do.
    """
    known = await noted(work, erasure)
    if known is None:
        await note_again(work, erasure, tombstone.subject)
        known = await noted(work, erasure)
    if known is None:
        log.warning("restore.does_not_open", row=tombstone.subject)
    else:
        await suppress(work, known, tombstone.at)


async def _mark_erased(work: UnitOfWork, subject: str) -> None:
    now = work.stores.now()
    await work.execute(
        sa.update(customers)
        .where(
            customers.c.tenant_id == work.tenant,
            customers.c.id == subject,
            customers.c.erased_at.is_(None),
        )
        .values(erased_at=now, version=customers.c.version + 1, updated_at=now)
    )
