"""Splitting a full name. A guess by rule: who has the parts should map those, and who knows how the names
of a file are written says so in the mapping (``NameForm``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from domain.importing.cells.east_asian_names import east_asian_parts
from domain.importing.cells.family_names import NameForm, initials_alone, is_particle, split_words
from domain.searching.spelling.folding import is_unspaced
from domain.searching.spelling.name_words import (
    BEHIND_A_TITLE,
    MAIDEN,
    NEVER_WITH_A_COMMA,
    SHORT_SUFFIXES,
    SUFFIXES,
    TITLES,
    UNDOTTED_TITLES,
    key_of,
)
from privacy import caches
from privacy.invisible import without_invisible

SHORT = 3
"""Titles of so few letters have a dot, but those that nobody is called."""
ROMAN = frozenset("ivx")

_KEPT = frozenset({"&", ",", "،", "，", "、"})  # noqa: RUF001 - commas of other scripts
_NICKNAME = regex.compile(
    r"""\s*(?:"([^"]*)"|[“”„«»]([^“”„«»]*)[“”„«»]|‚([^‚‘’]*)[‘’]|\(([^()]*)\)|(?<!\S)['‘]([^'’]+)['’](?!\S))\s*"""  # noqa: RUF001
)
_COMMAS = regex.compile(r"\s*[,،，、]\s*")  # noqa: RUF001 - those of other scripts
_LETTER = regex.compile(r"[\p{L}\p{N}]")
_DASHED = regex.compile(r"(?<=\p{L}) +[-–] +(?=\p{L})")
_NEE = regex.compile(r"(?<=\s)z d(?:omu|\.) ")
_TITLE_SEAM = regex.compile(r"(?i)(?<=\b(?:dr|prof|dipl|mag|ing|herr|frau|mr|mrs|ms)\.)(?=[^\s\-])")


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


@lru_cache(maxsize=caches.PERSON_NAMES)
def parted(full: str, form: NameForm = USUAL_FORM) -> PersonName:
    """All parts of a name."""
    bare, nickname = _without_nickname(_tidy(full))
    if is_unspaced(bare):
        given, family = east_asian_parts(bare)
        return PersonName(given, family, nickname=nickname)
    parts = [part.split() for part in _COMMAS.split(_TITLE_SEAM.sub(" ", bare)) if part]
    behind: list[str] = []
    while len(parts) > 1 and _all_suffixes(parts[-1]):
        behind = [*parts.pop(), *behind]
    parts = [one for i, one in enumerate(parts) if not i or not _is_maiden(one[0])]
    if len(parts) > 2 and _all_suffixes(parts[1]):  # noqa: PLR2004 - "Smith, Jr., John"
        behind = [*parts.pop(1), *behind]
    if not parts:
        return PersonName(nickname=nickname)
    first, suffixes = _without_suffixes(_without_maiden(parts[0]))
    titles, first = _without_titles(first)
    if len(parts) == 1:
        names = split_words(first, form)
    else:
        more, rest = _without_titles([word for part in parts[1:] for word in part])
        rest, last = _without_suffixes(rest)
        titles, suffixes = [*titles, *more], [*suffixes, *last]
        names = _around_a_comma(first, rest)
    beside = (_joined(titles), _joined([*suffixes, *behind]), nickname)
    return PersonName(_joined(names[0]), _joined(names[1]), *beside)


def _tidy(full: str) -> str:
    """Without words of signs alone, such as ``†``; with one hyphen between two surnames."""
    text = _DASHED.sub("-", " ".join(without_invisible(full).split()))
    words = [word for word in text.split() if _LETTER.search(word) or word in _KEPT]
    return _NEE.sub("geb. ", " ".join(words))


def _joined(words: Sequence[str]) -> str | None:
    return " ".join(words) or None


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
    is_other = (
        not words or key_of(words[0]) in MAIDEN or key_of(inside) in {*TITLES, *SUFFIXES, "fh"}
    )
    return bare, None if is_other else inside


def _without_maiden(words: Sequence[str]) -> Sequence[str]:
    place = next((i for i, word in enumerate(words) if i and _is_maiden(word)), len(words))
    return words[:place]


def _is_maiden(word: str) -> bool:
    return key_of(word) in MAIDEN and word[0].islower() and len(word) > 1


def _all_suffixes(words: Sequence[str]) -> bool:
    keys = [key_of(word) for word in words]
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
    key = key_of(word)
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
    key = key_of(word)
    if before > 0 and key in TITLES and "." in word and not initials_alone(word):
        return True
    if key in SUFFIXES:
        if set(key) <= ROMAN:
            return before > 1 and word.isupper()
        return before > 0 and (len(key) >= SHORT or "." in word or key in {"jr", "sr"})
    return key in SHORT_SUFFIXES and before > 1 and word.isupper() and not in_capitals


def _around_a_comma(family: list[str], given: list[str]) -> tuple[list[str], list[str]]:
    """Particles that end the given names belong to the family: ``Goethe, Johann Wolfgang von``."""
    end = len(given)
    while (
        end > 1
        and is_particle(given, end - 1, behind=end < len(given))
        and given[end - 1].islower()
    ):
        end -= 1
    return given[:end], [*given[end:], *family]
