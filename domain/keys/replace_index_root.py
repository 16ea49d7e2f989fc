"""Replacement of an index root by a newer one, while everything is read and written.

A state machine; its step stands in the vault (``privacy.vault.index_roots``), what is left to do in the
rows, so that whoever runs it next goes on.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from domain.access.caller import Caller
from domain.declaration.entity import Entity
from domain.entities.customers import CUSTOMER
from domain.keys.retag import Record, drop_older, newest, next_part, retag
from domain.keys.wait_for_transactions import LOCKED_SECONDS, StillWritingError, writers_gone
from domain.storage.housekeeping import tidy_tokens
from domain.storage.lookup import tag_name
from domain.tables import ROOTED_INDEXES
from domain.values.errors import ConflictError, DamagedError, InvalidInputError
from domain.values.ids import FIRST_ID
from domain.writing.suppression import SUPPRESSED
from domain.writing.unit_of_work import Stores, unit_of_work
from privacy.database import TenantPool
from privacy.vault import VaultError
from privacy.vault.index_roots import Step
from privacy.vault.root_steps import announce, enter, retire
from privacy.vault.rotation import alone

BATCH = 500
SWEPT = 5_000
PATIENCE_SECONDS = 120.0

LEFT = (
    "audit/subject",
    "api-key",
    "idempotency",
    *(f"suppression/{tag_name(CUSTOMER, field)}" for field in SUPPRESSED),
)
"""Uses of a root of which something stays that nothing can be made of anew."""

Told = Callable[[int], None]


class NotReindexedError(Exception):
    """Of these rows nothing can be made: table and id of each. The older root is kept.

    They do not open, or another record took their reference while nothing was found by it.
    """

    def __init__(self, rows: Sequence[str]) -> None:
        super().__init__(f"{len(rows)} rows cannot be made anew")
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Reindexed:
    """The version of the root that is alone now, and the records that were made anew."""

    version: int
    records: int


class Reindex:
    """Of one tenant; ``owner`` is a pool of the vault's owning role, ``caller`` Farley itself."""

    def __init__(
        self, stores: Stores, owner: TenantPool, caller: Caller, region: str, grace_s: float
    ) -> None:
        """``grace_s``: no request lasts longer."""
        self._stores = stores
        self._owner = owner
        self._caller = caller
        self._region = region
        self._grace_s = grace_s
        self._tenant = caller.principal.tenant_id
        self._broken: list[str] = []

    async def run(self, told: Told) -> Reindexed:
        """All steps that are left, of one that was begun or of a new one.

        Raises ``KeyWorkRunningError``, ``StillWritingError`` and ``NotReindexedError``.
        """
        done = 0
        async with alone(self._owner, self._tenant):
            async for count in self.steps():
                done += count
                told(done)
            index = await self._stores.vault.index(self._tenant)
        await tidy_tokens(self._stores.engine)
        return Reindexed(index.version, done)

    async def steps(self) -> AsyncIterator[int]:
        """After each thing that was committed, how many records it made anew; the caller is ``alone``."""
        provider, vault = self._stores.vault.provider, self._stores.vault
        keys = await vault.newer(self._tenant, None)
        if keys.step is None:
            async with unit_of_work(self._stores, self._caller, self._region) as work:
                known = await newest(work)
            await announce(self._owner, provider, self._tenant, known)
            yield 0
            keys = await vault.newer(self._tenant, keys)
        step, root = keys.step, max(version for _, version in keys.secrets)
        if step is Step.ANNOUNCED:
            await self._known_everywhere(readers=True)
            step = await self._enter(root, Step.WRITTEN)
            yield 0
        if step is Step.WRITTEN:
            await self._known_everywhere()
            async for count in self._records(root):
                yield count
            await self._enter(root, Step.ALONE)
            yield 0
        await self._known_everywhere()
        async for _ in self._older(root):
            yield 0
        await retire(self._owner, provider, self._tenant, LEFT)
        await vault.newer(self._tenant, None)
        yield 0

    async def _enter(self, root: int, step: Step) -> Step:
        await enter(self._owner, self._tenant, root, step)
        return step

    async def _known_everywhere(self, *, readers: bool = False) -> None:
        """Return when nobody writes who has not heard of the step, and with ``readers`` nobody reads."""
        await self._stores.vault.forgotten_everywhere()
        if readers:
            await asyncio.sleep(self._grace_s)
        await writers_gone(self._stores.engine, PATIENCE_SECONDS)

    async def _records(self, root: int) -> AsyncIterator[int]:
        """Make all records anew, those that somebody holds last."""
        deadline, left = time.monotonic() + PATIENCE_SECONDS, True
        while left:
            left, self._broken = False, []
            for resource in self._caller.registry.sealed:
                async for count, missed in self._pass(resource, root):
                    left |= missed > 0
                    if count:
                        deadline = time.monotonic() + PATIENCE_SECONDS
                        yield count
            if self._broken:
                raise NotReindexedError(self._broken)
            if time.monotonic() > deadline:
                raise StillWritingError
            if left:
                await asyncio.sleep(LOCKED_SECONDS)

    async def _pass(self, resource: Entity, root: int) -> AsyncIterator[tuple[int, int]]:
        """Once through the records of a resource: how many of each part were made anew, how many not."""
        after: str | None = FIRST_ID
        while after is not None:
            async with unit_of_work(self._stores, self._caller, self._region) as work:
                part = await next_part(work, resource, after, root, BATCH)
            if part.pending:
                count = await self._retag(resource, part.pending)
                yield count, len(part.pending) - count
            after = part.after

    async def _retag(self, resource: Entity, records: Sequence[Record]) -> int:
        """Where one of them cannot be made anew, each by itself, so that it is known which."""
        try:
            async with unit_of_work(self._stores, self._caller, self._region) as work:
                return await retag(work, self._owner, resource, records)
        except (DamagedError, VaultError, InvalidInputError, ConflictError):
            if len(records) == 1:
                self._broken.append(f"{resource.table.name} {records[0].id}")
                return 0
        return sum([await self._retag(resource, [one]) for one in records])

    async def _older(self, root: int) -> AsyncIterator[int]:
        """Delete what the older root made, what somebody holds last."""
        deadline, left = time.monotonic() + PATIENCE_SECONDS, True
        while left:
            left = False
            for table in ROOTED_INDEXES:
                after: str | None = FIRST_ID
                while after is not None:
                    async with unit_of_work(self._stores, self._caller, self._region) as work:
                        gone, held, after = await drop_older(work, table, after, root, SWEPT)
                    left |= held > 0
                    yield gone
            if left and time.monotonic() > deadline:
                raise StillWritingError
            if left:
                await asyncio.sleep(LOCKED_SECONDS)
