"""Finding many values in many forms at once, in memory that does not grow with what is searched."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from privacy.residue.forms import forms, squeezed
from privacy.residue.needles import Needle

_DFA_BYTES_MAX = 200_000
"""Of all patterns: up to there the quickest automaton takes some ten MB, beyond it too many."""


class Meaning(NamedTuple):
    """Which value a pattern stands for, and in which form."""

    needle: int
    form: str


class Hit(NamedTuple):
    """A value that was found, and where its pattern begins and ends."""

    start: int
    end: int
    meaning: Meaning


class _Patterns:
    """Patterns that are searched together."""

    def __init__(self, meanings: dict[bytes, dict[int, str]]) -> None:
        patterns = list(meanings)
        size = sum(map(len, patterns))
        kind = Implementation.DFA if size <= _DFA_BYTES_MAX else None
        self._automaton = BytesAhoCorasick(patterns, implementation=kind)
        self._meanings = [
            [Meaning(needle, form) for needle, form in meanings[pattern].items()]
            for pattern in patterns
        ]
        self.longest = max(map(len, patterns))

    def hits(self, data: bytes) -> Iterator[Hit]:
        for number, start, end in self._automaton.find_matches_as_indexes(data, overlapping=True):
            for meaning in self._meanings[number]:
                yield Hit(start, end, meaning)


class Scanner:
    """Searches for the values of one list."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        exact: dict[bytes, dict[int, str]] = defaultdict(dict)
        folded: dict[bytes, dict[int, str]] = defaultdict(dict)
        for needle in needles:
            for form in forms(needle.text):
                meanings = (exact if form.exact else folded)[form.pattern]
                meanings.setdefault(needle.number, form.name)
        self._exact, self._folded = _Patterns(exact), _Patterns(folded)
        self.overlap = max(self._exact.longest, self._folded.longest) - 1

    def hits(self, squeezed_data: bytes) -> Iterator[Hit]:
        """Every hit in a piece of data in which runs of backslashes are one."""
        yield from self._folded.hits(squeezed_data.lower())
        yield from self._exact.hits(squeezed_data)

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
