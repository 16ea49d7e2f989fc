"""Bank account numbers."""

from __future__ import annotations

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import IbanRecognizer

from privacy.detection.language.casing import upper


class AnyCaseIbanRecognizer(IbanRecognizer):
    """Presidio's IBAN recognizer, for small letters too; the check digits keep words out."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 - Presidio's signature
        regex_flags: int | None = None,  # noqa: ARG002 - Presidio's signature
    ) -> list[RecognizerResult]:
        """Return the finds in `text` read as capitals, at the same offsets."""
        found: list[RecognizerResult] = super().analyze(upper(text), entities)
        return found
