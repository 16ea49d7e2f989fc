"""Deciding which mentions in a record are the erased person's: those are redacted, doubtful ones named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.erasure.mentions.identifiers import KnownPerson, Mentioned, mentioned, shared_in
from domain.erasure.mentions.namesakes import Others
from domain.erasure.mentions.rivals import meant, words_of
from domain.erasure.mentions.spotting.name_spans import Named
from domain.erasure.mentions.spotting.spans import Span, merged
from domain.searching.words import word_texts

MORE = frozenset({""})
"""Somebody whom nobody looked at."""


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
class MentionDecision:
    """The spans to redact, by text, and whether there is something that may be somebody else's."""

    spans: Mapping[str, Sequence[Span]]
    is_ambiguous: bool

    @property
    def found(self) -> Sequence[Span]:
        """All of them."""
        return [span for spans in self.spans.values() for span in spans]


def decide_mentions(record: Record, known: KnownPerson, others: Others) -> MentionDecision:
    """What is to become of a record.

    An address or number of theirs alone is always redacted, their full name unless it may be a namesake's,
    and what is left of their name in a text that names them so. A surname alone is redacted in records of
    whom they had to do with, if nobody else has it. What others have as well stays.
    """
    seen = {field: mentioned(text, known, others.shared) for field, text in record.texts.items()}
    is_sure = any(one.sure for one in seen.values())
    judge = _Judge(record, known, others, is_sure=is_sure)
    theirs = {field: judge.theirs(field, one.names.full) for field, one in seen.items()}
    is_named = any(theirs.values())
    spans: dict[str, Sequence[Span]] = {}
    for field, one in seen.items():
        found = [*one.sure, *theirs[field]]
        if is_sure or is_named:
            found += judge.loose(field, one.names.loose)
            found += _rest(one, record, known, others, is_named=is_named)
        elif record.people & known.related and not judge.has_doubt and one.names.surnames:
            found += judge.surnames(one)
        spans[field] = merged(_widened(one, field, record) for one in found)
        judge.has_doubt |= bool(found) and shared_in(record.texts[field], known, others.shared)
        judge.has_doubt |= bool(one.names.loose) and not (is_sure or is_named)
    return MentionDecision(
        {field: found for field, found in spans.items() if found}, judge.has_doubt
    )


class _Judge:
    """Whose the names of one record are; ``has_doubt`` where that is not known."""

    def __init__(
        self, record: Record, known: KnownPerson, others: Others, *, is_sure: bool
    ) -> None:
        self._record, self._known, self._others = record, known, others
        self._is_sure = is_sure
        self.has_doubt = False

    def theirs(self, field: str, full: Sequence[Named]) -> list[Span]:
        """The spans of those full names that are theirs."""
        found: list[Span] = []
        for named in full:
            rivals = self._rivals(named.said(self._record.texts[field]))
            if self._is_theirs(rivals):
                found += self._spans(named)
            else:
                self.has_doubt |= self._is_sure or not self._record.people & rivals
        return found

    def loose(self, field: str, full: Sequence[Named]) -> list[Span]:
        """Of words that may be no name, those that are theirs if they are one."""
        text = self._record.texts[field]
        return [
            span
            for named in full
            if self._is_theirs(self._rivals(named.said(text)))
            for span in self._spans(named)
        ]

    def surnames(self, one: Mentioned) -> Sequence[Span]:
        """Surnames alone, in a record of whom they had to do with."""
        is_of_record = bool(self._record.names & self._known.name.key)
        if self._others.is_surname_theirs or is_of_record:
            self.has_doubt |= not is_of_record
            return ()
        return one.names.surnames

    def _rivals(self, said: str) -> frozenset[str]:
        rivals = meant(self._others.rivals, said)
        is_short = any(len(word) == 1 for word in word_texts(said))
        return rivals | MORE if self._others.are_more and is_short else rivals

    def _is_theirs(self, rivals: frozenset[str]) -> bool:
        """Nobody else has the name; or the record is no namesake's, and tells them by something else or has
        to do with them alone.
        """
        people = self._record.people
        if not rivals:
            return True
        if people & rivals:
            return False
        if self._is_sure:
            return True
        known = (self._others.rivals[one].related for one in rivals - MORE)
        theirs = frozenset().union(*known)
        return bool(people & self._known.related) and not people & theirs and not rivals & MORE

    def _spans(self, named: Named) -> Sequence[Span]:
        """Without a surname that stands for several, of whom one lives."""
        is_shared = self._others.is_surname_theirs
        return [span for span in named.spans if not (is_shared and span == named.shared)]


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
    one: Mentioned, record: Record, known: KnownPerson, others: Others, *, is_named: bool
) -> Sequence[Span]:
    """Surname or given name by themselves, in a text that names the person."""
    found: list[Span] = []
    if not record.names & known.name.key:
        found += one.names.surnames
    is_given_theirs = any(one.words & known.name.given for one in others.rivals.values())
    if is_named and not record.names & known.name.given and not is_given_theirs:
        found += one.names.givens
    return found
