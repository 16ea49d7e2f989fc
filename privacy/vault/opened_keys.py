"""Key cache: keys that are open, under a lease, and for a minute at most."""

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy import caches
from privacy.vault.sealing import SealingKey

CACHE_SECONDS = 60.0
CACHED_KEYS_MAX = caches.OPENED_KEYS
READY_KEYS_MAX = 4_000
"""Of those, how many are kept ready for use: 2.7 kB more each, 11 MB. To make one ready takes 1.5 µs,
which on each of a page of 50 would be a tenth of the request."""
READY_ONE_IN = 8
"""Of pages that find no room among those, which take it from others: memory that is not in the
processor's caches makes that dearer than making keys ready."""
EXPIRED_AT_ONCE = 1_000
LEASE_SECONDS = 0.9
"""How long after asking the vault database what changed a process may use the keys that it keeps.

INVARIANT: whatever was committed before it asked, it has heard of. So after this time no process uses
a key that was destroyed, whether it could hear of it or not. The tenth to a second
is for clocks that differ.
"""
FORGOTTEN_SECONDS = 1.0


@dataclass(slots=True, eq=False)
class OpenedKey:
    """A person's key in the clear; overwritten as soon as nobody keeps it.

    Its repr shows nothing; it must never be logged or pickled.
    """

    number: int
    secret: bytearray
    others: "tuple[OpenedKey, ...]" = ()
    """The person's keys of other numbers, which only open what was sealed with them."""
    until: float = -math.inf
    """When it is kept no longer."""
    ready: SealingKey | None = None

    def __repr__(self) -> str:
        return f"OpenedKey(number={self.number})"

    def __reduce__(self) -> str:
        message = "a key is never pickled"
        raise TypeError(message)

    def __del__(self) -> None:
        self.wipe()

    def wipe(self) -> None:
        """Overwrite it, and let go of what was made of it."""
        self.ready = None
        self.secret[:] = bytes(len(self.secret))
        for other in self.others:
            other.wipe()

    def made_ready(self) -> SealingKey:
        """The key ready for use, made anew."""
        others = tuple([other.made_ready() for other in self.others]) if self.others else ()
        return SealingKey(self.number, AESGCM(self.secret), others)


Known = dict[str, OpenedKey]
NOTHING: Mapping[str, OpenedKey] = {}


class OpenedKeys:
    """The keys that one process keeps. Without a lease (``clock() >= until``) none may be used.

    It is never pickled. INVARIANT: what is no longer kept is wiped.
    """

    def __init__(
        self, clock: Callable[[], float], told: Callable[[str | None], None] = lambda _: None
    ) -> None:
        """``told`` hears of every id that changed, and of none where any may have."""
        self.clock = clock
        self._told = told
        self.until = -math.inf
        self.changes = 0
        """Counts what was forgotten: keys that were fetched before a change are not kept after it."""
        self._known: dict[str, Known] = {}
        """By tenant and person, those first that expire first."""
        self._ready: list[OpenedKey] = []
        """Those that are ready for use, the oldest first, and some that were wiped since."""
        self._crowded = 0

    def __repr__(self) -> str:
        return f"OpenedKeys({len(self)})"

    def __len__(self) -> int:
        return sum(map(len, self._known.values()))

    def __reduce__(self) -> str:
        message = "keys are never pickled"
        raise TypeError(message)

    def of(self, tenant: str) -> Mapping[str, OpenedKey]:
        """The tenant's keys by person, whether they may still be used or not."""
        return self._known.get(tenant, NOTHING)

    def ready(self, tenant: str, subjects: Iterable[str], now: float) -> dict[str, SealingKey]:
        """Those of these people's keys that are kept and may be used now."""
        found: dict[str, SealingKey] = {}
        if now >= self.until:
            return found
        known = self.of(tenant)
        made: list[tuple[OpenedKey, SealingKey]] = []
        for subject in subjects:
            key = known.get(subject)
            if key is None or key.until <= now:
                continue
            ready = key.ready
            if ready is None:
                ready = key.made_ready()
                made.append((key, ready))
            found[subject] = ready
        if made:
            self._keep_ready(made)
        return found

    def remember(
        self, tenant: str, keys: Mapping[str, OpenedKey], asked: float, changes: int
    ) -> dict[str, SealingKey]:
        """These keys ready for use; they were asked for at that time, and are kept unless any key
        changed since (``changes``).
        """
        made = {subject: key.made_ready() for subject, key in keys.items()}
        if changes == self.changes:
            self._keep(tenant, keys, asked + CACHE_SECONDS)
            self._keep_ready(list(zip(keys.values(), made.values(), strict=True)))
        return made

    def heard(self, asked: float, changed: Iterable[str]) -> None:
        """All that changed before ``asked``: forgets those people's keys, and renews the lease."""
        for subject in changed:
            self.drop(subject)
        self._drop_expired()
        self.until = asked + LEASE_SECONDS

    def drop(self, subject: str) -> None:
        """Keep this person's key no longer, whichever tenant's it is."""
        self.changes += 1
        self._told(subject)
        for known in self._known.values():
            _drop(known, [subject])

    def forget(self) -> None:
        """Keep nothing any more: something may have been missed."""
        self.changes += 1
        self._told(None)
        self.until = -math.inf
        self._ready.clear()
        self._known.clear()

    def _keep(self, tenant: str, keys: Mapping[str, OpenedKey], until: float) -> None:
        while self._known and len(keys) + len(self) > CACHED_KEYS_MAX:
            self._drop_older()
        known = self._known.setdefault(tenant, {})
        _drop(known, keys)
        for subject, key in keys.items():
            key.until = until
            known[subject] = key

    def _keep_ready(self, made: list[tuple[OpenedKey, SealingKey]]) -> None:
        """Where there is room; else sometimes, so that pages that nobody reads again displace little."""
        excess = len(self._ready) + len(made) - READY_KEYS_MAX
        if excess > 0:
            self._crowded += 1
            if self._crowded % READY_ONE_IN or excess > len(self._ready):
                return
            for key in self._ready[:excess]:
                key.ready = None
            del self._ready[:excess]
        for key, ready in made:
            key.ready = ready
            self._ready.append(key)

    def _drop_older(self) -> None:
        """An eighth of every tenant's: of 60,000 in a few milliseconds."""
        for tenant, known in list(self._known.items()):
            _drop(known, list(islice(known, (len(known) + 7) // 8)))
            if not known:
                del self._known[tenant]

    def _drop_expired(self) -> None:
        now = self.clock()
        for tenant, known in list(self._known.items()):
            oldest = islice(known.items(), EXPIRED_AT_ONCE)
            _drop(known, [s for s, _ in takewhile(lambda one: one[1].until <= now, oldest)])
            if not known:
                del self._known[tenant]
        self._ready = [key for key in self._ready if key.ready is not None]

    async def forgotten_everywhere(self, since: float) -> None:
        """Return when no process uses a key any more that was destroyed or changed by ``since``.

        ``since`` is this clock's time, taken after the change was committed.
        """
        await asyncio.sleep(max(0.0, since + FORGOTTEN_SECONDS - self.clock()))


def _drop(known: Known, subjects: Iterable[str]) -> None:
    for subject in subjects:
        if (key := known.pop(subject, None)) is not None:
            key.wipe()
