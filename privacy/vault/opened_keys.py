"""Keys that are ready for use, kept in time: under a lease, and for a minute at most."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from privacy.vault.sealing import SealingKey

CACHE_SECONDS = 60.0
CACHED_KEYS_MAX = 15_000
"""Of all tenants together: a key that is ready for use takes about 3 kB: 45 MB."""
LEASE_SECONDS = 0.9
"""How long after asking the vault database what changed a process may use the keys that it keeps.

INVARIANT: whatever was committed before it asked, it has heard of. So after this time no process uses
a key that was destroyed, whether it could hear of it or not. The tenth to a second
is for clocks that differ.
"""
FORGOTTEN_SECONDS = 1.0

Known = dict[str, tuple[float, SealingKey]]
NOTHING: Known = {}


class OpenedKeys:
    """The keys that one process keeps. Without a lease (``clock() >= until``) none may be used."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.until = -math.inf
        self.changes = 0
        """Counts what was forgotten: keys that were fetched before a change are not kept after it."""
        self._known: defaultdict[str, Known] = defaultdict(dict)

    def __repr__(self) -> str:
        return f"OpenedKeys({len(self)})"

    def __len__(self) -> int:
        return sum(map(len, self._known.values()))

    def of(self, tenant: str) -> Known:
        """The tenant's keys by person, each with the time until which it is kept."""
        return self._known[tenant]

    def remember(
        self, tenant: str, keys: Mapping[str, SealingKey], asked: float, changes: int
    ) -> None:
        """Keep keys that were asked for at that time, unless any changed since (``changes``)."""
        if changes != self.changes:
            return
        known = self._known[tenant]
        if len(keys) + len(self) > CACHED_KEYS_MAX:
            self._forget_older_half()
        expires = asked + CACHE_SECONDS
        for subject, key in keys.items():
            known[subject] = (expires, key)

    def heard(self, asked: float, changed: Iterable[str]) -> None:
        """All that changed before ``asked``: forgets those people's keys, and renews the lease."""
        for subject in changed:
            self.drop(subject)
        self.until = asked + LEASE_SECONDS

    def drop(self, subject: str) -> None:
        """Keep this person's key no longer, whichever tenant's it is."""
        self.changes += 1
        for known in self._known.values():
            known.pop(subject, None)

    def forget(self) -> None:
        """Keep nothing any more: something may have been missed."""
        self.changes += 1
        self.until = -math.inf
        self._known.clear()

    def _forget_older_half(self) -> None:
        for known in self._known.values():
            for subject in list(islice(known, (len(known) + 1) // 2)):
                del known[subject]

    async def forgotten_everywhere(self, since: float) -> None:
        """Return when no process uses a key any more that was destroyed or changed by ``since``.

        ``since`` is this clock's time, taken after the change was committed.
        """
        await asyncio.sleep(max(0.0, since + FORGOTTEN_SECONDS - self.clock()))
