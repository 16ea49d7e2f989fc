"""Splitting a full name. A guess by rule: who has the parts should map those, and who knows how the names
of a file are written says so in the mapping (``NameForm``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from domain.importing.mapping.east_asian_names import east_asian_parts
from domain.importing.mapping.name_words import (
    BEHIND_A_TITLE,
    CONJUNCTIONS,
    INNER_PARTICLES,
    MAIDEN,
    NEVER_WITH_A_COMMA,
    PARTICLES,
    SHORT_SUFFIXES,
    SUFFIXES,
    TITLES,
    UNDOTTED_TITLES,
)
from domain.searching.folding import is_unspaced
from domain.searching.letters import APOSTROPHES
from privacy.invisible import without_invisible

CAPITALS_MIN = 3
"""Letters of a surname in capitals beside other words; two may be initials (``JP``)."""
SHORT = 3
"""Titles of so few letters have a dot, but those that nobody is called."""
ROMAN = frozenset("ivx")
RUSSIAN = 3
"""Family, given name and father's name, in this order where the last is the father's."""

_SIGNS = str.maketrans("", "", ".-/()" + APOSTROPHES)
_NICKNAME = regex.compile(
    r"""\s*(?:"([^"]*)"|[“”„«»]([^“”„«»]*)[“”„«»]|\(([^()]*)\)|(?<!\S)['‘]([^'’]+)['’](?!\S))\s*"""  # noqa: RUF001
)
_COMMAS = regex.compile(r"\s*[,،，、]\s*")  # noqa: RUF001 - those of other scripts
_PATRONYMIC = regex.compile(r"(?i)\p{Cyrillic}(?:ович|евич|ьич|овна|евна|ична|инична)$")
_TITLE_SEAM = regex.compile(r"(?i)(?<=\b(?:dr|prof|dipl|mag|ing|herr|frau|mr|mrs|ms)\.)(?=[^\s\-])")


@dataclass(frozen=True, slots=True)
class NameForm:
    """How the names of a file are written, where that is known."""

    family_first: bool = False
    family_words: int | None = None


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a name; what is beside the two names is kept by whoever maps it."""

    given: str | None = None
    family: str | None = None
    title: str | None = None
    suffix: str | None = None
    nickname: str | None = None


USUAL_FORM = NameForm()


def split_name(full: str) -> tuple[str | None, str | None]:
    """Given and family name."""
    name = parted(full)
    return name.given, name.family


@lru_cache(maxsize=2_500)
def parted(full: str, form: NameForm = USUAL_FORM) -> PersonName:
    """All parts of a name."""
    bare, nickname = _without_nickname(" ".join(without_invisible(full).split()))
    if is_unspaced(bare):
        given, family = east_asian_parts(bare)
        return PersonName(given, family, nickname=nickname)
    parts = [part.split() for part in _COMMAS.split(_TITLE_SEAM.sub(" ", bare)) if part]
    behind: list[str] = []
    while len(parts) > 1 and _all_suffixes(parts[-1]):
        behind = [*parts.pop(), *behind]
    if not parts:
        return PersonName(nickname=nickname)
    first, suffixes = _without_suffixes(_without_maiden(parts[0]))
    titles, first = _without_titles(first)
    if len(parts) == 1:
        names = _split(first, form)
    else:
        more, rest = _without_titles([word for part in parts[1:] for word in part])
        rest, last = _without_suffixes(rest)
        titles, suffixes = [*titles, *more], [*suffixes, *last]
        names = _around_a_comma(first, rest)
    beside = (_joined(titles), _joined([*suffixes, *behind]), nickname)
    return PersonName(_joined(names[0]), _joined(names[1]), *beside)


def _joined(words: Sequence[str]) -> str | None:
    return " ".join(words) or None


def _key(word: str) -> str:
    return word.translate(_SIGNS).casefold()


def _without_nickname(name: str) -> tuple[str, str | None]:
    """Without what stands in quotes or brackets, unless nothing else does."""
    found = _NICKNAME.search(name)
    if found is None:
        return name, None
    bare = " ".join(_NICKNAME.sub(" ", name).split()).replace(" ,", ",")
    inside = next(part for part in found.groups() if part is not None).strip()
    if not bare:
        return inside, None
    words = inside.split()
    is_other = not words or _key(words[0]) in MAIDEN or _key(inside) in {*TITLES, *SUFFIXES, "fh"}
    return bare, None if is_other else inside


def _without_maiden(words: Sequence[str]) -> Sequence[str]:
    place = next((i for i, word in enumerate(words) if i and _is_maiden(word)), len(words))
    return words[:place]


def _is_maiden(word: str) -> bool:
    return _key(word) in MAIDEN and word[0].islower() and len(word) > 1


def _all_suffixes(words: Sequence[str]) -> bool:
    keys = [_key(word) for word in words]
    known = SUFFIXES | (SHORT_SUFFIXES - NEVER_WITH_A_COMMA) | BEHIND_A_TITLE
    whole = "".join(keys) in SUFFIXES
    return whole or (all(key in known or key in TITLES for key in keys) and bool(keys))


def _without_titles(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The titles and what follows, of which one word is left at least."""
    end = 0
    while end < len(words) - 1 and _is_title(words, end):
        end += 1
    return list(words[:end]), list(words[end:])


def _is_title(words: Sequence[str], place: int) -> bool:
    word = words[place]
    key = _key(word)
    if key in TITLES:
        return "." in word or len(key) > SHORT or key in UNDOTTED_TITLES
    # Letters of an academic title; a single capital is an initial.
    is_initial = len(key) == 1 and word.isupper()
    return (
        place > 0
        and key in BEHIND_A_TITLE
        and not is_initial
        and (not word[0].isupper() or "." in word)
    )


def _without_suffixes(words: Sequence[str]) -> tuple[list[str], list[str]]:
    end = len(words)
    in_capitals = all(word.isupper() for word in words)
    while end > 1 and _is_suffix(words[end - 1], end - 1, in_capitals=in_capitals):
        end -= 1
    return list(words[:end]), list(words[end:])


def _is_suffix(word: str, before: int, *, in_capitals: bool) -> bool:
    key = _key(word)
    if key in SUFFIXES:
        if set(key) <= ROMAN:
            return before > 1 and word.isupper()
        return before > 0 and (len(key) >= SHORT or "." in word or key in {"jr", "sr"})
    is_upper = word.translate(_SIGNS).isupper()
    return key in SHORT_SUFFIXES and before > 1 and is_upper and not in_capitals


def _around_a_comma(family: list[str], given: list[str]) -> tuple[list[str], list[str]]:
    """Particles that end the given names belong to the family: ``Goethe, Johann Wolfgang von``."""
    end = len(given)
    while (
        end > 1
        and _is_particle(given, end - 1, behind=end < len(given))
        and given[end - 1].islower()
    ):
        end -= 1
    return given[:end], [*given[end:], *family]


def _split(words: list[str], form: NameForm) -> tuple[list[str], list[str]]:
    if form.family_first:
        return _family_first(words, form)
    if form.family_words is not None and len(words) > 1:
        start = _with_particles(words, max(1, len(words) - form.family_words))
        return words[:start], words[start:]
    if len(words) == RUSSIAN and _PATRONYMIC.search(words[-1]):
        return words[1:], words[:1]
    if (found := _capitals(words)) is not None:
        start, end = found
        return [*words[:start], *words[end:]], words[start:end]
    if not words or (_is_particle(words, 0, behind=False) and words[0].islower()):
        return [], words
    start = _with_particles(words, max(len(words) - 1, 0))
    return words[:start], words[start:]


def _family_first(words: list[str], form: NameForm) -> tuple[list[str], list[str]]:
    end = form.family_words or 1
    while (
        form.family_words is None
        and end < len(words)
        and _is_particle(words, end - 1, behind=end > 1)
    ):
        end += 1
    return words[end:], words[:end]


def _with_particles(words: Sequence[str], start: int) -> int:
    """Where the family's name begins, with the particles and the surnames that are joined to it."""
    while start > 1:
        if _joins_surnames(words, start - 1):
            start -= 2
        elif _is_particle(words, start - 1, behind=True) or _is_inner(words, start - 1):
            start -= 1
        else:
            break
    return start


def _joins_surnames(words: Sequence[str], place: int) -> bool:
    return (
        words[place] in CONJUNCTIONS
        and place > 1
        and not _is_particle(words, place - 1, behind=True)
    )


def _is_particle(words: Sequence[str], place: int, *, behind: bool) -> bool:
    """A single letter is one in small letters only, but for the Irish O: in capitals it is an initial."""
    word = words[place]
    key = _key(word)
    if len(key) > 1:
        return key in PARTICLES
    return (key in PARTICLES and word.islower()) or (
        behind and word.rstrip(APOSTROPHES) in {"O", "Ó"}
    )


def _is_inner(words: Sequence[str], place: int) -> bool:
    is_behind = place > 1 and _is_particle(words, place - 1, behind=True)
    return is_behind and _key(words[place]) in INNER_PARTICLES


def _capitals(words: Sequence[str]) -> tuple[int, int] | None:
    """The surname where it alone is in capitals: ``Jean DUPONT``, ``VAN DER BERG Jan``."""
    upper = [i for i, word in enumerate(words) if word.isupper() and len(_key(word)) > 1]
    if not upper or len(upper) == len(words) or upper != list(range(upper[0], upper[-1] + 1)):
        return None
    start, end = upper[0], upper[-1] + 1
    if not any(len(_key(words[i])) >= CAPITALS_MIN for i in upper) or (start and end < len(words)):
        return None
    return (_with_particles(words, start) if start else 0), end
