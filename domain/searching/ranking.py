"""Ranking: how near the names of records come to what somebody looks for, which decides their order."""

from collections.abc import Collection, Iterator, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from domain.declaration.field import Values
from domain.declaration.kinds import Manner
from domain.searching.alike import are_alike
from domain.searching.query import Query, QueryWord
from domain.searching.sources import Source
from domain.searching.spelling.folding import folded
from domain.searching.words import Piece, pieces

BEGINNING, ALIKE = 0.7, 0.6
"""The least that a word is worth of which what is looked for is the beginning, or that is alike it."""
SPELLED = 0.95
"""At most so much is a word worth that is written otherwise."""
WHOLE = 0.1
"""What the whole name counts beside its words."""


class Ranking:
    """The places of names in the order of one query: the smaller, the nearer."""

    def __init__(self, query: Query, sources: Sequence[Source]) -> None:
        self._query = query
        self._sources = sources
        self._whole = " ".join(word.spellings[0] for word in query.words)
        self._known: dict[tuple[str, ...], tuple[float, ...]] = {}

    def place(self, values: Values, hidden: Collection[str]) -> str | None:
        """The place of a record, as a text that is put in order; nothing where no name may be seen.

        INVARIANT: a name of which a part is hidden counts as little here as it does in the filter.
        """
        seen = (s for s in self._sources if not any(field in hidden for field in s.fields))
        scores = [self._score(text) for source in seen for text in source.texts(values)]
        return f"{1 - max(scores):.4f}" if scores else None

    def _score(self, text: str) -> float:
        found = [self._worths(piece) for piece in pieces(text, Manner.NAME)]
        if not found:
            return 0.0
        best = [max(worths) for worths in zip(*found, strict=True)]
        by_words: float = sum(best) / len(best)
        whole: float = ratio(self._whole, folded(text)) / 100
        return (1 - WHOLE) * by_words + WHOLE * whole

    def _worths(self, piece: Piece) -> tuple[float, ...]:
        """What a word of a name is worth for each word of the query; most names share their words."""
        known = self._known.get(piece.spellings)
        if known is None:
            known = tuple(max(_worths(piece, wanted), default=0.0) for wanted in self._query.words)
            self._known[piece.spellings] = known
        return known


def _worths(piece: Piece, wanted: QueryWord) -> Iterator[float]:
    for known in piece.spellings:
        if known in wanted.joined:
            yield 1.0
        for looked_for in wanted.spellings:
            if piece.is_word or known == looked_for:
                yield _worth(known, looked_for)


def _worth(word: str, looked_for: str) -> float:
    if word == looked_for:
        return 1.0
    least = 0.0
    if word.startswith(looked_for):
        least = BEGINNING + (1 - BEGINNING) * SPELLED * len(looked_for) / len(word)
    elif are_alike(word, looked_for):
        least = ALIKE
    return max(least, SPELLED * OSA.normalized_similarity(word, looked_for))
