"""Names in texts: given name and surname together, in either order, and what stands alone of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from domain.erasure.mentions.spotting.common_words import COMMON
from domain.erasure.mentions.spotting.names import KEY_MIN, Name, fits, is_beside_names
from domain.erasure.mentions.spotting.spans import Span
from domain.searching.spelling.folding import spellings
from domain.searching.words import Word, words

NEARBY = 3
"""So many words may stand between given name and surname."""
AND = frozenset(["und", "and", "et", "y", "e", "i", "og", "och", "en", "ja"])
_BREAK = regex.compile(r"[!?;/|\n]|\p{L}{4,}\.\s")
_ENTITY = regex.compile(r"&\w+;")
_WRAPPED = regex.compile(r"[ \t]*\r?\n[ \t>|]*")
"""The end of a line in the middle of a sentence, as mail has it."""
_JOINT = regex.compile(r"[ \u00a0'\u2019-]?")


@dataclass(frozen=True, slots=True)
class Named:
    """A full name: one span, or several with something else between; ``shared`` is then the surname, which
    may be somebody else's too.
    """

    spans: tuple[Span, ...]
    shared: Span | None = None

    def said(self, text: str) -> str:
        """What stands there of the name."""
        return " ".join(text[span.start : span.end] for span in self.spans)


@dataclass(frozen=True, slots=True)
class Found:
    """What of a name stands in a text; ``loose`` are words that may be no name at all."""

    full: tuple[Named, ...] = ()
    loose: tuple[Named, ...] = ()
    surnames: tuple[Span, ...] = ()
    givens: tuple[Span, ...] = ()


class _Text:
    """A text as words, each with what it is of the name."""

    def __init__(self, text: str, name: Name) -> None:
        self.text = text
        self.words = list(words(text))
        self.has_case = any(word.text[:1].isupper() for word in self.words)
        self.spelled = [spellings(word.text) for word in self.words]
        self.is_key = [self._is(i, name.key) for i in range(len(self.words))]
        self.is_family = [self._is(i, name.family) for i in range(len(self.words))]
        self.is_given = [self._is(i, name.given) for i in range(len(self.words))]
        self.is_initial = [
            len(word.text) == 1 and not name.initials.isdisjoint(one)
            for word, one in zip(self.words, self.spelled, strict=True)
        ]

    def _is(self, i: int, wanted: frozenset[str]) -> bool:
        return any(fits(one, wanted) for one in self.spelled[i])

    def is_capital(self, i: int) -> bool:
        """Whether the word may be a name by how it is written."""
        first = self.words[i].text[:1]
        return not self.has_case or first.isupper() or first.lower() == first.upper()

    def is_common(self, i: int) -> bool:
        """Whether the word need be no name."""
        return not COMMON.isdisjoint(self.spelled[i])

    def is_of_theirs(self, i: int) -> bool:
        """Whether the word is of the name that is looked for."""
        return self.is_given[i] or self.is_family[i] or self.is_initial[i]

    def is_name_of_another(self, i: int) -> bool:
        """Whether the word may be a part of somebody else's name."""
        if not 0 <= i < len(self.words) or self.is_of_theirs(i):
            return False
        return self.has_case and self.is_capital(i) and not self.is_title(i)

    def is_title(self, i: int) -> bool:
        """Whether the word is a title or a particle."""
        return any(map(is_beside_names, self.spelled[i]))

    def is_filler(self, i: int) -> bool:
        """Whether the word may stand within a name."""
        return self.is_of_theirs(i) or self.is_title(i) or len(self.words[i].text) == 1

    def between(self, i: int, j: int) -> str:
        """What stands between two words."""
        return self.text[self.words[i].end : self.words[j].start]

    def is_next_to(self, i: int, other: int) -> bool:
        """Whether somebody else's name stands beside a word, with a space between."""
        if not self.is_name_of_another(other):
            return False
        return len(self.between(*sorted((i, other)))) == 1

    def span(self, i: int, j: int) -> Span:
        """From one word to another."""
        return Span(self.words[i].start, self.words[j].end, "NAME")


def names_in(text: str, name: Name) -> Found:
    """What of the name stands in the text; surnames and given names are those that stand alone."""
    if name.whole:
        return Found(tuple(Named((span,)) for span in _whole(text, name)))
    if not name.is_full:
        return Found()
    known = _Text(text, name)
    full: list[Named] = []
    loose: list[Named] = []
    used: set[int] = set()
    for i, is_key in enumerate(known.is_key):
        pair = _partner(known, i) if is_key and i not in used else None
        if pair is not None:
            named, taken = _paired(known, i, pair)
            (loose if _is_loose(known, i, pair) else full).append(named)
            used |= taken
    surnames = _alone(known, known.is_key, used, before=-1)
    givens = _alone(known, known.is_given, used, before=1)
    return Found(tuple(full), tuple(loose), tuple(surnames), tuple(givens))


def _whole(text: str, name: Name) -> Iterator[Span]:
    for form in name.whole:
        at = text.find(form)
        while at >= 0:
            yield Span(at, at + len(form), "NAME")
            at = text.find(form, at + 1)


def _partner(known: _Text, i: int) -> int | None:
    """The given name, or its initial, that goes with the surname at ``i``."""
    for is_close in (True, False):
        for side in (-1, 1):
            for j in (i + side * distance for distance in range(1, NEARBY + 2)):
                if not 0 <= j < len(known.words) or not _go_together(known, i, j):
                    continue
                if not is_close or all(known.is_filler(k) for k in _inside(i, j)):
                    return j
    return None


def _inside(i: int, j: int) -> range:
    return range(min(i, j) + 1, max(i, j))


def _go_together(known: _Text, surname: int, given: int) -> bool:
    first, last = sorted((surname, given))
    if not (known.is_given[given] or (known.is_initial[given] and _is_short(known, first, last))):
        return False
    gap = _ENTITY.sub(" ", known.between(first, last))
    if _BREAK.search(gap) and not (given < surname and _WRAPPED.fullmatch(gap)):
        return False
    is_small = not (known.is_capital(first) or known.is_capital(last))
    if is_small and any(not known.is_of_theirs(k) for k in _inside(first, last)):
        return False
    return _may_lie_between(known, surname, given) and not _are_two(known, surname, given)


def _is_short(known: _Text, first: int, last: int) -> bool:
    """An initial stands beside the surname, with titles and particles at most; it is a capital one."""
    return (
        all(known.is_filler(k) for k in range(first + 1, last))
        and len(known.between(first, last)) <= NEARBY * 4
        and (known.is_capital(first) or known.is_capital(last))
    )


def _may_lie_between(known: _Text, surname: int, given: int) -> bool:
    inside = _inside(surname, given)
    if all(known.is_filler(k) for k in inside):
        return True
    if len(inside) == 1:  # „Bruno Karl Zerfass“, and not „Bruno, Anna Zerfass“.
        return given > surname or "," not in known.between(given, inside[0])
    if len(inside) == 2 and any(one in AND for one in known.spelled[inside[0]]):  # noqa: PLR2004 - „Bruno und Alma Zerfass“
        return True
    return not any(known.is_name_of_another(k) for k in inside)


def _are_two(known: _Text, surname: int, given: int) -> bool:
    """Whether they are the ends of two names: „Anna Zerfass, Bruno Meier“."""
    if given < surname or len(_inside(surname, given)) > 0:
        return False
    return known.is_next_to(surname, surname - 1) and known.is_next_to(given, given + 1)


def _is_loose(known: _Text, surname: int, given: int) -> bool:
    """Whether words of every day stand together by chance: small ones, or with others between."""
    if known.is_initial[given] and not known.is_given[given]:
        return known.is_common(surname) and not known.is_capital(surname)
    pair, inside = (surname, given), _inside(surname, given)
    if not any(map(known.is_common, pair)):
        return False
    if inside:
        return not all(map(known.is_of_theirs, inside))
    return any(known.is_common(k) and not _is_written_as_name(known, k) for k in pair)


def _is_written_as_name(known: _Text, i: int) -> bool:
    return known.has_case and known.is_capital(i)


def _paired(known: _Text, i: int, j: int) -> tuple[Named, set[int]]:
    """Surname and given name: one span where nothing else lies between."""
    first, last = sorted((i, j))
    while last + 1 < len(known.words) and _goes_on(known, last):
        last += 1
    while first > 0 and _goes_on(known, first - 1, back=True):
        first -= 1
    low, high = sorted((i, j))
    inside = _inside(i, j)
    is_middle = len(inside) == 1 and known.is_name_of_another(inside[0])
    if is_middle and "," not in known.between(low, high):
        inside = range(0)
    if all(known.is_filler(k) for k in inside):
        return Named((known.span(first, last),)), set(range(first, last + 1))
    apart = (known.span(first, low), known.span(high, last))
    taken = {*range(first, low + 1), *range(high, last + 1)}
    return Named(apart, apart[0] if i < j else apart[1]), taken


def _goes_on(known: _Text, i: int, *, back: bool = False) -> bool:
    """Whether the next word is of the same name too, and stands beside."""
    other = i if back else i + 1
    gap = known.between(i, i + 1)
    if known.is_given[other] and not back and known.is_name_of_another(other + 1):
        return False
    return (known.is_given[other] or known.is_family[other]) and _JOINT.fullmatch(gap) is not None


def _alone(known: _Text, wanted: Sequence[bool], used: set[int], *, before: int) -> list[Span]:
    """Those that no word of another's name stands beside, on the side where their own would."""
    return [
        known.span(i, i)
        for i, is_wanted in enumerate(wanted)
        if is_wanted
        and i not in used
        and known.is_capital(i)
        and not known.is_common(i)
        and not _is_anothers(known, i, before)
    ]


def _is_anothers(known: _Text, i: int, side: int) -> bool:
    other = i + side
    if not known.is_next_to(i, other):
        return False
    starts = other == 0 or "." in known.text[known.words[other - 1].end : known.words[other].start]
    return not (side < 0 and starts and _is_verb_like(known.words[other]))


def _is_verb_like(word: Word) -> bool:
    """At the start of a sentence every word is a capital one: one of few letters is no name."""
    return len(word.text) <= KEY_MIN
