"""Context words: the score of a find is raised when the words beside it speak for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import regex
from presidio_analyzer import ContextAwareEnhancer, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from privacy import caches

_BEFORE: Final = 60
_AFTER: Final = 24
_BOOST: Final = 0.4


class NearbyWords(ContextAwareEnhancer):
    """Look for a recognizer's context words in the characters around each of its finds.

    Presidio's own enhancer needs lemmas, walks all tokens for every result, and puts the text into
    the errors it raises and the records it logs; this one does none of that.
    """

    def __init__(self) -> None:
        super().__init__(_BOOST, _BOOST, _BEFORE, _AFTER)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002 - Presidio's signature
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,  # noqa: ARG002 - Presidio's signature
    ) -> list[RecognizerResult]:
        """Return `raw_results`, the supported ones with a higher score (at most 1.0)."""
        words = {r.id: tuple(r.context) for r in recognizers if r.context}
        for result in raw_results:
            supporting = words.get(_recognizer_of(result))
            if supporting is not None and _speaks_for(text, result, supporting):
                result.score = min(result.score + _BOOST, self.MAX_SCORE)
        return raw_results


def _recognizer_of(result: RecognizerResult) -> str:
    return str(result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY])


def _speaks_for(text: str, result: RecognizerResult, words: Sequence[str]) -> bool:
    pattern = _any_of(tuple(words))
    before = text[max(0, result.start - _BEFORE) : result.start]
    return bool(pattern.search(before) or pattern.search(text[result.end : result.end + _AFTER]))


@lru_cache(maxsize=caches.CONTEXT_WORDS)
def _any_of(words: tuple[str, ...]) -> regex.Pattern[str]:
    return regex.compile(r"(?i)(?<!\w)(?:" + "|".join(map(regex.escape, words)) + ")")
