"""Phone numbers of many countries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import phonenumbers
import regex

from privacy.detection.recognizers.matching import SpanRecognizer

_CANDIDATE: Final = regex.compile(
    r"""(?<![\w.,:/$€£#+-])(?:\+|\((?=\+?\d{1,5}\)))?+\+?\d(?:[ \t.()/-]{0,3}\d){6,16}
    (?:[ ]?(?:ext\.?|x)[ ]?\d{1,5})?(?![\w/-]|\.\d)""",
    regex.VERBOSE,
)
# "+49 …", "(0)20 …", "020 7946 …" or "555-123-4567": what people write for no other number.
_DIALLED: Final = regex.compile(r"[+(]|0\d{1,4}[ ./-]\d|\d{3}[ .-]\d{3}[ .-]\d{4}$")
# Dates, IPv4 addresses, versions, and 3-2-4 digits, which are a US SSN.
_OTHER: Final = regex.compile(
    r"""(?:(?:19|20)\d\d[-./ ]\d\d?[-./ ]\d\d?|\d\d?[-./ ]\d\d?[-./ ](?:19|20)\d\d)(?!\d)
    |\d{1,3}(?:\.\d{1,3}){3}$|\d(?:\.\d{1,4}){2,5}$|\d{3}[- ]\d\d[- ]\d{4}$""",
    regex.VERBOSE,
)
_HOME_REGIONS: Final = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "CH", "AU", "IN", "BR", "JP")
_WORDS: Final = (
    *("phone", "call", "tel", "mobile", "cell", "fax", "office", "ring", "text me", "contact"),
    *("reach", "answering", "registered", "whatsapp", "sms", "handy", "telefon", "móvil"),
    "portable",
)
_SURE, _LIKELY, _POSSIBLE = 0.8, 0.5, 0.1


class NumberPlanRecognizer(SpanRecognizer):
    """Digits written as one dials them; any others only beside a word such as "call"."""

    def __init__(self) -> None:
        super().__init__("PHONE_NUMBER", _WORDS)

    def spans(self, text: str) -> Iterator[tuple[int, int, float]]:
        """Yield each candidate with what its form and the numbering plans say of it."""
        for match in _CANDIDATE.finditer(text):
            if _OTHER.match(match[0]) is None:
                yield *match.span(), _score(match[0])


def _score(candidate: str) -> float:
    if _DIALLED.match(candidate) is None:
        return _POSSIBLE
    return _SURE if _is_assigned(candidate) else _LIKELY


def _is_assigned(candidate: str) -> bool:
    regions = (None,) if candidate.lstrip("(").startswith("+") else _HOME_REGIONS
    return any(_is_valid_in(candidate, region) for region in regions)


def _is_valid_in(candidate: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(candidate, region))
    except phonenumbers.NumberParseException:
        return False
