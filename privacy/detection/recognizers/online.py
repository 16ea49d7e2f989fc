"""Email addresses and web addresses.

Presidio's own recognizers check the domain with tldextract, which fetches the public suffix list
and caches it on disk; a leaked address under an unknown suffix is a leak all the same.
"""

from __future__ import annotations

from typing import Final

from presidio_analyzer import EntityRecognizer

from privacy.detection.recognizers.matching import PatternSpans

_HOST: Final = r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_AT: Final = r"(?:@|\s?\[at\]\s?|\s?\(at\)\s?)"
_EMAIL: Final = rf"(?<![\w.+-]) [\w!#$%&'*+/=?^`{{|}}~.-]{{1,64}}+ {_AT} {_HOST} (?![\w-])"
_PATH: Final = r"[^\s<>\"'\])]{0,2000}"
_SUFFIX: Final = r"(?i:com|org|net|edu|gov|info|io|eu|de|fr|it|es|uk)"
_URL: Final = rf"""
    (?<![\w@.]) (?: (?i:https?|ftp)://{_PATH}
    | (?: www\.{_HOST} | (?:[\w-]{{1,63}}\.){{1,4}}{_SUFFIX} ) (?!\w) (?:/{_PATH})? )"""


def online_recognizers() -> list[EntityRecognizer]:
    """Return recognizers for EMAIL_ADDRESS and URL."""
    return [PatternSpans("EMAIL_ADDRESS", _EMAIL, 1.0), PatternSpans("URL", _URL, 0.6)]
