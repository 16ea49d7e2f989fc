"""Presidio reader of one piece of text. Imported only when a detector is made: it costs seconds."""

from __future__ import annotations

import threading
from typing import Final

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

from privacy.detection.context import NearbyWords
from privacy.detection.findings import Finding
from privacy.detection.language.casing import with_capitals
from privacy.detection.language.language_model import InstalledModel
from privacy.detection.language.words import NEVER_A_NAME
from privacy.detection.log_filter import silence_presidio
from privacy.detection.overlap_resolution import DESCRIPTIVE
from privacy.detection.recognizers import all_recognizers

_SCORE_MIN: Final = 0.4


class PieceReader:
    """Presidio's analyzer over the installed model and our recognizers.

    It reads no configuration and no network. Threads may share it, but take turns.
    """

    def __init__(self) -> None:
        silence_presidio()
        self._model = InstalledModel()
        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=all_recognizers(self._model)),
            nlp_engine=self._model,
            default_score_threshold=_SCORE_MIN,
            context_aware_enhancer=NearbyWords(),
        )
        self._turn = threading.Lock()

    def read(self, piece: str) -> list[Finding]:
        """Return what is found in `piece`, unsorted and with overlaps.

        A piece all in one case is read a second time with capitals, for names alone live on them.
        """
        found = self._analyze(piece)
        recased = with_capitals(piece, NEVER_A_NAME)
        if recased is not None:
            found += (f for f in self._analyze(recased) if f.type not in DESCRIPTIVE)
        return found

    def _analyze(self, piece: str) -> list[Finding]:
        with self._turn, self._model.forgetting():
            results = self._analyzer.analyze(piece, language="en")
        return [Finding(r.entity_type, r.start, r.end, r.score) for r in results]
