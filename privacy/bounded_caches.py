"""Bounded caches: they share one budget in bytes, so that memory has a bound whatever is asked.

What an entry takes is told by its cache from what it is made of (docs/performance.md has how these
weights were measured). The least worth goes first: an entry is asked for from time to time or goes,
and one that is asked for often is passed over a few times (the CLOCK algorithm).

All of it is the event loop's: an entry may be put and taken from one thread at a time only.
"""

from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, ParamSpec, TypeVar

MIB = 2**20
BYTES_MAX = 64 * MIB
CHANCES = 2
"""How often an entry that was used since is passed over."""
ENTRY_BYTES = 200
"""Of an entry itself: its place in the cache, in the queue, and the key."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Parameters = ParamSpec("Parameters")


class Entry(Generic[Value]):
    """Something that is kept; ``chances`` are renewed by whoever uses it."""

    __slots__ = ("cache", "chances", "key", "size", "value")

    def __init__(self, cache: "Kept[Value]", key: Hashable, value: Value, size: int) -> None:
        self.cache = cache
        self.key = key
        self.value = value
        self.size = size
        self.chances = 0


class Budget:
    """How many bytes all caches may take together."""

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        self.held = 0
        self._queue: deque[Entry[object]] = deque()

    def limit(self, bytes_max: int) -> None:
        """From now on there may be so many."""
        self.bytes_max = bytes_max
        self.trim()

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, entry: Entry[object]) -> None:
        """Keep one more, and let go of what is worth least."""
        self._queue.append(entry)
        self.held += entry.size
        self.trim()

    def trim(self) -> None:
        """Let entries go until all fit."""
        while self.held > self.bytes_max and self._queue:
            entry = self._queue.popleft()
            if entry.chances:
                entry.chances -= 1
                self._queue.append(entry)
            else:
                self.held -= entry.size
                entry.cache.forget(entry)


BUDGET = Budget(BYTES_MAX)
"""The process's own; the settings say how large it is."""


class Kept(Generic[Value]):
    """A cache within a budget."""

    def __init__(self, budget: Budget = BUDGET) -> None:
        self.entries: dict[Hashable, Entry[Value]] = {}
        self._budget = budget

    def get(self, key: Hashable) -> Value | None:
        """What is kept under the key; none is also what was never kept."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        entry.chances = CHANCES
        return entry.value

    def put(self, key: Hashable, value: Value, size: int) -> Value:
        """Keep a value of so many bytes. One that would take a quarter of everything is not kept."""
        size += ENTRY_BYTES
        if size * 4 <= self._budget.bytes_max and key not in self.entries:
            entry = self.entries[key] = Entry(self, key, value, size)
            self._budget.add(entry)  # type: ignore[arg-type]  # of whatever value
        return value

    def forget(self, entry: Entry[Value]) -> None:
        """The budget has let it go."""
        if self.entries.get(entry.key) is entry:
            del self.entries[entry.key]

    def clear(self) -> None:
        """Keep nothing of what was put so far."""
        for entry in self.entries.values():
            self._budget.held -= entry.size
            entry.size = entry.chances = 0
        self.entries.clear()


class KeptFunction(Generic[Parameters, Value]):
    """A function of hashable arguments, given by their places, whose results are kept."""

    __slots__ = ("_cache", "_entries", "_function", "_weigh")

    def __init__(self, function: Callable[Parameters, Value], weigh: Callable[..., int]) -> None:
        self._cache: Kept[Value] = Kept()
        self._entries = self._cache.entries
        self._function = function
        self._weigh = weigh

    def __call__(self, *arguments: Parameters.args, **named: Parameters.kwargs) -> Value:
        """What the function gives."""
        entry = self._entries.get(arguments)
        if entry is not None:
            entry.chances = CHANCES
            return entry.value
        if named:
            raise TypeError(named)
        value = self._function(*arguments, **named)
        return self._cache.put(arguments, value, self._weigh(value, *arguments))

    def cache_clear(self) -> None:
        """Keep none of the results so far."""
        self._cache.clear()


def kept(
    weigh: Callable[..., int],
) -> Callable[[Callable[Parameters, Value]], KeptFunction[Parameters, Value]]:
    """Keep a function's results; ``weigh`` tells the bytes of one from it and the arguments."""
    return lambda function: KeptFunction(function, weigh)
