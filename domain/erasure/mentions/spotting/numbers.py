"""Telephone numbers in texts, in whatever way they are written, compared by their digits."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import phonenumbers
import regex

from domain.erasure.mentions.spotting.spans import Span

DIGITS_MIN = 5
LOCAL_MIN = 7
"""A number without its area is taken for the person's from so many digits on."""
CHUNK_MAX = 5

_RUN = regex.compile(r"\p{Nd}(?:[\s().\-/+\u00b7\u2010-\u2015]{0,4}\p{Nd})*")
_GROUP = regex.compile(r"\p{Nd}+")


@dataclass(frozen=True, slots=True)
class Number:
    """The digits by which a number is known, the longest first: with and without its country and area."""

    forms: tuple[str, ...]


def number(value: str, region: str) -> Number | None:
    """The number of a contact point; nothing where it has too few digits to tell anything."""
    try:
        known = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        digits = _digits(value)
        return Number((digits,)) if len(digits) >= DIGITS_MIN else None
    national = phonenumbers.national_significant_number(known)
    code, trunk = str(known.country_code), _trunk(known)
    area = phonenumbers.length_of_geographical_area_code(known)
    local = national[area:] if area and len(national) - area >= LOCAL_MIN else ""
    forms = [f"00{code}{national}", f"{code}{trunk}{national}", f"{code}{national}"]
    forms += [f"{trunk}{national}", national, local]
    kept = dict.fromkeys(form for form in forms if len(form) >= DIGITS_MIN)
    return Number(tuple(sorted(kept, key=len, reverse=True))) if kept else None


def _trunk(known: phonenumbers.PhoneNumber) -> str:
    region = phonenumbers.region_code_for_number(known) or ""
    return phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) or ""


def _digits(value: str) -> str:
    return "".join(str(unicodedata.digit(sign)) for sign in value if sign.isdigit())


def number_spans(text: str, numbers: Iterable[Number]) -> Iterator[Span]:
    """Where one of the numbers stands: whole groups of digits, with the sign of a country before them."""
    forms = [form for one in numbers for form in one.forms]
    for run in _RUN.finditer(text) if forms else ():
        groups = [(m.start() + run.start(), m.end() + run.start()) for m in _GROUP.finditer(run[0])]
        yield from _in_run(text, groups, forms)


def _in_run(text: str, groups: Sequence[tuple[int, int]], forms: Sequence[str]) -> Iterator[Span]:
    at = 0
    while at < len(groups):
        found = next((end for form in forms if (end := _end(text, groups, at, form))), None)
        if found is None:
            at += 1
            continue
        start = groups[at][0]
        yield Span(_with_sign(text, start), groups[found - 1][1], "PHONE")
        at = found


def _end(text: str, groups: Sequence[tuple[int, int]], at: int, form: str) -> int | None:
    """Behind the group with which the form ends that begins at a group."""
    known = ""
    for i in range(at, len(groups)):
        known += _digits(text[groups[i][0] : groups[i][1]])
        if known == form:
            return i + 1
        if not form.startswith(known):
            return None
    return None


def _with_sign(text: str, start: int) -> int:
    return start - 1 if start and text[start - 1] in "+(" else start


def chunk_rows(one: Number) -> Iterator[Sequence[Sequence[str]]]:
    """What finds texts with the number by their words: each a row of alternatives for one or more words, as
    the last words of any way to write it.
    """
    tails = {form[-size:] for form in one.forms for size in range(4, len(form) + 1)}
    yield [sorted(tails)]
    longest = one.forms[0]
    ends = [longest[-size:] for size in (1, 2, 3)]
    before = {
        longest[-size - length : -size]
        for size in (1, 2, 3)
        for length in range(1, CHUNK_MAX + 1)
        if size + length <= len(longest)
    }
    yield [ends, sorted(before)]
