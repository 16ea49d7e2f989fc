"""Witnesses of a destroyed key, told in order, so that no restore of a backup brings a person back.

INVARIANT: the main database is told before, the journal after the vault, and the main database once
more at last. So who is destroyed in the vault was announced in main; who is in the journal is
destroyed in the vault; who is confirmed in main is in both. Else something was restored.
"""

import asyncio
from datetime import UTC, datetime

from privacy.tombstones.journal import Journal
from privacy.tombstones.ledger import Ledger
from privacy.tombstones.tombstone import Tombstone, TombstoneKind


class Witness:
    """The main database and the journal, which know of what the vault destroys."""

    def __init__(self, main: Ledger, journal: Journal) -> None:
        self._main = main
        self._journal = journal

    async def announce(self, tenant: str, subject: str, kind: TombstoneKind) -> None:
        """Before the key is destroyed."""
        await self._main.announce(tenant, subject, kind)

    async def confirm(self, tenant: str, subject: str, kind: TombstoneKind) -> None:
        """After the vault's commit. Raises ``JournalError``: then nobody may be told that it is done."""
        tombstone = Tombstone(tenant, subject, kind, datetime.now(UTC).replace(microsecond=0))
        await asyncio.to_thread(self._journal.append, [tombstone])
        await self._main.confirm([tombstone])
