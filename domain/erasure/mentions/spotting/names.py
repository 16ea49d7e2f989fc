"""A person's name as it is looked for in texts: its words in every spelling, and as a whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from domain.searching.spelling.folding import is_unspaced, spellings
from domain.searching.spelling.name_words import SUFFIXES
from domain.searching.words import words

KEY_MIN = 3
WHOLE_MIN = 3
"""A name that is kept in one field and written without spaces has so many signs at least."""
ENDING_MAX, ENDED_MIN = 2, 4
"""A name of so many letters may have an ending of so many: the genitive of many languages."""
_ATTACHED = regex.compile(
    r"[\u0648\u0641\u0628\u0643\u0644]{1,2}(?=\p{Arabic}{3})"
    r"|[\u05d5\u05d1\u05dc\u05de\u05e9\u05d4\u05db]{1,2}(?=\p{Hebrew}{3})"
)
"""Arabic and Hebrew join and, in, to, from, as to the word behind."""
_RUNNING_ON = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\s]+")
"""Scripts whose sentences have no spaces, and whose names have one."""


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
    first, last = given_words(given), family_words(family)
    return Name(
        given=_spelled(first),
        family=_spelled(last),
        key=_spelled(key_words(family)),
        initials=initials_of(first),
        whole=_wholes(given, family),
    )


def given_words(given: str | None) -> list[str]:
    """The words of the given names, without a title in front."""
    found = [word.text for word in words(given or "")]
    return _without(TITLES, found, 0) or found


def family_words(family: str | None) -> list[str]:
    """The words of the surname, without a suffix behind."""
    found = [word.text for word in words(family or "")]
    return _without(SUFFIXES | TITLES, found, -1) or found


def _without(listed: frozenset[str], found: Sequence[str], end: int) -> list[str]:
    left = list(found)
    while left and left[end].casefold() in listed:
        del left[end]
    return left


def key_words(family: str | None) -> tuple[str, ...]:
    """The words of a surname that tell something: without particles, if anything else is left."""
    last = family_words(family)
    keys = [word for word in last if len(word) >= KEY_MIN and word.casefold() not in PARTICLES]
    return tuple(keys or last)


def initials_of(first: Iterable[str]) -> frozenset[str]:
    """The first letters of names."""
    return frozenset(one[:1] for word in first for one in spellings(word))


def _spelled(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(one for part in parts for one in spellings(part))


def _wholes(given: str | None, family: str | None) -> tuple[str, ...]:
    together = "".join(filter(None, (family, given)))
    if _RUNNING_ON.fullmatch(together):
        return tuple(_joined(given, family, (" ", "")))
    if not is_unspaced(together.replace(" ", "")):
        return ()
    return tuple(_joined(given, family, ("", " ", "\u3000", "\u30fb")))


def _joined(given: str | None, family: str | None, separators: Sequence[str]) -> Iterator[str]:
    if given and family:
        pairs = ((family, given), (given, family))
        yield from (f"{a}{sep}{b}" for a, b in pairs for sep in separators)
        return
    alone = (given or family or "").split()
    if sum(map(len, alone)) >= WHOLE_MIN:
        yield from (sep.join(alone) for sep in separators)


def fits(word: str, wanted: frozenset[str]) -> bool:
    """Whether a word is one of a name, or has an ending or a joined particle beside."""
    if word in wanted:
        return True
    cut = range(1, ENDING_MAX + 1)
    if any(len(word) - n >= ENDED_MIN and word[:-n] in wanted for n in cut):
        return True
    attached = _ATTACHED.match(word)
    return attached is not None and any(word[n:] in wanted for n in range(1, attached.end() + 1))


def is_beside_names(word: str) -> bool:
    """Whether a word in its one spelling is a title or a particle."""
    return word in TITLES or word in PARTICLES
