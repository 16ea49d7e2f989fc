"""Word breaking: the pieces by which a text is found, its words, and those that may be one word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from domain.declaration.kinds import Manner
from domain.searching.spelling.folding import is_unspaced, joined, spellings, written
from domain.searching.spelling.letters import APOSTROPHES, HYPHENS, MIDDLE_DOTS, UNSPACED
from privacy import caches

GRAM_MAX = {Manner.NAME: 8, Manner.TITLE: 4, Manner.BODY: 4, Manner.ADDRESS: 1, Manner.REFERENCE: 1}
"""So many letters a part has at most by which a word is found that is written without spaces."""

_SIGNS = "".join(regex.escape(sign) for sign in APOSTROPHES)
_INSIDE = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f"
_UNSPACED_LETTER = rf"[{UNSPACED}]"
_LETTER = rf"[\p{{L}}\p{{N}}--[{UNSPACED}{_SIGNS}]]"
# An address is one word; apostrophes, hyphens and the like part words, what nobody sees does not.
_WORD = regex.compile(
    r"[\p{L}\p{N}_.+\-]+@[\p{L}\p{N}\p{M}.\-]*[\p{L}\p{N}]"
    rf"|{_UNSPACED_LETTER}(?:{_UNSPACED_LETTER}|[\p{{M}}{_INSIDE}])*"
    rf"|{_LETTER}(?:{_LETTER}|[\p{{M}}{_INSIDE}])*",
    regex.V1,
)
_SIGN = regex.compile(rf"[{_SIGNS}\-{HYPHENS[1:]}]|")
_COMPOUND = regex.compile(r"[a-zA-Z0-9]+(?:['`\-][a-zA-Z0-9]+)+")
_BETWEEN = regex.compile(rf"[\s{_SIGNS}\-{HYPHENS[1:]}{MIDDLE_DOTS}]*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, as it stands there; ``start`` and ``end`` count code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a stretch of several, with the spellings by which it is found; ``is_word``: by what they
    begin with, and by slips, as well.
    """

    word: Word
    spellings: tuple[str, ...]
    is_word: bool = True


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order."""
    return (Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text))


def word_texts(text: str) -> list[str]:
    """The words alone, where it does not matter where they stand."""
    found: list[str] = _WORD.findall(text)
    return found


def pieces(text: str, manner: Manner) -> Iterator[Piece]:
    """All by which a text is found."""
    found = list(words(text))
    for word in found:
        known = spellings(word.text) if manner is Manner.NAME else written(word.text)
        yield Piece(word, known)
        if is_unspaced(word.text):
            yield Piece(word, grams(known[0], GRAM_MAX[manner]), is_word=False)
    for start, end, is_compound in stretches(text, found, manner):
        known = _joined(text[start:end], manner)
        yield Piece(Word(text[start:end], start, end), known, is_word=is_compound)


def row_words(text: str, manner: Manner) -> tuple[set[str], set[str], set[str]]:
    """The words of a text, and the spellings of its ``pieces`` that are words and that are not: as these,
    but without where they stand, which rows do not need.
    """
    single = set(word_texts(text))
    spelled = spellings if manner is Manner.NAME else written
    terms = {one for word in single for one in spelled(word)}
    others: set[str] = set()
    if not text.isascii():
        unspaced = (spelled(word)[0] for word in single if is_unspaced(word))
        others.update(part for word in unspaced for part in grams(word, GRAM_MAX[manner]))
    for part in _with_stretches(text, manner):
        for start, end, is_compound in stretches(part, list(words(part)), manner):
            (terms if is_compound else others).update(_joined(part[start:end], manner))
    return single, terms, others


def _with_stretches(text: str, manner: Manner) -> Sequence[str]:
    """The parts of a text in which there may be neighbours that may be one word."""
    if manner is Manner.NAME or not text.isascii() or "@" in text:
        return (text,)
    found: list[str] = _COMPOUND.findall(text)
    return found


def _joined(text: str, manner: Manner) -> tuple[str, ...]:
    one = joined(text)
    if manner is Manner.NAME and is_unspaced(one):
        return (one, *grams(one, GRAM_MAX[manner]))
    return (one,)


def stretches(
    text: str, found: Sequence[Word], manner: Manner = Manner.NAME
) -> Iterator[tuple[int, int, bool]]:
    """Neighbours that may be written as one word, and whether a sign joins them: two by two, of a name also
    those with a space between, and all that signs join.
    """
    begin, by_space = 0, manner is Manner.NAME
    for i, (one, other) in enumerate(pairwise(found), start=1):
        between = text[one.end : other.start]
        is_compound = between != " " and _SIGN.fullmatch(between) is not None
        if is_compound or (by_space and _BETWEEN.fullmatch(between) is not None):
            yield one.start, other.end, is_compound
        if not is_compound:
            begin = i
        elif i - begin > 1 and not _goes_on(text, found, i):
            yield found[begin].start, other.end, True


def _goes_on(text: str, found: Sequence[Word], i: int) -> bool:
    after = found[i + 1 : i + 2]
    return bool(after) and _SIGN.fullmatch(text[found[i].end : after[0].start]) is not None


@lru_cache(maxsize=caches.WORD_PARTS)
def grams(folded_word: str, length_max: int) -> tuple[str, ...]:
    """The parts of a word, shorter than itself, of so many letters at most."""
    size = len(folded_word)
    ends = (
        (i, i + n) for n in range(1, min(size - 1, length_max) + 1) for i in range(size - n + 1)
    )
    return tuple(dict.fromkeys(folded_word[start:end] for start, end in ends))
