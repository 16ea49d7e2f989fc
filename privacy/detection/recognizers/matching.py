"""Recognizer base: Presidio's interface, reduced to spans of one type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import regex
from presidio_analyzer import LocalRecognizer, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

Spans = Iterable[tuple[int, int, float]]
CERTAIN: Final = 1.0


class SpanRecognizer(LocalRecognizer):
    """A recognizer for one type; a subclass says in `spans` where, and how surely.

    Words in `context` near a find raise its score (see `NearbyWords`).
    """

    def __init__(self, entity: str, context: Iterable[str] = ()) -> None:
        super().__init__([entity], context=list(context))

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def spans(self, text: str) -> Spans:
        """Yield `(start, end, score)` for each find; time must stay linear in the text."""
        raise NotImplementedError

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - Presidio's signature
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 - Presidio's signature
    ) -> list[RecognizerResult]:
        """Return the finds as Presidio's results, which hold no text."""
        entity = self.supported_entities[0]
        return [RecognizerResult(entity, *span) for span in self.spans(text)]


class Renamed(SpanRecognizer):
    """One of Presidio's pattern recognizers, its finds given another type."""

    def __init__(self, inner: PatternRecognizer, entity: str) -> None:
        super().__init__(entity, inner.context or ())
        self._inner = inner

    def spans(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Yield the inner recognizer's finds."""
        for found in self._inner.analyze(text, self._inner.supported_entities):
            yield found.start, found.end, found.score


class PatternSpans(SpanRecognizer):
    """Finds of one pattern: the group `it` where there is one, else the whole match.

    The pattern must be bounded (no open-ended repetition in another), for texts come from
    strangers. A match that fails `valid` is none.
    """

    def __init__(
        self,
        entity: str,
        pattern: str,
        score: float = CERTAIN,
        *,
        context: Iterable[str] = (),
        valid: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(entity, context)
        self._pattern = regex.compile(pattern, regex.VERBOSE)
        self._group: str | int = "it" if "it" in self._pattern.groupindex else 0
        self._score, self._valid = score, valid

    def spans(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Yield the matches that are valid."""
        for match in self._pattern.finditer(text):
            if self._valid is None or self._valid(match[self._group]):
                yield *match.span(self._group), self._score
