"""Payment card numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from privacy.detection.recognizers.matching import CERTAIN, SpanRecognizer

# ISO/IEC 7812-1: up to 19 digits; 12 is the shortest in use (Maestro).
_CANDIDATE: Final = regex.compile(r"(?<![\w.,+-])\d(?:[ -]?\d){11,18}(?![\w-])")
_ISSUERS: Final = regex.compile("[2-6]|1800")
_WORDS: Final = (
    *("card", "credit", "debit", "cc", "visa", "mastercard", "amex", "maestro"),
    *("karte", "carte", "tarjeta", "carta"),
)
_MISTYPED: Final = 0.1


class CardRecognizer(SpanRecognizer):
    """Numbers with a card's length, issuer and check digit.

    A number that fails the check needs a word such as "card" beside it: people mistype, and what
    they mistype still leads to the card.
    """

    def __init__(self) -> None:
        super().__init__("CREDIT_CARD", _WORDS)

    def spans(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Yield the candidates, the valid ones as certain."""
        for match in _CANDIDATE.finditer(text):
            digits = regex.sub(r"\D", "", match[0])
            valid = _ISSUERS.match(digits) is not None and passes_luhn(digits)
            yield *match.span(), CERTAIN if valid else _MISTYPED


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit checks the others (Luhn; ISO/IEC 7812-1, annex B)."""
    doubled = (divmod(int(digit) * 2, 10) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(map(sum, doubled))) % 10 == 0
