"""Currency signs in cells: which currencies ``€``, ``US$``, ``kr`` or a code may stand for (CLDR)."""

import unicodedata
from collections import defaultdict
from functools import lru_cache

from domain.values.currencies import is_known
from privacy import caches

_LOCAL = {
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "ft": ("HUF",),
    "fr": ("CHF",),
    "sfr": ("CHF",),
    "lei": ("RON",),
    "лв": ("BGN",),
    "руб": ("RUB",),  # noqa: RUF001 - so it is written in Russian
    "euro": ("EUR",),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"),
    "元": ("CNY",),
    "円": ("JPY",),
    "￥": ("JPY", "CNY"),
    "₽": ("RUB",),
    "₺": ("TRY",),
    "₴": ("UAH",),
    "грн": ("UAH",),
    "₸": ("KZT",),
}
"""Abbreviations that stand in files; CLDR has them only in the languages that they belong to."""


def currencies_of(written: str) -> frozenset[str]:
    """The currencies that a code or a sign may stand for; none where it is neither."""
    code = written.upper()
    if is_known(code):
        return frozenset({code})
    local = _LOCAL.get(written.casefold().removesuffix("."))
    return frozenset(local) if local else _signs().get(written, frozenset())


@lru_cache(maxsize=caches.ONCE)
def _signs() -> dict[str, frozenset[str]]:
    """English signs; the last sign of one (``$`` of ``CA$``) may stand for all that share it."""
    from babel import Locale  # noqa: PLC0415 - read where a file has signs only

    found: dict[str, set[str]] = defaultdict(set)
    for code, sign in Locale("en").currency_symbols.items():
        if sign != code and is_known(code):
            found[sign].add(code)
            if unicodedata.category(sign[-1]) == "Sc":  # The A of FCFA says nothing.
                found[sign[-1]].add(code)
    found["US$"].add("USD")
    return {sign: frozenset(codes) for sign, codes in found.items()}
