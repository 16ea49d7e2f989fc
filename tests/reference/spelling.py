"""How names are spelled, and their words."""

import re
from functools import lru_cache

from tests.folding import folded

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}


@lru_cache(maxsize=4096)
def spellings(text: str) -> frozenset[str]:
    """Without case and accents; an umlaut may be written as two letters."""
    apart = text.lower()
    for letter, letters in _UMLAUTS.items():
        apart = apart.replace(letter, letters)
    return frozenset(" ".join(folded(one).split()) for one in (text, apart))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)
