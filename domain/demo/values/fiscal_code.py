"""Italian codice fiscale (Decreto ministeriale 23/12/1976)."""

from datetime import date
from random import Random
from string import ascii_uppercase

from domain.demo.values.addresses import label
from domain.demo.values.names import PersonName

_MONTHS = "ABCDEHLMPRST"
_TOWNS = ("F205", "H501", "L219", "A944", "F839")
_FIRST_NAME_CONSONANTS = 3
# What the letters A to Z (and the digits, as A to J) count in odd places.
_ODD = (
    *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18),
    *(20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
)


def fiscal_code(rng: Random, name: PersonName, birth: date) -> str:
    """The code of a person born on that day in one of a few towns."""
    day = birth.day + (40 if name.is_woman else 0)
    code = (
        f"{_letters(name.family)}{_letters(_given(name.given))}"
        f"{birth:%y}{_MONTHS[birth.month - 1]}{day:02}{rng.choice(_TOWNS)}"
    )
    return code + _check(code)


def _split(text: str) -> tuple[str, str]:
    letters = label(text).replace("-", "").upper()
    vowels = "".join(sign for sign in letters if sign in "AEIOU")
    return "".join(sign for sign in letters if sign not in "AEIOU"), vowels


def _letters(text: str) -> str:
    consonants, vowels = _split(text)
    return f"{consonants}{vowels}XXX"[:3]


def _given(text: str) -> str:
    consonants, _ = _split(text)
    if len(consonants) <= _FIRST_NAME_CONSONANTS:
        return text
    return consonants[0] + consonants[2:4]


def _check(code: str) -> str:
    total = 0
    for place, sign in enumerate(code):
        value = int(sign) if sign.isdigit() else ascii_uppercase.index(sign)
        total += value if place % 2 else _ODD[value]
    return ascii_uppercase[total % 26]
