"""O18: countries by ISO 3166, by their names in many languages, and by usual short forms."""

import sys

import pytest

from domain.importing.cells.countries import LANGUAGES, country_code
from policy.geography.countries import COUNTRIES

NAMES = {
    "Czechia": "CZ",
    "Czech Republic": "CZ",
    "North Macedonia": "MK",
    "Eswatini": "SZ",
    "Swaziland": "SZ",
    "United States of America": "US",
    "U.S.A.": "US",
    "USA": "US",
    "Great Britain": "GB",
    "UK": "GB",
    "The Netherlands": "NL",
    "the  netherlands": "NL",
    "Holland": "NL",
    "Los Países Bajos": "NL",
    "Republic of Korea": "KR",
    "Korea, Republic of": "KR",
    "Korea (Republic of)": "KR",
    "Russian Federation": "RU",
    "Viet Nam": "VN",
    "DEU": "DE",
    "276": "DE",
    "BRD": "DE",
    "Deutschland": "DE",
    "Federal Republic of Germany": "DE",
    "GERMANY": "DE",
    "Österreich": "AT",
    "Oesterreich": "AT",
    "OSTERREICH": "AT",
    "Republik Österreich": "AT",
    "Schweiz": "CH",
    "l'Italie": "IT",
    "Kingdom of Spain": "ES",
    "Türkiye": "TR",
    "Turkey": "TR",
    "Tuerkei": "TR",
    "Ivory Coast": "CI",
    "Cote d'Ivoire": "CI",
    "CÔTE D\u2019IVOIRE": "CI",
    "Cape Verde": "CV",
    "DR Congo": "CD",
    "Congo (Kinshasa)": "CD",
    "Democratic Republic of the Congo": "CD",
    "Republic of the Congo": "CG",
    "Trinidad & Tobago": "TT",
    "St Lucia": "LC",
    "Saint Lucia": "LC",
    "日本": "JP",
    "Россия": "RU",
    "مصر": "EG",
    "Ελλάδα": "GR",
    "Georgia": "GE",
    "Kosovo": "XK",
    "Ascension Island": "SH",
    "004": "AF",
    "Kingdom of Saudi Arabia": "SA",
    "Korea, South": "KR",
    "Korea, North": "KP",
    "S. Korea": "KR",
    "PR China": "CN",
    "VR China": "CN",
    "中國": "CN",
    "한국": "KR",
    "アメリカ": "US",
    "США": "US",
    "Ísland": "IS",
    "Hongkong": "HK",
    "Hong Kong SAR": "HK",
    "Rep. of Ireland": "IE",
    "N. Ireland": "GB",
    "Schottland": "GB",
    "Czech Rep.": "CZ",
    "Dominican Rep.": "DO",
    "Dem. Rep. Congo": "CD",
    "Congo, Rep.": "CG",
    "République du Congo": "CG",
    "Bahamas, The": "BS",
    "St. Vincent": "VC",
    "Russische Föderation": "RU",
    "Vereinigte Staaten von Amerika": "US",
    "USA (United States)": "US",
    "Germany (DE)": "DE",
    "Germany / Deutschland": "DE",
    "Schweiz/Suisse/Svizzera": "CH",
    "DE - Germany": "DE",
    "Holy See (Vatican City State)": "VA",
    "Netherlands (Kingdom of the)": "NL",
    "Cote D'Ivoire (Ivory Coast)": "CI",
    "\uff24\uff25": "DE",
}
UNKNOWN = [
    *("Congo", "Kongo", "Конго", "Korea", "Democratic Republic of Korea", "Republic of China"),
    *(
        "Virgin Islands",
        "State of Georgia",
        "America",
        "Atlantis",
        "4",
        "49",
        "EU",
        "AC",
        "ZZ",
        "XYZ",
        "",
        "-",
        "ČR",
        "Germany/France",
        "Germany (EU)",
        "Austria - Hungary",
        "Serbia and Montenegro",
        "USSR",
    ),
]


@pytest.mark.parametrize(("name", "code"), NAMES.items())
def test_o18_a_country_is_known_by_its_name(name: str, code: str) -> None:
    assert country_code(name) == code


@pytest.mark.parametrize("name", UNKNOWN)
def test_o18_a_name_of_none_or_of_two_is_refused(name: str) -> None:
    assert country_code(name) is None


def test_o18_every_country_is_known_by_its_codes_and_by_its_names() -> None:
    from babel import Locale  # noqa: PLC0415 - as in what is tried

    for code, codes in COUNTRIES.items():
        assert {country_code(one) for one in codes} == {code}
    congos = {"CG", "CD"}
    for language in LANGUAGES:
        names = Locale(language).territories
        found = {code: country_code(names[code]) for code in COUNTRIES if code not in congos}
        wrong = {c: f for c, f in found.items() if f != c}
        assert set(wrong.values()) <= {None}, (language, wrong)  # Never another country's.
        assert len(wrong) <= 2, (language, wrong)


def test_nothing_is_read_before_a_country_is_sought() -> None:
    from subprocess import run  # noqa: PLC0415 - a process of its own, in which nothing was read

    script = "import sys, domain.importing.cells.countries; sys.exit('babel' in sys.modules)"
    assert run([sys.executable, "-c", script], check=False).returncode == 0  # noqa: S603 - a fixed command
