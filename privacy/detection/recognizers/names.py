"""Names that the words beside them announce: titles, introductions, greetings, signatures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from privacy.detection.language.words import NEVER_A_NAME, is_known
from privacy.detection.recognizers.matching import SpanRecognizer
from privacy.detection.recognizers.patterns.name_cues import CUES, SMALL_LETTERS_CUE

_SMALL_LETTERS_SCORE: Final = 0.6


class CuedNameRecognizer(SpanRecognizer):
    """Whatever follows "Mr", "my name is" or "Kind regards", in any language's spelling."""

    def __init__(self, words: frozenset[str]) -> None:
        super().__init__("PERSON")
        self._words = words

    def spans(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Yield the announced names; in small letters only words that English does not have."""
        for pattern, score in CUES:
            for match in pattern.finditer(text):
                if match["it"].lower() not in NEVER_A_NAME:
                    yield *match.span("it"), score
        for match in SMALL_LETTERS_CUE.finditer(text):
            if not is_known(match["it"], self._words):
                yield *match.span("it"), _SMALL_LETTERS_SCORE
