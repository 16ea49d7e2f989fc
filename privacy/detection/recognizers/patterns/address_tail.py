"""Address tail: how far an address goes beyond its street, to unit, town, state, postal code, country."""

from __future__ import annotations

from typing import Final

import regex

from privacy.detection.recognizers.patterns.streets import UNIT

# Poland, Czechia, the Netherlands, most others, the United Kingdom; Iceland at the end.
CODE: Final = r"""
    (?:\d{2}-\d{3}|\d{3}[ ]\d{2}|\d{4}[ ]?[A-Z]{2}|(?:\d{4,6}|\d{8})(?:-\d{3,4})?
    |[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}|\d{3}(?=\s*+\Z))(?!\w)"""
_WORD: Final = r"\(?[\p{L}\p{M}'’-]{1,30}(?:\)|(?<=(?<!\p{L})\p{L}{1,2})\.)?"
# Between the parts: a comma, a line end, and the marks that quote a line in a mail.
_GAP: Final = rf"""
    (?:[,;]?\s{{1,10}}|\.?\r?\n\s{{0,10}}|\.[ ](?={UNIT})|,)[>?|*,-]{{0,3}}[ ]{{0,2}}"""
_PART: Final = regex.compile(
    rf"{_GAP}(?:(?P<unit>{UNIT})|(?P<code>{CODE})|(?P<word>{_WORD}))", regex.VERBOSE
)
_NAME_LINE: Final = regex.compile(
    r"""\r?\n[ >?|*,]{0,6}\p{Lu}[\p{L}\p{M}.'’-]{1,30}(?:[ ][\p{L}\p{M}.'’()-]{1,30}){0,4}
    (?=\.?[ ]*+(?:\r?\n|\Z))""",
    regex.VERBOSE,
)
# Where the code stands first: "50667 Köln", "2913 AF, Simpelveld", "40046 Casa Forlai (BO)".
_PARTICLE: Final = r"(?:(?:am|an|de|da|den|der|di|do|la|le|sur|of)[ ]){0,2}"
_TOWN: Final = regex.compile(
    rf"""(?:,?[ ]{_PARTICLE}\p{{Lu}}\p{{Ll}}[\p{{L}}\p{{M}}'’-]{{0,29}}){{0,4}}
    (?:[ ]/[ ][A-Z]{{2}}(?!\w)|[ ]\([A-Z]{{2}}\))?""",
    regex.VERBOSE,
)
_PARTS_MAX: Final = 12
_NAME_LINES_MAX: Final = 2
_SHORT_WORD_MAX: Final = 3


def end_of_address(text: str, end: int) -> int:
    """Return where the address whose street ends at `end` ends itself.

    Up to a postal code and its town all belongs; without one, what is on the street's line and
    beside a unit.
    """
    at = sure = end
    for _ in range(_PARTS_MAX):
        part = _PART.match(text, at)
        if part is None or not _may_belong(part["word"]):
            break
        at = part.end()
        if part["code"]:
            town = _TOWN.match(text, at)
            return at if town is None else town.end()
        if part["unit"]:
            at = sure = _end_of_name_lines(text, at)
        elif "\n" not in text[sure:at] and _is_name(part["word"]):
            sure = at
    return sure


def _may_belong(word: str | None) -> bool:
    return word is None or _is_name(word) or len(word) <= _SHORT_WORD_MAX


def _is_name(word: str) -> bool:
    return word.lstrip("(")[:1].isupper()


def _end_of_name_lines(text: str, end: int) -> int:
    """Return the end of the lines below that hold a name and nothing else: town and country."""
    for _ in range(_NAME_LINES_MAX):
        line = _NAME_LINE.match(text, end)
        if line is None:
            break
        end = line.end()
    return end
