"""TTL cache: what was looked up a moment ago is kept as long as a revocation may take to be noticed."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from privacy import caches

FRESH_SECONDS = 0.8
"""With the time that looking it up takes, a revocation is noticed within a second."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class TtlCache(Generic[Key, Value]):
    """Remembers values for a moment; of those who ask at once for the same one, one looks it up."""

    def __init__(
        self,
        load: Callable[[Key], Awaitable[Value]],
        *,
        clock: Callable[[], float] = time.monotonic,
        size_max: int = caches.RECENT,
    ) -> None:
        self._load = load
        self._clock = clock
        self._max = size_max
        self._known: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
        self._loading: dict[Key, asyncio.Task[Value]] = {}

    async def get(self, key: Key) -> Value:
        """The value, as it was less than a second ago; raises what looking it up raises."""
        known = self._known.get(key)
        if known is not None and self._clock() < known[0]:
            return known[1]
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = asyncio.create_task(self._look_up(key))
            loading.add_done_callback(_retrieved)
        return await asyncio.shield(loading)

    async def _look_up(self, key: Key) -> Value:
        """Its age counts from before the database was asked."""
        stale = self._clock() + FRESH_SECONDS
        try:
            value = await self._load(key)
        finally:
            del self._loading[key]
        self._known[key] = stale, value
        self._known.move_to_end(key)
        if len(self._known) > self._max:
            self._known.popitem(last=False)
        return value


def _retrieved(task: "asyncio.Task[Value]") -> None:
    """Its failure was handed to whoever still waited, if anybody did."""
    if not task.cancelled():
        task.exception()
