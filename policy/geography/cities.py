"""City of a postal address, where the address says plainly which part of it is one.

Doubt means none: a street that is taken for a city would tell where somebody lives.
"""

import re

_LETTERS = r"[^\W\d_][^\W\d_.'’ /-]{0,3}(?:[^\W\d_]|[.'’ /-]){0,40}"
_CITY = rf"(?P<city>{_LETTERS})"
_CODE = r"(?:\d{4,6}(?: [A-Z]{2})?|\d{2}-\d{3}|\d{4}-\d{3}|\d{3} \d{2})"
_COUNTRY = r"(?:, (?P<country>[^\W\d_][^\W\d_.]*(?: [^\W\d_.]+){0,3}))?"

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf".*\d.*, (?:[A-Z]{{1,3}}-)?{_CODE} {_CITY}{_COUNTRY}",
        rf".*\d.*, {_CITY},? [A-Z]{{2}},? \d{{5}}(?:-\d{{4}})?{_COUNTRY}",
        rf".*\d.*, {_CITY},? [A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}{_COUNTRY}",
        rf".*\d.*, {_CITY},? [A-Z]{{2}},? [A-Z]\d[A-Z] \d[A-Z]\d{_COUNTRY}",
    )
)
_NAMES = (
    "austria belgië belgien belgique belgium canada danmark denmark deutschland españa estonia finland"
    " france germany iceland ireland italia italy latvia lithuania luxembourg nederland netherlands norge"
    " norway poland polska portugal schweiz slovakia slovenia spain suisse suomi sverige sweden svizzera"
    " switzerland uk usa österreich"
)
_COUNTRIES = frozenset(_NAMES.split()) | {
    "united kingdom",
    "united states",
    "great britain",
    "czech republic",
}
_STREET = re.compile(
    r"(?:\b(?:st|str|street|r|rd|road|ave|av|avenue|blvd|boulevard|broadway|ln|lane|dr|drive|ct|court|way|pl"
    r"|place|plaza|sq|square|ter|terrace|hwy|highway|pkwy|parkway|rue|allée|quai|chemin|impasse|via|viale"
    r"|piazza|corso|calle|avenida|paseo|rua|ul|ulica|no|nr|apt|suite|floor|box|c/o)\b"
    r"|str\.|stra(?:ss|ß)e|gasse|allee|platz|damm|ufer|straat|laan|gracht|plein|gatan|vägen|gata|vej\b|gade\b)",
    re.IGNORECASE,
)
LENGTH_MAX = 300


def city_of(address: str) -> str | None:
    """The city; none where the address has no known form, or what looks like a city has a street's name."""
    if len(address) > LENGTH_MAX:
        return None
    parts = (" ".join(part.split()) for part in re.split(r"[\n,]", address))
    text = ", ".join(part for part in parts if part)
    for form in _FORMS:
        match = form.fullmatch(text)
        if match and _is_country(match["country"]) and not _STREET.search(match["city"]):
            return match["city"].strip()
    return None


def _is_country(text: str | None) -> bool:
    return text is None or text.casefold() in _COUNTRIES
