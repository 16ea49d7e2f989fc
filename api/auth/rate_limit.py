"""A token bucket per credential: what a request may cost is taken before it begins, and what it did not
cost is given back.

The buckets lie in this process's memory: with several processes each credential has as many buckets.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from privacy import caches


@dataclass(frozen=True, slots=True)
class Rate:
    """How much a full bucket holds, and how much flows into it each second."""

    limit: int
    restore_per_s: int


class RateLimitedError(Exception):
    """The bucket holds too little now; ``retry_after_s`` is when it will hold enough."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("the credential has used up what it may cost for now")
        self.retry_after_s = retry_after_s


class Bucket:
    """What one credential may still cost."""

    __slots__ = ("_at", "_clock", "_level", "_rate")

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._level = float(rate.limit)
        self._at = clock()

    @property
    def available(self) -> int:
        """What it holds now."""
        return max(0, int(self._filled()))

    def take(self, cost: int) -> None:
        """Take as much, or raise ``RateLimitedError`` and take nothing."""
        missing = cost - self._filled()
        if missing > 0:
            raise RateLimitedError(max(1, math.ceil(missing / self._rate.restore_per_s)))
        self._level -= cost

    def give_back(self, cost: int) -> None:
        """Put back what was taken and not used; less than nothing where more was used than taken."""
        level = self._filled() + cost
        self._level = min(self._rate.limit, level)

    def state(self) -> dict[str, Any]:
        """How answers show it."""
        rate = self._rate
        return {
            "available": self.available,
            "limit": rate.limit,
            "restoreRate": rate.restore_per_s,
        }

    def _filled(self) -> float:
        now, rate = self._clock(), self._rate
        if self._level < rate.limit:
            level = self._level + (now - self._at) * rate.restore_per_s
            self._level = min(rate.limit, level)
        self._at = now
        return self._level


class Buckets:
    """The buckets of the credentials that asked last; whoever is forgotten begins with a full one."""

    def __init__(
        self,
        rate: Rate,
        clock: Callable[[], float] = time.monotonic,
        credentials_max: int = caches.RATE_BUCKETS,
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._max = credentials_max
        self._buckets: OrderedDict[Hashable, Bucket] = OrderedDict()

    def of(self, credential: Hashable) -> Bucket:
        """The bucket of a credential."""
        bucket = self._buckets.get(credential)
        if bucket is not None:
            self._buckets.move_to_end(credential)
            return bucket
        bucket = self._buckets[credential] = Bucket(self._rate, self._clock)
        if len(self._buckets) > self._max:
            self._buckets.popitem(last=False)
        return bucket

    def __len__(self) -> int:
        return len(self._buckets)
