"""Numbers by which a state knows a person."""

from __future__ import annotations

from typing import Final

import regex
from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    DeTaxIdRecognizer,
    EsNieRecognizer,
    EsNifRecognizer,
    FiPersonalIdentityCodeRecognizer,
    ItFiscalCodeRecognizer,
    PlPeselRecognizer,
    SePersonnummerRecognizer,
    UkNinoRecognizer,
    UsItinRecognizer,
    UsPassportRecognizer,
)

from privacy.detection.recognizers.matching import PatternSpans, Renamed

_TYPE: Final = "NATIONAL_ID"
_PRESIDIOS: Final = (
    *(DeTaxIdRecognizer, EsNieRecognizer, EsNifRecognizer, FiPersonalIdentityCodeRecognizer),
    *(ItFiscalCodeRecognizer, PlPeselRecognizer, SePersonnummerRecognizer),
    *(UkNinoRecognizer, UsItinRecognizer, UsPassportRecognizer),
)
# Sex, year, month (20 and more where unknown), department (2A, 2B: Corsica), commune, order, key.
_FR_NIR: Final = r"""
    (?<!\w) [1-478][ ]?\d\d[ ]?(?:0[1-9]|1[0-2]|[2-9]\d)[ ]?(?:\d\d|2[AB])
    [ ]?\d{3}[ ]?\d{3}[ ]?\d\d (?!\w)"""


def national_id_recognizers() -> list[EntityRecognizer]:
    """Return recognizers for NATIONAL_ID; a number with a check digit must pass it."""
    ours = PatternSpans(_TYPE, _FR_NIR, valid=is_french_nir)
    return [ours, *(Renamed(each(supported_language="en"), _TYPE) for each in _PRESIDIOS)]


def is_french_nir(text: str) -> bool:
    """Tell whether the key is 97 minus the number modulo 97, with 19 for 2A and 18 for 2B."""
    compact = regex.sub(r"\s", "", text).replace("2A", "19").replace("2B", "18")
    return int(compact[-2:]) == 97 - int(compact[:-2]) % 97
