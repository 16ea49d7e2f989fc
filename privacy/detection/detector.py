"""Detector: a text in, the spans of its personal data out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from privacy.detection.chunking import chunks
from privacy.detection.findings import Finding
from privacy.detection.overlap_resolution import resolve
from privacy.detection.visible_text import visible


class Detector:
    """Finds personal data in free text, on this machine only.

    Making one loads the models (three seconds, some 200 MB): keep it. It opens no socket, writes no
    file and logs nothing; the words of a text are forgotten when `detect` returns. It finds much,
    never everything: a text without findings is not thereby free of personal data. Threads may
    share a detector, but take turns.
    """

    def __init__(self, languages: Sequence[str] = ("en",)) -> None:
        """Raise ValueError for a language without a model; only English has one.

        Names, numbers and addresses of other languages are found by their form in any text.
        """
        if tuple(languages) != ("en",):
            raise ValueError(f"no model for {languages!r}, only for ('en',)")
        # Here, not above: spaCy and Presidio cost seconds, and most importers never detect.
        from privacy.detection.reader import PieceReader  # noqa: PLC0415 - see above

        self._reader = PieceReader()

    def detect(self, text: str) -> tuple[Finding, ...]:
        """Return the findings in text order, their offsets counting the code points of `text`.

        Takes any string, NUL and lone surrogates included. Time grows linearly with its length.
        Findings may overlap where neither contains the other; `redact` merges them.
        """
        seen = visible(text)
        return tuple(seen.original(finding) for finding in resolve(self._findings(seen.text)))

    def detect_many(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        """Return the findings of each text, in the order of `texts`."""
        return [self.detect(text) for text in texts]

    def _findings(self, text: str) -> Iterator[Finding]:
        for offset, piece in chunks(text):
            for found in self._reader.read(piece):
                yield replace(found, start=offset + found.start, end=offset + found.end)
