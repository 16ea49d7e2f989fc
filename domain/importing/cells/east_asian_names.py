"""Names of East Asia in their own letters: the family's name first, with a space or without."""

import regex

from domain.searching.spelling.letters import MIDDLE_DOTS
from domain.searching.spelling.name_words import HONORIFICS, LONG_SURNAMES, SHORT_SURNAMES

Parts = tuple[str | None, str | None]

SHORT, LONG = 3, 4
"""Letters of a whole name with a surname of one letter, and at most."""

_HAN = regex.compile(r"[\p{Han}々]+")
_HANGUL = regex.compile(r"\p{Hangul}+")
_DOTS = regex.compile(f"[{MIDDLE_DOTS}=＝]")  # noqa: RUF001 - a Japanese sign between foreign names


def east_asian_parts(name: str) -> Parts:
    """Given and family name. Names from elsewhere, parted by a dot (``ジョン・スミス``), keep order."""
    bare = _without_honorific(name)
    if _DOTS.search(bare):
        *given, family = _DOTS.split(bare)
        return "・".join(given) or None, family or None
    first, *rest = bare.split()
    if rest:
        others = " ".join(rest)
        is_turned = first not in LONG_SURNAMES and others in LONG_SURNAMES
        return (first, others) if is_turned else (others, first)
    end = len(bare) if bare in LONG_SURNAMES and bare != name else _end_of_family(bare)
    return bare[end:] or None, bare[:end]


def _without_honorific(name: str) -> str:
    for honorific in HONORIFICS:
        bare = name.removesuffix(honorific).strip()
        if bare != name and len(bare) > 1:
            return bare
    return name


def _end_of_family(name: str) -> int:
    """How many letters the family's name has; all of what cannot be told."""
    long = max((len(one) for one in LONG_SURNAMES if name.startswith(one)), default=0)
    if long and long < len(name):
        return long
    han = _HAN.match(name)
    if han and han.end() < len(name):  # Kana behind it: a Japanese given name.
        return han.end()
    is_short = name[0] in SHORT_SURNAMES
    if han and len(name) > 1:
        return 1 if len(name) < SHORT or (is_short and len(name) == SHORT) else 2
    if _HANGUL.fullmatch(name) and 1 < len(name) <= LONG:
        return 1 if is_short or len(name) < LONG else 2
    return len(name)
