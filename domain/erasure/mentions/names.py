"""Names in texts: given name and surname together, in either order, and what stands alone of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from domain.erasure.mentions.spans import Span
from domain.searching.folding import is_unspaced, spellings
from domain.searching.words import Word, words

NEARBY = 3
"""So many words may stand between given name and surname."""
KEY_MIN = 3
ENDING_MAX, ENDED_MIN = 2, 4
"""A name of so many letters may have an ending of so many: the genitive of many languages."""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES = _listed(
    "von van vom vd de der den des del della di da dos das do du la le les zu zum zur ten ter op"
    " bin ibn al el y e af av und"
)
TITLES = _listed(
    "dr prof professor doctor doktor ing dipl mag herr herrn frau mr mrs ms miss sir madame mme"
    " monsieur m sr sra don dona sig signor signora jr sen phd md msc bsc mba"
)
AND = _listed("und and et y e i og och en ja")
_BREAK = regex.compile(r"[!?;/|\n]|\p{L}{4,}\.\s")
_JOINT = regex.compile(r"[ \u00a0'\u2019-]?")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name by the spellings of its words; ``whole`` are the ways to write one without spaces."""

    given: frozenset[str]
    family: frozenset[str]
    key: frozenset[str]
    initials: frozenset[str]
    whole: tuple[str, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether there is something to know somebody by."""
        return bool(self.key)


def name_of(given: str | None, family: str | None) -> Name:
    """The name as it is looked for."""
    first = [word.text for word in words(given or "")]
    last = [word.text for word in words(family or "")]
    together = "".join(filter(None, (family, given)))
    return Name(
        given=_spelled(first),
        family=_spelled(last),
        key=_spelled(key_words(family)),
        initials=frozenset(one[:1] for word in first for one in spellings(word)),
        whole=_unspaced(given, family) if is_unspaced(together.replace(" ", "")) else (),
    )


def key_words(family: str | None) -> tuple[str, ...]:
    """The words of a surname that tell something: without particles, if anything else is left."""
    last = [word.text for word in words(family or "")]
    keys = [word for word in last if len(word) >= KEY_MIN and word.casefold() not in PARTICLES]
    return tuple(keys or last)


def _spelled(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(one for part in parts for one in spellings(part))


def _unspaced(given: str | None, family: str | None) -> tuple[str, ...]:
    if not given or not family:
        return ()
    pairs = ((family, given), (given, family))
    return tuple(f"{a}{sep}{b}" for a, b in pairs for sep in ("", " ", "\u3000", "\u30fb"))


@dataclass(frozen=True, slots=True)
class Found:
    """What of a name stands in a text."""

    full: tuple[Span, ...]
    surnames: tuple[Span, ...]
    givens: tuple[Span, ...]


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
        return any(_fits(one, wanted) for one in self.spelled[i])

    def is_capital(self, i: int) -> bool:
        """Whether the word may be a name by how it is written."""
        first = self.words[i].text[:1]
        return not self.has_case or first.isupper() or first.lower() == first.upper()

    def is_name_of_another(self, i: int) -> bool:
        """Whether the word may be a part of somebody else's name."""
        if not 0 <= i < len(self.words):
            return False
        ours = self.is_given[i] or self.is_family[i] or self.is_initial[i]
        return not ours and self.has_case and self.is_capital(i) and not self._is_title(i)

    def _is_title(self, i: int) -> bool:
        return any(one in TITLES or one in PARTICLES for one in self.spelled[i])

    def is_filler(self, i: int) -> bool:
        """Whether the word may stand within a name."""
        ours = self.is_given[i] or self.is_family[i] or self.is_initial[i]
        return ours or self._is_title(i) or len(self.words[i].text) == 1

    def between(self, i: int, j: int) -> str:
        """What stands between two words."""
        return self.text[self.words[i].end : self.words[j].start]

    def span(self, i: int, j: int) -> Span:
        """From one word to another."""
        return Span(self.words[i].start, self.words[j].end, "NAME")


def _fits(word: str, wanted: frozenset[str]) -> bool:
    if word in wanted:
        return True
    cut = range(1, ENDING_MAX + 1)
    return any(len(word) - n >= ENDED_MIN and word[:-n] in wanted for n in cut)


def names_in(text: str, name: Name) -> Found:
    """What of the name stands in the text; surnames and given names are those that stand alone."""
    if name.whole:
        return Found(tuple(_whole(text, name)), (), ())
    if not name.is_full:
        return Found((), (), ())
    known = _Text(text, name)
    full: list[Span] = []
    used: set[int] = set()
    for i, is_key in enumerate(known.is_key):
        if is_key and i not in used:
            pair = _partner(known, i)
            if pair is not None:
                spans, taken = _paired(known, i, pair)
                full += spans
                used |= taken
    surnames = _alone(known, known.is_key, used, before=-1)
    givens = _alone(known, known.is_given, used, before=1)
    return Found(tuple(full), tuple(surnames), tuple(givens))


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
    if _BREAK.search(known.between(first, last)):
        return False
    if not (known.is_capital(first) or known.is_capital(last)):
        return False
    return _may_lie_between(known, range(first + 1, last))


def _is_short(known: _Text, first: int, last: int) -> bool:
    """An initial stands beside the surname, with titles and particles at most."""
    return (
        all(known.is_filler(k) for k in range(first + 1, last))
        and len(known.between(first, last)) <= NEARBY * 4
    )


def _may_lie_between(known: _Text, inside: range) -> bool:
    if all(known.is_filler(k) for k in inside) or len(inside) == 1:
        return True
    if len(inside) == 2 and any(one in AND for one in known.spelled[inside[0]]):  # noqa: PLR2004 - „Bruno und Alma Zerfass“
        return True
    return not any(known.is_name_of_another(k) for k in inside)


def _paired(known: _Text, i: int, j: int) -> tuple[list[Span], set[int]]:
    """The spans of surname and given name: one where nothing else lies between."""
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
        return [known.span(first, last)], set(range(first, last + 1))
    apart = [known.span(first, low), known.span(high, last)]
    return apart, {*range(first, low + 1), *range(high, last + 1)}


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
        and not _is_anothers(known, i, before)
    ]


def _is_anothers(known: _Text, i: int, side: int) -> bool:
    other = i + side
    if not known.is_name_of_another(other):
        return False
    gap = known.between(*sorted((i, other)))
    starts = other == 0 or "." in known.text[known.words[other - 1].end : known.words[other].start]
    return len(gap) == 1 and not (side < 0 and starts and _is_verb_like(known.words[other]))


def _is_verb_like(word: Word) -> bool:
    """At the start of a sentence every word is a capital one: one of few letters is no name."""
    return len(word.text) <= KEY_MIN
