"""Countries: ISO 3166-1, and what is in use beyond it.

XK is none of ISO's, but a code that users may assign, and the one by which the European Union, CLDR and
banks write Kosovo. AC and TA, which ISO keeps for the post, are parts of SH.
"""

from collections.abc import Mapping

from iso3166 import countries

Codes = tuple[str, str, str]

COUNTRIES: Mapping[str, Codes] = {
    one.alpha2: (one.alpha2, one.alpha3, one.numeric) for one in countries
}
"""Two letters, three letters and three digits of each country, by two letters."""


def is_country(code: str) -> bool:
    """Whether it is a country's code of two letters."""
    return code in COUNTRIES
