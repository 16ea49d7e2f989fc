"""Match of an opened record with a query: whether, how well, and where."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.declaration.field import Values
from domain.declaration.kinds import Manner
from domain.searching.addresses import address_of
from domain.searching.modes import Modes, SearchMode
from domain.searching.plain import has_all
from domain.searching.query import Query, QueryWord
from domain.searching.sources import Source
from domain.searching.spelling.folding import written
from domain.searching.spelling.stems import LANGUAGES, stems
from domain.searching.tokens import row_pieces
from domain.searching.words import Piece, Word, words

EXACT, PREFIX, STEM, PART = 1.0, 0.6, 0.4, 0.2
"""So far apart that no weight of a field makes up for a lesser match."""

FRAGMENT_BEFORE, FRAGMENT_LENGTH = 40, 160
HIGHLIGHTS_MAX = 3


@dataclass(frozen=True, slots=True)
class Match:
    """How well a record matches, between 0 and 1, and the matching stretches of its texts."""

    score: float
    highlights: tuple[Mapping[str, Any], ...]


def match(query: Query, sources: Iterable[Source], values: Values, modes: Modes) -> Match | None:
    """The match of the values that may be seen, or nothing where a word of the query is missing, unless
    all of them stand somewhere in one text that is kept in the clear.
    """
    best = [0.0] * len(query.words)
    highlights: list[Mapping[str, Any]] = []
    in_parts: list[tuple[Source, str]] = []
    for source in sources:
        for text in source.texts(values):
            found = list(_found(query, source.manner, modes.of(source), text))
            for _, number, quality in found:
                best[number] = max(best[number], quality * source.weight)
            if found:
                highlights.append(_highlight(source.shown_as, text, [word for word, _, _ in found]))
            if modes.is_plain(source) and has_all(query, text):
                in_parts.append((source, text))
    if not all(best):
        if not in_parts:
            return None
        weight = max(source.weight for source, _ in in_parts)
        best = [max(one, PART * weight) for one in best]
        highlights = [one for source, text in in_parts for one in _in_parts(query, source, text)]
    return Match(round(sum(best) / len(best), 4), tuple(highlights[:HIGHLIGHTS_MAX]))


def _in_parts(query: Query, source: Source, text: str) -> Iterator[Mapping[str, Any]]:
    """The highlight of those words of which a word of the query is a part."""
    parts = [part for word in query.words for part in word.spellings]
    found = [w for w in words(text) if any(p in one for one in written(w.text) for p in parts)]
    if found:
        yield _highlight(source.shown_as, text, found)


def _found(
    query: Query, manner: Manner, mode: SearchMode, text: str
) -> Iterator[tuple[Word, int, float]]:
    """The words of a text that match, each with the number of the query's word and the quality."""
    address = None
    if manner is Manner.ADDRESS and query.has_addresses:
        address = address_of(text)
    by_tag = manner is Manner.ADDRESS and mode is SearchMode.EXACT
    for piece in row_pieces(text, manner):
        for number, wanted in enumerate(query.words):
            quality = 0.0 if by_tag else _quality(wanted, piece, manner)
            if address in wanted.addresses:
                yield piece.word, number, EXACT
            elif quality == EXACT or (quality and mode is not SearchMode.EXACT):
                yield piece.word, number, quality


def _quality(wanted: QueryWord, piece: Piece, manner: Manner) -> float:
    word, spelled = piece.word.text, piece.spellings
    if any(one in wanted.spellings or one in wanted.joined for one in spelled):
        return EXACT
    if not piece.is_word:
        return 0.0
    if manner is not Manner.BODY and any(s.startswith(wanted.spellings) for s in spelled):
        return PREFIX
    if manner in {Manner.TITLE, Manner.BODY} and _has_stem_of(wanted, word, spelled):
        return STEM
    return 0.0


def _has_stem_of(wanted: QueryWord, word: str, spelled: Sequence[str]) -> bool:
    """Whether two words have a stem in common: dear to find out, so only where they begin alike."""
    beginnings = {spelling[:2] for spelling in wanted.spellings}
    if not any(spelling[:2] in beginnings for spelling in spelled):
        return False
    known = wanted.stems.union(wanted.spellings)
    return any(
        not known.isdisjoint(stems(word, (language,))) for language in LANGUAGES
    ) or not wanted.stems.isdisjoint(spelled)


def _highlight(field: str, text: str, found: Sequence[Word]) -> Mapping[str, Any]:
    """A stretch of the text around its first match, whole and in parts, which are matches or not."""
    start = _start(text, found[0].start)
    end = _end(text, start + FRAGMENT_LENGTH)
    return {
        "field": field,
        "fragment": text[start:end],
        "parts": list(_parts(text, start, end, found)),
    }


def _start(text: str, match_start: int) -> int:
    """Some words before the match, never the middle of one."""
    if match_start <= FRAGMENT_BEFORE:
        return 0
    space = text.find(" ", match_start - FRAGMENT_BEFORE, match_start)
    return match_start if space < 0 else space + 1


def _end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - FRAGMENT_BEFORE, end)
    return end if space < 0 else space


def _parts(text: str, start: int, end: int, found: Sequence[Word]) -> Iterator[Mapping[str, Any]]:
    shown = start
    for word in sorted(dict.fromkeys(found), key=lambda one: one.start):
        if word.start < shown or word.end > end:
            continue
        if word.start > shown:
            yield {"text": text[shown : word.start], "isMatch": False}
        yield {"text": text[word.start : word.end], "isMatch": True}
        shown = word.end
    if shown < end:
        yield {"text": text[shown:end], "isMatch": False}
