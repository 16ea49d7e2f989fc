"""Scanner for many values in many encodings at once, in memory that does not grow with what is searched."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from privacy import caches
from privacy.leak_scan.encodings import encodings, squeezed
from privacy.leak_scan.sought_values import SoughtValue

_DFA_BYTES_MAX = 200_000
"""Of all patterns: up to there the quickest automaton takes some ten MB, beyond it too many."""


class Meaning(NamedTuple):
    """Which value a pattern stands for, and in which encoding."""

    value: int
    encoding: str


class ScanHit(NamedTuple):
    """A value that was found, and where its pattern begins and ends."""

    start: int
    end: int
    meaning: Meaning


class _Patterns:
    """Patterns that are searched together, and the places of the values in their list."""

    def __init__(self, patterns: Mapping[bytes, Sequence[int]]) -> None:
        kind = Implementation.DFA if sum(map(len, patterns)) <= _DFA_BYTES_MAX else None
        self._automaton = BytesAhoCorasick(patterns, implementation=kind)
        self._owners = list(patterns.values())
        self.longest = max(map(len, patterns))

    def hits(self, data: bytes) -> Iterator[tuple[int, int, Sequence[int]]]:
        for number, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            yield start, end, self._owners[number]


class Scanner:
    """Searches for the values of one list."""

    def __init__(self, values: Iterable[SoughtValue]) -> None:
        self._values = list(values)
        exact: dict[bytes, tuple[int, ...]] = {}
        folded: dict[bytes, tuple[int, ...]] = {}
        for place, value in enumerate(self._values):
            alone = (place,)
            for encoding in encodings(value.text):
                owners = (exact if encoding.exact else folded).setdefault(encoding.pattern, alone)
                if owners[-1] != place:
                    (exact if encoding.exact else folded)[encoding.pattern] = (*owners, place)
        self._exact, self._folded = _Patterns(exact), _Patterns(folded)
        self._names = lru_cache(maxsize=caches.SCANNED_FORMS)(self._encodings)
        self.overlap = max(self._exact.longest, self._folded.longest) - 1

    def _encodings(self, place: int) -> dict[tuple[bytes, bool], str]:
        """The names of a value's encodings; the first name is the simplest."""
        names: dict[tuple[bytes, bool], str] = {}
        for encoding in encodings(self._values[place].text):
            names.setdefault((encoding.pattern, encoding.exact), encoding.name)
        return names

    def hits(self, squeezed_data: bytes) -> Iterator[ScanHit]:
        """Every hit in a piece of data in which runs of backslashes are one."""
        for patterns, data in ((self._folded, squeezed_data.lower()), (self._exact, squeezed_data)):
            for start, end, owners in patterns.hits(data):
                pattern = data[start:end], patterns is self._exact
                for place in owners:
                    encoding = self._names(place)[pattern]
                    yield ScanHit(start, end, Meaning(self._values[place].number, encoding))

    def in_values(self, values: Sequence[bytes]) -> Iterator[tuple[int, Meaning]]:
        """The hits in some values, each with the place of its value in the sequence."""
        # No pattern holds the line feed that parts them.
        pieces = [squeezed(value) for value in values]
        starts = [0, *accumulate(len(piece) + 1 for piece in pieces)]
        for hit in self.hits(b"\n".join(pieces)):
            yield bisect_right(starts, hit.start) - 1, hit.meaning


class Stream:
    """The hits in data that comes in pieces, each with the number of its line."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._kept = b""
        self._line = 1
        self._after_backslash = False

    def feed(self, piece: bytes) -> Iterator[tuple[int, Meaning]]:
        """What the next piece completes; each hit is told once."""
        data, known = self._kept + self._squeezed(piece), len(self._kept)
        at, line = 0, self._line
        for hit in sorted(self._scanner.hits(data)):
            if hit.end > known:
                line, at = line + data.count(b"\n", at, hit.start), hit.start
                yield line, hit.meaning
        start = max(0, len(data) - self._scanner.overlap)
        self._line += data.count(b"\n", 0, start)
        self._kept = data[start:]

    def _squeezed(self, piece: bytes) -> bytes:
        if self._after_backslash:
            piece = piece.lstrip(b"\\")
        self._after_backslash = piece.endswith(b"\\") if piece else self._after_backslash
        return squeezed(piece)
