"""Entities of the language model, put right where it is known to slip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex
from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

_FIRST_LINE: Final = regex.compile(r"[^\r\n]*+(?<!\s)")


class ModelRecognizer(SpacyRecognizer):
    """Presidio's spaCy recognizer, with persons kept to one line and free of digits."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Return the entities; persons end with their line, and "Phase 2" is none."""
        return list(_plausible(text, super().analyze(text, entities, nlp_artifacts)))


def _plausible(text: str, found: list[RecognizerResult]) -> Iterator[RecognizerResult]:
    for result in found:
        if result.entity_type == "PERSON":
            line = _FIRST_LINE.match(text, result.start, result.end)
            if line is None or regex.search(r"\d", line[0]):
                continue
            result.end = line.end()
        yield result
