"""Postal addresses: the street with its number, and what follows it up to the postal code."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from presidio_analyzer import EntityRecognizer

from privacy.detection.language.words import is_known
from privacy.detection.recognizers.matching import SpanRecognizer
from privacy.detection.recognizers.patterns.address_tail import end_of_address
from privacy.detection.recognizers.patterns.street_patterns import STREETS
from privacy.detection.recognizers.postal_codes import postal_code_recognizers


class StreetRecognizer(SpanRecognizer):
    """One form of street and number, with unit, town and postal code where they follow."""

    def __init__(self, pattern: str, score: float, words: frozenset[str]) -> None:
        super().__init__("STREET_ADDRESS")
        self._pattern, self._score = regex.compile(pattern, regex.VERBOSE), score
        self._group: str | int = "it" if "it" in self._pattern.groupindex else 0
        self._words = words

    def spans(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Yield each address from its number or street to the end of what belongs to it."""
        for match in self._pattern.finditer(text):
            word = match.groupdict().get("word")
            if word is None or not is_known(word, self._words):
                start, end = match.span(self._group)
                yield start, end_of_address(text, end), self._score


def address_recognizers(words: frozenset[str]) -> list[EntityRecognizer]:
    """Return recognizers for STREET_ADDRESS and ZIP_CODE; `words` are English."""
    streets = [StreetRecognizer(pattern, score, words) for pattern, score in STREETS]
    return [*streets, *postal_code_recognizers()]
