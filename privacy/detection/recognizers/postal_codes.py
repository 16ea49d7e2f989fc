"""Postal codes, where their form or the words beside them give them away."""

from __future__ import annotations

from typing import Final

from presidio_analyzer import EntityRecognizer

from privacy.detection.recognizers.matching import PatternSpans

_WORDS: Final = (
    *("zip", "zipcode", "postal", "postcode", "post code", "plz", "postleitzahl"),
    *("code postal", "código postal", "cap:", "cep", "psč"),
)
_STATES: Final = """
    (?:A[AEKLPRZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]
    |RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])"""
_UNITED_STATES: Final = rf"(?<!\w){_STATES}[ ](?P<it>\d{{5}}(?:-\d{{4}})?)(?!\w)"
_UNITED_KINGDOM: Final = r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?[ ]\d[ABD-HJLNP-UW-Z]{2}(?!\w)"
_CANADA: Final = r"(?<!\w)[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d(?!\w)"
_NETHERLANDS: Final = r"(?<!\w)[1-9]\d{3}[ ]?[A-Z]{2}(?!\w)"
_DIGITS: Final = r"(?<![\w.-])(?:\d{3,6}(?:-\d{3,4})?|\d{3}[ ]\d{2}|\d{2}-\d{3})(?![\w-])"
_BARE: Final = 0.05


def postal_code_recognizers() -> list[EntityRecognizer]:
    """Return recognizers for ZIP_CODE; digits alone need a word such as "zip" beside them."""
    own_form = (_UNITED_STATES, _UNITED_KINGDOM, _CANADA)
    return [
        *(PatternSpans("ZIP_CODE", form, 0.7) for form in own_form),
        PatternSpans("ZIP_CODE", _NETHERLANDS, 0.3, context=_WORDS),
        PatternSpans("ZIP_CODE", _DIGITS, _BARE, context=_WORDS),
    ]
