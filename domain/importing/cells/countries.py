"""Countries by name: ISO 3166 codes, and names as CLDR has them in many languages, to ISO's two letters.

A name that more than one country has is nobody's: it is refused, not guessed.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from iso3166 import countries

from policy.geography.countries import COUNTRIES
from privacy import caches

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
        "zh_Hant",
    ),
    *("fa", "id", "is", "mk", "nn", "sq", "sr_Latn", "th"),
)
"""The languages that stems are known of, and others of Europe and of its great trading partners."""

_SHORT = {
    "GB": "uk|great britain|britain|england|scotland|wales|northern ireland|north ireland"
    "|grossbritannien|grande bretagne|gran bretana|gran bretagna|groot brittannie"
    "|angleterre|inglaterra|inghilterra|engeland|anglia|anglie"
    "|schottland|ecosse|escocia|nordirland|irlande du nord|irlanda del norte|storbritannien|イングランド",
    "US": "united states of america|the states|us of a|ee uu|eeuu|etats unis d amerique|eua|vsa"
    "|vereinigte staaten von amerika|estados unidos de america|estados unidos da america"
    "|stati uniti d america"
    "|сша|アメリカ|米国|美利坚合众国|vs van amerika|verenigde staten van amerika",
    "VI": "usvi",
    "VG": "bvi",
    "AE": "uae|emirates|vae|vereinigte emirate",
    "NL": "holland|olanda|hollande|holanda|netherlands kingdom of",
    "KR": "republic of korea|rok|한국|남한|republik korea|south korea|corea del sur|大韓民国",
    "KP": "dprk|북한|north korea",
    "RU": "russian federation|russische foderation|federation de russie|rossija|rossiya|рф",
    "VN": "viet nam",
    "CZ": "czech republic|tschechische republik|republique tcheque|ceska republika|tschechei",
    "SK": "slovak republic|slowakische republik|slovenska republika",
    "MK": "macedonia|fyrom|fyr macedonia|macedonia fyr|mazedonien|macedoine"
    "|former yugoslav republic of macedonia",
    "SZ": "swaziland|swasiland",
    "TR": "turkey",
    "CI": "ivory coast|elfenbeinkuste|costa de marfil",
    "CV": "cape verde|kapverden|kap verde",
    "CD": "dr congo|drc|d r congo|rd congo|rdc|zaire|congo kinshasa|congo drc|democratic republic of congo"
    "|congo democratic republic|democratic republic congo|demokratische republik kongo|dr kongo"
    "|republique democratique du congo|congo the democratic republic of the",
    "CG": "republic of the congo|republic of congo|congo brazzaville|congo republic|congo republic of"
    "|republik kongo|republique du congo|kongo brazzaville",
    "BY": "weissrussland|white russia|byelorussia",
    "KG": "kyrgyz republic|kirgisien",
    "MM": "burma|birma",
    "TL": "east timor|osttimor",
    "DE": "brd|ger|独逸",
    "AT": "republik osterreich",
    "CH": "swiss confederation|schweizerische eidgenossenschaft|helvetia|sui",
    "CN": "prc|people s republic of china|p r china|pr china|mainland china|vr china|volksrepublik china"
    "|republique populaire de chine|china people s republic of|中華人民共和国|中华人民共和国",
    "HK": "hong kong|hongkong|hong kong sar",
    "MO": "macao|macau|macau sar|macao sar",
    "TW": "taiwan|taiwan roc|chinese taipei",
    "PS": "palestine|state of palestine|palestinian territory occupied|occupied palestinian territory",
    "VA": "vatican|holy see|vatican city state|vatikanstadt",
    "GR": "el|hellas|hellenic republic",
    "IE": "eire|republic of ireland",
    "ZA": "rsa",
    "SA": "ksa|saudi",
    "SH": "ascension|ascension island|tristan da cunha",
    "BA": "bosnia|bosnia herzegovina|bosnien",
    "LA": "laos|lao pdr",
    "SY": "syria",
    "MD": "moldova|moldau|moldawien",
    "LY": "libyan arab jamahiriya",
    "CF": "central african republic|car",
    "DO": "dominican republic|dom republic",
    "TT": "trinidad|tobago",
    "KN": "saint kitts",
    "VC": "saint vincent|saint vincent and the grenadines",
    "AG": "antigua",
    "ST": "sao tome",
    "SX": "saint maarten|sint maarten",
    "BQ": "bonaire",
    "GF": "guyane",
    "RE": "reunion island",
    "FO": "faroe|faroes",
    "FK": "falklands|malvinas",
    "PG": "png",
    "SJ": "svalbard|spitsbergen",
    "WF": "wallis",
    "HM": "heard island",
    "IO": "biot",
    "UM": "us minor outlying islands",
    "MV": "the maldives",
    "LK": "ceylon",
    "IN": "bharat",
    "JP": "nippon|日本国",
    "BG": "republic of bulgaria",
    "LU": "grand duchy of luxembourg",
    "IL": "state of israel",
    "QA": "state of qatar",
    "KW": "state of kuwait",
    "AR": "argentine republic",
}
"""What CLDR and ISO do not list: earlier names, official ones, abbreviations in everyday use, and EL, as
the European Union writes Greece."""

CODE_LENGTH_MAX = 3
"""Codes are of ASCII: ``ČR`` is not Costa Rica."""

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
_OF = re.compile(r"^(?:de|du|des|del|do|da|dos|das|di|d|of) (?=\S)")
_LONG = {
    "rep": "republic",
    "dem": "democratic",
    "st": "saint",
    "ste": "saint",
    "fed": "federated",
    "is": "islands",
    "isl": "islands",
    "n": "north",
    "s": "south",
}
"""Words that are cut short, in names that are in no list as they stand."""
_TURNED = re.compile(r"(.+?),? (the|north|south|republic of(?: the)?)")
_BETWEEN = re.compile(r"[/()\[\]|]|\s[-–]\s")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "æ": "ae", "å": "aa"})


def country_code(name: str) -> str | None:
    """The code, or nothing for a name that no country or more than one has. Of several names beside each
    other (``Schweiz/Suisse``, ``Germany (DE)``) all have to be the same country's.
    """
    found = _code_of(name)
    if found is not None:
        return found
    parts = [part for part in _BETWEEN.split(name) if part.strip()]
    codes = {_code_of(part) for part in parts} if len(parts) > 1 else {None}
    return codes.pop() if len(codes) == 1 else None


def _code_of(name: str) -> str | None:
    folded = _folded(name)
    if len(folded) <= CODE_LENGTH_MAX and not unicodedata.normalize("NFKC", name).isascii():
        return _codes().get(folded) if folded not in _iso_codes() else None
    words = " ".join(_LONG.get(word, word) for word in folded.split())
    return next((code for form in (folded, words, *_turned(words)) if (code := _known(form))), None)


def _turned(folded: str) -> Iterator[str]:
    """``Korea South`` as ``south korea``."""
    if found := _TURNED.fullmatch(folded):
        yield f"{found[2]} {found[1]}"


def _known(folded: str) -> str | None:
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


@lru_cache(maxsize=caches.ONCE)
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
        clear |= dict.fromkeys(map(_folded, names.split("|")), code)
    return clear | _iso_codes()


@lru_cache(maxsize=caches.ONCE)
def _iso_codes() -> dict[str, str]:
    return {one.casefold(): codes[0] for codes in COUNTRIES.values() for one in codes}


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
