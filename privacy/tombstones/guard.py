"""Restore guard: nothing is served from a restored database until the tombstones since are replayed.

The guard compares what the three witnesses say, by two numbers each, at most once a second, and again
whenever a connection was made, for that may lead to another database than the one before.
"""

import asyncio
import time
from collections.abc import Callable

import structlog

from privacy.tombstones.findings import TombstoneFindings, TombstoneReason, TombstoneRecords
from privacy.tombstones.journal import JournalError
from privacy.tombstones.ledger import Marks

log = structlog.get_logger(__name__)

FRESH_SECONDS = 1.0
REFUSED_SECONDS = 0.2


class RestoreNeededError(Exception):
    """A database was restored or moved: ``farley restore`` says what is to be done, and does it."""

    def __init__(self, reasons: tuple[TombstoneReason, ...]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class Guard:
    """Answers for one process whether it may serve. ``connections`` counts those that were made so far."""

    def __init__(
        self,
        records: TombstoneRecords,
        connections: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.records = records
        self._connections = connections
        self._clock = clock
        self._alone = asyncio.Lock()
        self._until = -float("inf")
        self._made = -1
        self._reasons: tuple[TombstoneReason, ...] = ()

    async def require(self) -> int:
        """Raise ``RestoreNeededError`` unless all is well; ``DatabaseUnavailableError`` where nobody knows.

        Returns what ``still`` asks for.
        """
        if not self._is_fresh():
            async with self._alone:
                if not self._is_fresh():
                    await self._look()
        if self._reasons:
            raise RestoreNeededError(self._reasons)
        return self._made

    async def still(self, made: int) -> None:
        """Before an answer is sent: look again if a connection was made since."""
        if self._connections() != made:
            await self.require()

    def _is_fresh(self) -> bool:
        return self._clock() < self._until and self._connections() == self._made

    async def _look(self) -> None:
        made, asked = self._connections(), self._clock()
        reasons = await self._seen()
        if reasons != self._reasons:
            tell = log.error if reasons else log.info
            tell("restore.needed" if reasons else "restore.done", reasons=[*map(str, reasons)])
        fresh_s = REFUSED_SECONDS if reasons else FRESH_SECONDS
        self._reasons, self._made, self._until = reasons, made, asked + fresh_s

    async def _seen(self) -> tuple[TombstoneReason, ...]:
        try:
            main, vault, written = await self.records.glance()
            if (
                main.is_new != vault.is_new
            ):  # Another process may have settled one, and not yet both.
                async with self.records.main.alone():
                    main, vault, written = await self.records.glance()
            journal = self.records.journal
            is_whole = not journal.damaged and not journal.is_missing
            if moved := _moved(main, vault):
                return moved
            if is_whole and not main.is_new and main.extent == vault.extent == written:
                return ()
            return await self._compared()
        except JournalError:
            log.error("restore.journal_unreadable", path=str(self.records.journal.path))  # noqa: TRY400 - the path says it
            return (TombstoneReason.JOURNAL_MISSING,)

    async def _compared(self) -> tuple[TombstoneReason, ...]:
        """Let the journal catch up with what other hosts destroyed, if nothing else is wrong."""
        findings = await self.records.findings()
        if findings.is_new and not findings.damaged:
            await self._begin(findings)
            return ()
        if not findings.reasons:
            journal = self.records.journal
            is_first = findings.is_journal_missing
            lacking = findings.journal_lacks
            await asyncio.to_thread(lambda: journal.append(lacking, create=is_first))
        return findings.reasons

    async def _begin(self, findings: TombstoneFindings) -> None:
        """Watch two databases that nobody has watched yet."""
        records, lacking = self.records, findings.journal_lacks
        await asyncio.to_thread(lambda: records.journal.append(lacking, create=True))
        await records.main.confirm(findings.unconfirmed)
        async with records.main.alone():
            await records.main.settle()
            await records.vault.settle()


def _moved(main: Marks, vault: Marks) -> tuple[TombstoneReason, ...]:
    """Which of the two is another database than it was, unless both are new."""
    if main.is_new and vault.is_new:
        return ()
    moved = {TombstoneReason.MAIN_MOVED: main.is_moved, TombstoneReason.VAULT_MOVED: vault.is_moved}
    return tuple(reason for reason, is_so in moved.items() if is_so)
