"""Countries by name: ISO 3166 codes, and names as CLDR has them in many languages, to ISO's two letters.

A name that more than one country has is nobody's: it is refused, not guessed.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from iso3166 import countries

from policy.countries import COUNTRIES

LANGUAGES = (
    *(
        "en",
        "ar",
        "bg",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "es",
        "et",
        "fi",
        "fr",
        "he",
        "hr",
        "hu",
        "it",
    ),
    *(
        "ja",
        "ko",
        "lt",
        "lv",
        "nb",
        "nl",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sv",
        "tr",
        "uk",
        "zh",
    ),
)
"""The languages that stems are known of, and the others of Europe and of its great trading partners."""

_SHORT = {
    "GB": "uk|great britain|britain|england|scotland|wales|northern ireland|grossbritannien|grande bretagne"
    "|gran bretana|gran bretagna|groot brittannie",
    "US": "united states of america|the states|us of a|ee uu|eeuu|etats unis d amerique",
    "AE": "uae|emirates",
    "NL": "holland",
    "KR": "republic of korea|rok",
    "KP": "dprk",
    "RU": "russian federation",
    "VN": "viet nam",
    "CZ": "czech republic|tschechische republik|republique tcheque|ceska republika",
    "SK": "slovak republic",
    "MK": "macedonia|fyrom",
    "SZ": "swaziland|swasiland",
    "TR": "turkey",
    "CI": "ivory coast|elfenbeinkuste",
    "CV": "cape verde",
    "CD": "dr congo|drc|d r congo|rd congo|rdc|zaire|congo kinshasa|congo drc|democratic republic of congo",
    "CG": "republic of the congo|republic of congo|congo brazzaville",
    "BY": "weissrussland|white russia",
    "KG": "kyrgyz republic",
    "MM": "burma|birma",
    "TL": "east timor",
    "DE": "brd",
    "CH": "swiss confederation|schweizerische eidgenossenschaft",
    "CN": "prc|people s republic of china",
    "HK": "hong kong",
    "MO": "macao|macau",
    "TW": "taiwan",
    "PS": "palestine|state of palestine",
    "VA": "vatican|holy see",
    "GR": "el|hellas",
    "IE": "eire",
    "ZA": "rsa",
    "SA": "ksa",
    "SH": "ascension|ascension island|tristan da cunha",
    "BA": "bosnia|bosnia herzegovina",
    "LA": "laos",
    "SY": "syria",
    "MD": "moldova",
    "IL": "state of israel",
    "QA": "state of qatar",
    "KW": "state of kuwait",
    "AR": "argentine republic",
}
"""What CLDR and ISO do not list: earlier names, official ones, abbreviations in everyday use, and EL, as
the European Union writes Greece."""

_AMBIGUOUS = frozenset({"congo", "korea", "republic of china"})
"""Two countries are called so, whatever one of the lists says. So is Congo in every language."""

_ARTICLE = re.compile(
    r"(?:the|die|der|das|la|le|les|l|el|los|las|il|lo|gli|i|o|os|as|de|het|den|det) (?=\S)"
)
_OFFICIAL = re.compile(
    r"(?:(?:federal|federative|democratic|islamic|people s|united|cooperative|hellenic) )*"
    r"(?:republic|kingdom|commonwealth|principality|grand duchy|sultanate) of (?:the )?"
    r"|(?:bundesrepublik|republik|konigreich|republica|republique|repubblica) |(?:reino|royaume|regno) "
)
_OF = re.compile(r"(?:de|du|des|del|do|da|dos|das|di|d|of) (?=\S)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "æ": "ae", "å": "aa"})


def country_code(name: str) -> str | None:
    """The code, or nothing for a name that no country or more than one has."""
    folded = _folded(name)
    known = _codes()
    official = _OFFICIAL.sub("", folded, count=1)
    for form in (folded, _bare(folded), _bare(_OF.sub("", official, count=1))):
        if form in _AMBIGUOUS:
            return None
        if (code := known.get(form)) is not None:
            return code
    return None


def _bare(folded: str) -> str:
    return _ARTICLE.sub("", folded, count=1) if _ARTICLE.match(folded) else folded


def _folded(name: str) -> str:
    """Small letters without accents, signs, dots and spaces that say nothing."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in apart if not unicodedata.combining(c)).replace("&", " and ")
    words = re.sub(r"[^\w]+", " ", letters.replace(".", "")).split()
    return " ".join(words)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Codes win over names, and ISO's and English names over those of other languages."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, name in _names(LANGUAGES):
        for spelled in (name, name.casefold().translate(_UMLAUTS)):
            found[_bare(_folded(spelled))].add(code)
    clear = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
    for code, name in (*_names(("en",)), *_iso_names()):
        clear[_bare(_folded(name))] = code
    for code, names in _SHORT.items():
        clear |= dict.fromkeys(names.split("|"), code)
    for codes in COUNTRIES.values():
        clear |= dict.fromkeys(map(str.casefold, codes), codes[0])
    return clear


def _names(languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """CLDR's names. What Babel has loaded for them is let go: only the names are kept."""
    from babel import localedata  # noqa: PLC0415 - read where a file names countries only

    for language in languages:
        is_loaded = language in localedata._cache  # noqa: SLF001 - Babel never forgets: 1 MB each
        names = localedata.load(language)["territories"]
        for code in COUNTRIES:
            name = names.get(code)
            if name is not None and not _is_any_congo(code, name):
                yield code, name
        if not is_loaded:
            localedata._cache.pop(language, None)  # noqa: SLF001 - as above


def _is_any_congo(code: str, name: str) -> bool:
    """Some languages call one of the two just Congo."""
    return code in {"CG", "CD"} and " " not in _folded(name)


def _iso_names() -> Iterator[tuple[str, str]]:
    """``Korea, Republic of`` as it stands, and turned round."""
    for country in countries:
        for name in {country.name, country.apolitical_name}:
            first, comma, rest = name.partition(", ")
            yield country.alpha2, f"{rest} {first}" if comma else name
            yield country.alpha2, re.sub(r" \(.*\)", "", name) if "(Keeling" in name else name
