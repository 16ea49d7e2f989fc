"""Family name within a full name: which of the words it has, by rule and by the words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from domain.searching.spelling.letters import APOSTROPHES
from domain.searching.spelling.name_words import (
    ATTACHED,
    BEFORE_A_PARTICLE,
    CONJUNCTIONS,
    INNER_PARTICLES,
    PARTICLES,
    VIETNAMESE,
    key_of,
)

CAPITALS_MIN = 3
"""Letters of a surname in capitals beside other words; two may be initials (``JP``)."""
RUSSIAN = 3
"""Family, given name and father's name, in this order where the last is the father's."""
INITIALS_MAX = 3
"""So many capitals without a vowel are initials."""

_PATRONYMIC = regex.compile(
    r"(?i)\p{Cyrillic}(?:ович|евич|ьич|йович|овна|евна|ична|инична|івна|ївна)$"
)
_CONSONANTS = regex.compile(r"(?i)[b-df-hj-np-tv-xz]+")
_INITIALS = regex.compile(r"(?:\p{Lu}\.?-?)+")


@dataclass(frozen=True, slots=True)
class NameForm:
    """How the names of a file are written, where that is known."""

    family_first: bool = False
    family_words: int | None = None


def initials_alone(word: str) -> bool:
    """Whether a word is capitals with dots or hyphens between them."""
    return _INITIALS.fullmatch(word) is not None


def split_words(words: list[str], form: NameForm) -> tuple[list[str], list[str]]:
    """The given names, and the family's with what belongs to it."""
    if form.family_first:
        return _family_first(words, form)
    if form.family_words is not None and len(words) > 1:
        start = _with_particles(words, max(1, len(words) - form.family_words))
        return words[:start], words[start:]
    if _is_family_first(words):
        return words[1:], words[:1]
    return _usual(words)


def _usual(words: list[str]) -> tuple[list[str], list[str]]:
    if len(words) == RUSSIAN - 1 and _PATRONYMIC.search(words[-1]):
        return words, []
    if (found := _capitals(words)) is not None:
        start, end = found
        return [*words[:start], *words[end:]], words[start:end]
    if not words or (is_particle(words, 0, behind=False) and _is_no_name(words)):
        return [], words
    is_attached = len(words) > 2 and key_of(words[-1]) in ATTACHED  # noqa: PLR2004 - else it is all
    start = _with_particles(words, max(len(words) - 1 - is_attached, 0))
    return words[:start], words[start:]


def _is_no_name(words: Sequence[str]) -> bool:
    """Whether a particle in front is no given name: in small letters, or of a script that has no others."""
    first = words[0]
    return first.islower() or (first.upper() == first.lower() and len(words) == 2)  # noqa: PLR2004 - "عبد الله"


def _is_family_first(words: Sequence[str]) -> bool:
    """Russian names with the father's, Vietnamese ones, and those with initials behind: ``Smith J. R.``."""
    first, *rest = words or [""]
    if len(words) == RUSSIAN and _PATRONYMIC.search(words[-1]):
        return True
    if len(rest) > 1 and key_of(first) in VIETNAMESE:
        return True
    letters = [c for word in rest for c in word if c.isalpha()]
    return (
        all(initials_alone(word) and "." in word for word in rest)
        and len(letters) > 1
        and len(key_of(first)) > 1
        and not initials_alone(first)
    )


def _family_first(words: list[str], form: NameForm) -> tuple[list[str], list[str]]:
    end = form.family_words or 1
    while (
        form.family_words is None
        and end < len(words)
        and is_particle(words, end - 1, behind=end > 1)
    ):
        end += 1
    return words[end:], words[:end]


def _with_particles(words: Sequence[str], start: int) -> int:
    """Where the family's name begins, with the particles and the surnames that are joined to it."""
    while start > 1:
        if _joins_surnames(words, start - 1):
            start -= 2
        elif (
            is_particle(words, start - 1, behind=True)
            or _is_inner(words, start - 1)
            or _is_noble(words, start - 1)
            or _ends_in_a_particle(words[start - 1])
        ):
            start -= 1
        else:
            break
    return start


def _joins_surnames(words: Sequence[str], place: int) -> bool:
    return (
        words[place] in CONJUNCTIONS
        and place > 1
        and not is_particle(words, place - 1, behind=True)
    )


def is_particle(words: Sequence[str], place: int, *, behind: bool) -> bool:
    """A single letter is one in small letters only, but for the Irish O: in capitals it is an initial."""
    word = words[place]
    key = key_of(word)
    if len(key) > 1:
        return key in PARTICLES
    return (key in PARTICLES and word.islower()) or (
        behind and word.rstrip(APOSTROPHES) in {"O", "Ó"}
    )


def _is_noble(words: Sequence[str], place: int) -> bool:
    follows = is_particle(words, place + 1, behind=True)
    return key_of(words[place]) in BEFORE_A_PARTICLE and follows


def _ends_in_a_particle(word: str) -> bool:
    """``Jansen-de`` of ``Jansen-de Vries``."""
    first, _, last = word.rpartition("-")
    return bool(first) and last.islower() and last in PARTICLES


def _is_inner(words: Sequence[str], place: int) -> bool:
    is_behind = place > 1 and is_particle(words, place - 1, behind=True)
    return is_behind and key_of(words[place]) in INNER_PARTICLES


def _is_in_capitals(word: str) -> bool:
    """No initials: ``J.R.R.``, ``JRR``."""
    if not word.isupper() or len(key_of(word)) <= 1:
        return False
    return "." not in word and not (len(word) <= INITIALS_MAX and _CONSONANTS.fullmatch(word))


def _capitals(words: Sequence[str]) -> tuple[int, int] | None:
    """The surname where it alone is in capitals: ``Jean DUPONT``, ``VAN DER BERG Jan``."""
    upper = [i for i, word in enumerate(words) if _is_in_capitals(word)]
    if not upper or len(upper) == len(words) or upper != list(range(upper[0], upper[-1] + 1)):
        return None
    start, end = upper[0], upper[-1] + 1
    if not any(len(key_of(words[i])) >= CAPITALS_MIN for i in upper) or (
        start and end < len(words)
    ):
        return None
    return (_with_particles(words, start) if start else 0), end
