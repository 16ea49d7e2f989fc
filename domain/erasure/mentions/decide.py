"""Deciding which mentions in a record are the erased person's: those are redacted, doubtful ones named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.erasure.mentions.known import Known, Mentioned, mentioned, shared_in
from domain.erasure.mentions.people import Others
from domain.erasure.mentions.spans import Span, merged
from domain.searching.folding import spellings
from domain.searching.words import word_texts


@dataclass(frozen=True, slots=True)
class Record:
    """A record by its texts: with whom it has to do (the person behind it, participants), and the words of
    their names.
    """

    texts: Mapping[str, str]
    people: frozenset[str]
    names: frozenset[str]
    detected: Mapping[str, Sequence[tuple[int, int]]]
    """Where detection found names, by text."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The spans to redact, by text, and whether there is something that may be somebody else's."""

    spans: Mapping[str, Sequence[Span]]
    is_ambiguous: bool

    @property
    def found(self) -> Sequence[Span]:
        """All of them."""
        return [span for spans in self.spans.values() for span in spans]


def words_of(name: str) -> frozenset[str]:
    """The words of a name, in their spellings."""
    return frozenset(one for word in word_texts(name) for one in spellings(word))


def verdict(record: Record, known: Known, others: Others) -> Verdict:
    """What is to become of a record.

    An address or number of theirs alone is always redacted, their full name unless it may be a namesake's,
    and what is left of their name in a text that names them so. A surname alone is redacted in records of
    whom they had to do with, if nobody else has it. What others have as well stays.
    """
    seen = {field: mentioned(text, known, others.shared) for field, text in record.texts.items()}
    is_sure = any(one.sure for one in seen.values())
    is_named = any(one.names.full for one in seen.values())
    name_is_theirs = is_named and (is_sure or _is_ours(record, known, others))
    is_related = bool(record.people & known.related)
    doubtful = is_named and not name_is_theirs and not record.people & others.namesakes
    spans: dict[str, Sequence[Span]] = {}
    for field, one in seen.items():
        found = list(one.sure)
        if name_is_theirs:
            found += one.names.full
        if is_sure or name_is_theirs:
            found += _rest(one, record, known, others, is_named=name_is_theirs)
        elif is_related and not is_named and one.names.surnames:
            if others.is_surname_theirs or record.names & known.name.key:
                doubtful = doubtful or not record.names & known.name.key
            else:
                found += one.names.surnames
        spans[field] = merged(_widened(one, field, record) for one in found)
        doubtful = doubtful or (
            bool(found) and shared_in(record.texts[field], known, others.shared)
        )
    return Verdict({field: found for field, found in spans.items() if found}, doubtful)


def _is_ours(record: Record, known: Known, others: Others) -> bool:
    """Whether a full name is the person's: nobody else has it, or the record has to do with them alone."""
    if not others.namesakes:
        return True
    return bool(record.people & known.related) and not record.people & others.theirs


def _widened(span: Span, field: str, record: Record) -> Span:
    """A name as far as detection has it, if that is a word more: ``Karl`` of ``Karl Bruno Zerfass``."""
    text = record.texts[field]
    for start, end in record.detected.get(field, ()) if span.type == "NAME" else ():
        if start <= span.start and span.end <= end <= len(text):
            more = word_texts(f"{text[start : span.start]} {text[span.end : end]}")
            if len(more) == 1 and not words_of(more[0]) & record.names:
                return Span(start, end, span.type)
    return span


def _rest(
    one: Mentioned, record: Record, known: Known, others: Others, *, is_named: bool
) -> Sequence[Span]:
    """Surname or given name by themselves, in a text that names the person."""
    found: list[Span] = []
    if not record.names & known.name.key:
        found += one.names.surnames
    if is_named and not record.names & known.name.given and not others.namesakes:
        found += one.names.givens
    return found
