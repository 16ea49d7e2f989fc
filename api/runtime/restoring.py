"""Restore: databases from a backup are served again once every tombstone since is replayed.

Each step can be run again. The journal is completed first and the databases are settled last, so that
after a kill on the way nothing is served, and the next run knows all that this one knew.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg

from api.runtime.wiring import Services
from domain.erasure.replay import Replay
from domain.settings.tenants import UnknownTenantError
from privacy.tombstones.findings import TombstoneFindings
from privacy.tombstones.tombstone import Key, Tombstone, Tombstones, by_key

AT_ONCE = 4
"""People whose tombstones are replayed at the same time: half of a pool's connections."""

Told = Callable[[int], None]


class StillLackingError(Exception):
    """Something was restored or destroyed while tombstones were replayed: it is to be run again."""


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[None]:
    """Wait until nobody else restores. The lock goes with the process, however that ends."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        await connection.execute(
            "SELECT pg_advisory_lock(hashtextextended('farley restore', 0))", timeout=None
        )
        yield
    finally:
        await connection.close()


def to_replay(findings: TombstoneFindings) -> list[Tombstone]:
    """Whoever is not known to be destroyed in both databases, if anything was restored."""
    if not findings.reasons:
        return []
    return [*by_key([*findings.vault_lacks, *findings.unconfirmed]).values()]


@dataclass(frozen=True, slots=True)
class Restoring:
    """One run; ``told`` hears how many people are done."""

    services: Services
    given: Sequence[Tombstones]
    told: Told
    not_looked_through: list[str] = field(default_factory=list)
    """Erasures whose people may be mentioned again, after ``run``: their keys were gone."""

    async def run(self) -> TombstoneFindings:
        """Replay what is lacking and let the databases be served; returns what was found before.

        Raises ``StillLackingError``, ``JournalError`` and ``DatabaseUnavailableError``.
        """
        records = self.services.guard.records
        findings = await records.findings(self.given)
        if findings.reasons:
            await records.main.unsettle()
            await records.vault.unsettle()
        journal, known = records.journal, findings.known.values()
        await asyncio.to_thread(lambda: journal.append(known, create=True))
        if findings.reasons:
            await self._replay(findings)
            if findings.damaged:
                await asyncio.to_thread(journal.acknowledge, datetime.now(UTC))
            await self._settle()
        return findings

    async def _settle(self) -> None:
        records = self.services.guard.records
        left = await records.findings(self.given)
        if left.main_lacks or left.vault_lacks or left.damaged:
            raise StillLackingError
        await records.main.settle()
        await records.vault.settle()

    async def _replay(self, findings: TombstoneFindings) -> None:
        known_to_main = findings.known.keys() - {one.key for one in findings.unconfirmed}
        lacking: dict[str, list[Tombstone]] = defaultdict(list)
        for one in to_replay(findings):
            lacking[one.tenant].append(one)
        for tenant in sorted({tenant for tenant, _ in findings.known}):
            await self._of_tenant(tenant, lacking[tenant], known_to_main)

    async def _of_tenant(
        self, tenant: str, lacking: list[Tombstone], known_to_main: set[Key]
    ) -> None:
        vault = self.services.vault
        await vault.create_tenant(tenant)
        replay = await self._replaying(tenant)
        if replay is None:
            await _each(lacking, lambda one: vault.destroy(*one.key, one.kind))
            return
        await replay.keep_out()
        if not lacking:
            return
        await _each(
            lacking, lambda one: replay.destroy(one, known_to_main=one.key in known_to_main)
        )
        await vault.forgotten_everywhere()
        await _each(lacking, replay.finish, self.told)
        self.not_looked_through.extend(await replay.not_looked_through(lacking))
        await replay.leave_trace(lacking)

    async def _replaying(self, tenant: str) -> Replay | None:
        """None where the main database has never heard of the tenant: there is nothing to empty."""
        try:
            await self.services.tenants.region(tenant)
        except UnknownTenantError:
            return None
        caller, region = await self.services.acting(tenant, "compliance")
        return Replay(self.services.stores, caller, region)


async def _each(
    tombstones: Sequence[Tombstone],
    action: Callable[[Tombstone], Awaitable[object]],
    told: Told = lambda _: None,
) -> None:
    """Some at a time; where one fails, those under way are finished and the error is raised."""
    for start in range(0, len(tombstones), AT_ONCE):
        part = tombstones[start : start + AT_ONCE]
        done = await asyncio.gather(*map(action, part), return_exceptions=True)
        for result in done:
            if isinstance(result, BaseException):
                raise result
        told(start + len(part))
