"""From a country's name, in many languages, to its code (ISO 3166-1 alpha-2)."""

from collections import defaultdict
from functools import lru_cache

import phonenumbers

from privacy.vault import normalise

_ABBREVIATED = {"uk": "GB", "usa": "US", "u.s.a.": "US", "u.k.": "GB", "uae": "AE"}


def country_code(name: str) -> str | None:
    """The code, or nothing for a name that no country or more than one has."""
    folded = normalise.text(name)
    upper = folded.upper()
    if upper in phonenumbers.SUPPORTED_REGIONS:
        return upper
    return _codes().get(folded)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """English names win over those that a country has in other languages."""
    from phonenumbers.geodata.locale import LOCALE_DATA  # noqa: PLC0415 - loads all of geography

    known: dict[str, set[str]] = defaultdict(set)
    english: dict[str, str] = {}
    for code in phonenumbers.SUPPORTED_REGIONS:
        names = LOCALE_DATA.get(code, {})
        for language, name in names.items():
            own = names[name[1:]] if name.startswith("*") else name
            known[normalise.text(own)].add(code)
            if language == "en":
                english[normalise.text(own)] = code
    clear = {name: next(iter(codes)) for name, codes in known.items() if len(codes) == 1}
    return clear | english | _ABBREVIATED
