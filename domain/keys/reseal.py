"""Resealing under new keys of people: a state machine of steps that can each be run again.

NUMBERED (a next key is there) → KNOWN (every process can open with it) → ACTIVE (every process seals
with it) → RESEALED (no row needs the older one) → ALONE (the older one is gone). Where it stands is read
from the keys themselves, so that whoever runs it next goes on.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.access.caller import Caller
from domain.keys.wait_for_transactions import LOCKED_SECONDS, StillWritingError, writers_gone
from domain.values.ids import FIRST_ID
from domain.writing.resealing import reseal_rows, still_outdated
from domain.writing.unit_of_work import Stores, unit_of_work
from privacy.database import TenantPool
from privacy.vault.key_numbers import KeyNumbers
from privacy.vault.rotation import alone

BATCH = 5_000
PATIENCE_SECONDS = 120.0

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many people have a new key, how many rows were sealed anew, how many older keys are gone."""

    people: int
    rows: int
    dropped: int


class Reseal:
    """Resealing of one tenant's people; ``caller`` is Farley itself."""

    def __init__(
        self, stores: Stores, vault_pool: TenantPool, caller: Caller, region: str, grace_s: float
    ) -> None:
        self._stores = stores
        self._pool = vault_pool
        self._caller = caller
        self._region = region
        self._grace_s = grace_s
        self._tenant = caller.principal.tenant_id
        self._numbers = KeyNumbers(vault_pool, stores.vault, self._tenant)

    async def everybody(self, before: datetime, told: Told) -> Resealed:
        """All whose key was made before; raises ``KeyWorkRunningError`` and ``StillWritingError``."""
        total, after = Resealed(0, 0, 0), FIRST_ID
        async with alone(self._pool, self._tenant):
            while people := await self._numbers.outdated(before, after, BATCH):
                total = _sum(total, await self._through(people))
                told(total.people)
                after = people[-1]
        return total

    async def these(self, people: Sequence[str]) -> Resealed:
        """These people; whose resealing an earlier run left half done, it is brought to its end."""
        async with alone(self._pool, self._tenant):
            return await self._through(sorted(set(people)))

    async def _through(self, people: Sequence[str]) -> Resealed:
        vault = self._stores.vault
        await self._outdated(people)  # Whose key does not open is told before a newer one is made.
        await self._numbers.add(people)
        await vault.forgotten_everywhere()
        await self._numbers.activate(people)
        await vault.forgotten_everywhere()
        await self._writers_gone()
        rows = await self._rows(people)
        # Who read rows before they were sealed anew may still be about to fetch the keys for them.
        await asyncio.sleep(self._grace_s)
        left = await self._outdated(people)
        dropped = await self._numbers.drop_older([one for one in people if one not in left])
        if left:
            raise StillWritingError
        return Resealed(len(people), rows, dropped)

    async def _writers_gone(self) -> None:
        """Return when no transaction goes on that may have fetched an older key to seal with."""
        await writers_gone(self._stores.engine, PATIENCE_SECONDS)

    async def _rows(self, people: Sequence[str]) -> int:
        """Seal all rows anew, waiting for those that somebody else holds."""
        done, deadline = 0, time.monotonic() + PATIENCE_SECONDS
        for resource in self._caller.registry.sealed:
            while True:
                async with unit_of_work(self._stores, self._caller, self._region) as work:
                    count = await reseal_rows(work, resource, people)
                done += count
                if count:
                    continue
                async with unit_of_work(self._stores, self._caller, self._region) as work:
                    if not await still_outdated(work, resource, people):
                        break
                if time.monotonic() > deadline:
                    raise StillWritingError
                await asyncio.sleep(LOCKED_SECONDS)
        return done

    async def _outdated(self, people: Sequence[str]) -> set[str]:
        left: set[str] = set()
        async with unit_of_work(self._stores, self._caller, self._region) as work:
            for resource in self._caller.registry.sealed:
                left |= await still_outdated(work, resource, people)
        return left


def _sum(one: Resealed, other: Resealed) -> Resealed:
    return Resealed(one.people + other.people, one.rows + other.rows, one.dropped + other.dropped)
