"""Identifiers of an erased person in texts: what they are known by, and where that stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import regex

from domain.erasure.mentions.spotting.emails import email_spans
from domain.erasure.mentions.spotting.name_spans import Found, names_in
from domain.erasure.mentions.spotting.names import Name, key_words, name_of
from domain.erasure.mentions.spotting.numbers import Number, number, number_spans
from domain.erasure.mentions.spotting.spans import Span
from domain.searching.addresses import address_of
from domain.searching.spelling.folding import is_unspaced, spellings
from domain.searching.words import word_texts, words
from domain.values.display_values import display_name

REFERENCE_MIN = 5
PHRASE_LETTERS_MIN = 6
SOCIAL_MIN = 5
ADDRESS_NEAR = 80
"""A street is theirs within so many characters of their name, address or number: others live there."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other, each in its spellings."""

    words: tuple[frozenset[str], ...]
    type: str
    whole: str = ""
    """As it is written, where its script has no spaces."""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What a person is looked for by. ``related`` are ids of others whom they had to do with."""

    id: str
    name: Name
    full_name: str
    emails: frozenset[str]
    numbers: Mapping[str, Number]
    phrases: tuple[Phrase, ...]
    postal: tuple[Phrase, ...]
    related: frozenset[str]
    country: str | None
    surnames: tuple[str, ...]
    """The words of the surname, one of which a text has that names them."""
    written: tuple[str, ...]
    """What else is looked for, as it was written."""
    since: datetime
    """When the erasure was requested."""


def known_of(
    row: Mapping[str, Any], sealed: Mapping[str, Any], region: str, since: datetime
) -> KnownPerson:
    """Of the notes of an erasure."""
    country = row["country"] or region
    values = {name: [one["value"] for one in sealed.get(name) or ()] for name in _POINTS}
    numbers = {value: found for value in values["phones"] if (found := number(value, country))}
    given, family = sealed.get("given_name"), sealed.get("family_name")
    return KnownPerson(
        id=str(row["id"]),
        name=name_of(given, family),
        full_name=display_name(sealed.get("organization_name"), given, family) or "",
        emails=frozenset(filter(None, map(address_of, values["emails"]))),
        numbers=numbers,
        phrases=tuple(_phrases(sealed, values["social_profiles"])),
        postal=tuple(filter(None, map(_street, values["addresses"]))),
        related=frozenset(row["related"]),
        country=row["country"],
        surnames=key_words(family),
        written=tuple(_written(sealed, values["social_profiles"])),
        since=since,
    )


def _written(sealed: Mapping[str, Any], social: Sequence[str]) -> Iterator[str]:
    yield from (str(one["id"]) for one in sealed.get("external_references") or ())
    yield from (one for one in social if len(one) >= SOCIAL_MIN)
    for name in ("national_id", "organization_name"):
        if sealed.get(name):
            yield sealed[name]


_POINTS = ("emails", "phones", "addresses", "social_profiles")


def _phrases(sealed: Mapping[str, Any], social: Sequence[str]) -> Iterator[Phrase]:
    for one in sealed.get("external_references") or ():
        id_ = str(one["id"])
        is_telling = len(regex.sub(r"\W", "", id_)) >= REFERENCE_MIN and regex.search(r"\d", id_)
        yield _phrase(id_ if is_telling else f"{one['system']} {id_}", "REFERENCE")
    if sealed.get("national_id"):
        yield _phrase(sealed["national_id"], "NATIONAL_ID")
    yield from (_phrase(one, "SOCIAL") for one in social if len(one) >= SOCIAL_MIN)
    company = sealed.get("organization_name") or ""
    if sum(map(str.isalpha, company)) >= PHRASE_LETTERS_MIN:
        yield _phrase(company, "NAME")


def _phrase(text: str, type_: str) -> Phrase:
    found = word_texts(text)
    whole = text.strip() if found and all(map(is_unspaced, found)) else ""
    return Phrase(tuple(frozenset(spellings(one)) for one in found), type_, whole)


def _street(address: str) -> Phrase | None:
    """Street and number of a postal address: its first line, or what stands before the first comma."""
    line = regex.split(r"[,\n]", address, maxsplit=1)[0]
    found = _phrase(line, "ADDRESS")
    return found if len(found.words) > 1 and regex.search(r"\d", line) else None


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What stands in one text: ``sure`` values that are the person's alone, and parts of the name."""

    sure: tuple[Span, ...]
    names: Found

    @property
    def is_any(self) -> bool:
        """Whether anything of the person may stand there."""
        names = self.names
        return bool(self.sure or names.full or names.loose or names.surnames)


def mentioned(text: str, known: KnownPerson, shared: frozenset[str]) -> Mentioned:
    """What a text says of the person; ``shared`` are addresses and numbers that others have as well."""
    numbers = [one for value, one in known.numbers.items() if value not in shared]
    emails = known.emails - shared
    sure = [*email_spans(text, emails), *number_spans(text, numbers)]
    for phrase in known.phrases:
        sure += _of_phrase(text, phrase)
    names = names_in(text, known.name)
    near = [*sure, *(span for named in names.full for span in named.spans)]
    for street in known.postal:
        sure += [one for one in _of_phrase(text, street) if _is_near(one, near)]
    return Mentioned(tuple(sure), names)


def shared_in(text: str, known: KnownPerson, shared: frozenset[str]) -> bool:
    """Whether one of the addresses or numbers that others have as well stands in the text."""
    numbers = [one for value, one in known.numbers.items() if value in shared]
    return any(email_spans(text, known.emails & shared)) or any(number_spans(text, numbers))


def _is_near(span: Span, others: Sequence[Span]) -> bool:
    return any(
        span.start - ADDRESS_NEAR <= one.end and one.start <= span.end + ADDRESS_NEAR
        for one in others
    )


def _of_phrase(text: str, phrase: Phrase) -> Iterator[Span]:
    if phrase.whole:
        for match in regex.finditer(regex.escape(phrase.whole), text):
            yield Span(match.start(), match.end(), phrase.type)
        return
    found, size = list(words(text)), len(phrase.words)
    spelled = [frozenset(spellings(word.text)) for word in found]
    for i in range(len(found) - size + 1 if size else 0):
        if all(phrase.words[k] & spelled[i + k] for k in range(size)):
            yield Span(found[i].start, found[i + size - 1].end, phrase.type)
