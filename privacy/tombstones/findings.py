"""Tombstone findings: what one of the three witnesses knows that another one lacks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from privacy.tombstones.journal import Journal
from privacy.tombstones.ledger import Ledger, Marks
from privacy.tombstones.tombstone import Extent, Tombstone, Tombstones, by_key, lacking


class TombstoneReason(StrEnum):
    """Why nothing is served."""

    MAIN_MOVED = "MAIN_MOVED"
    VAULT_MOVED = "VAULT_MOVED"
    MAIN_LACKS = "MAIN_LACKS"
    VAULT_LACKS = "VAULT_LACKS"
    JOURNAL_MISSING = "JOURNAL_MISSING"
    JOURNAL_DAMAGED = "JOURNAL_DAMAGED"


@dataclass(frozen=True, slots=True)
class TombstoneFindings:
    """``main_lacks`` are people whom main was never told of, or, ``unconfirmed``, of whom it does not know
    that they were destroyed: an erasure that is going on, unless something was restored.
    """

    main: Marks
    vault: Marks
    known: Tombstones
    main_lacks: tuple[Tombstone, ...]
    unconfirmed: tuple[Tombstone, ...]
    vault_lacks: tuple[Tombstone, ...]
    journal_lacks: tuple[Tombstone, ...]
    is_journal_missing: bool
    damaged: int
    torn: int

    @property
    def is_new(self) -> bool:
        """Whether both databases have never been watched, and nothing speaks against beginning now.

        What only the vault knows is then from before the main database had a ledger.
        """
        from_vault = set(self.main_lacks) <= set(self.journal_lacks)
        return self.main.is_new and self.vault.is_new and not self.vault_lacks and from_vault

    @property
    def reasons(self) -> tuple[TombstoneReason, ...]:
        """Why nothing may be served; none where all is well."""
        is_missing = self.is_journal_missing and bool(self.known)
        holds = {
            TombstoneReason.MAIN_MOVED: self.main.is_moved,
            TombstoneReason.VAULT_MOVED: self.vault.is_moved,
            TombstoneReason.MAIN_LACKS: bool(self.main_lacks),
            TombstoneReason.VAULT_LACKS: bool(self.vault_lacks),
            TombstoneReason.JOURNAL_MISSING: is_missing,
            TombstoneReason.JOURNAL_DAMAGED: bool(self.damaged),
        }
        return tuple(reason for reason, is_so in holds.items() if is_so)


@dataclass(frozen=True, slots=True)
class TombstoneRecords:
    """The three together."""

    main: Ledger
    vault: Ledger
    journal: Journal

    async def glance(self) -> tuple[Marks, Marks, Extent]:
        """What the marks say, without looking at any tombstone."""
        await asyncio.to_thread(self.journal.read)
        main, vault = await asyncio.gather(self.main.marks(), self.vault.marks())
        return main, vault, self.journal.extent

    async def findings(self, given: Sequence[Tombstones] = ()) -> TombstoneFindings:
        """Everything compared with everything, and with what journals of elsewhere say.

        The order of reading is that of ``witness`` backwards, and at last who was announced: so what is
        going on meanwhile looks as if it were not done, and never as if it were lacking.
        """
        main_marks, vault_marks, _ = await self.glance()
        written = await asyncio.to_thread(self.journal.entries)
        confirmed = await self.main.destroyed()
        destroyed = await self.vault.destroyed()
        announced = await self.main.announced()
        outside = [written, *given]
        everywhere = [destroyed, confirmed, *outside]
        known = by_key(one for part in everywhere for one in part.values())
        unconfirmed = lacking(confirmed, [known])
        return TombstoneFindings(
            main=main_marks,
            vault=vault_marks,
            known=known,
            main_lacks=tuple(one for one in unconfirmed if one.key not in announced),
            unconfirmed=unconfirmed,
            vault_lacks=lacking(destroyed, [confirmed, *outside]),
            journal_lacks=lacking(written, [known]),
            is_journal_missing=self.journal.is_missing,
            damaged=self.journal.damaged,
            torn=self.journal.torn,
        )
