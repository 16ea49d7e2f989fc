"""O29: language tags are BCP 47, countries ISO 3166-1, time zones IANA's."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.validation.customers import RULES
from domain.values.errors import InvalidInputError
from domain.values.language_tags import canonical
from policy.geography.countries import COUNTRIES

TAGS = {
    "EN": "en",
    "en-us": "en-US",
    "de-DE-u-co-phonebk": "de-DE-u-co-phonebk",
    "zh-hans-cn": "zh-Hans-CN",
    "ZH-CMN-HANS-CN": "zh-cmn-Hans-CN",
    "es-419": "es-419",
    "sl-rozaj-biske-1994": "sl-rozaj-biske-1994",
    "de-CH-1901": "de-CH-1901",
    "x-Private": "x-private",
    "en-x-US": "en-x-us",
    "i-KLINGON": "i-klingon",
    "en-gb-oed": "en-GB-oed",
    "sgn-be-fr": "sgn-BE-FR",
    "qaa-Qaaa-QM-x-southern": "qaa-Qaaa-QM-x-southern",
}
NO_TAGS = [
    *(
        "german",
        "deutsch",
        "de_DE",
        "de-",
        "-de",
        "e",
        "de-x",
        "x",
        "123",
        "i-foo",
        "a-DE",
        "",
        "de DE",
    ),
    *(
        "de-419-DE",
        "de-1996-1996",
        "en-a-bbb-a-ccc",
        "en-u",
        "dé",
        "de-\u0661\u0662\u0663",
        "en-" + "x" * 9,
    ),
    "en" + "-abcde" * 20,
]


@pytest.mark.parametrize(("given", "kept"), TAGS.items())
def test_o29_a_well_formed_tag_is_kept_in_its_canonical_case(given: str, kept: str) -> None:
    assert RULES["language"]("language", given) == kept


@pytest.mark.parametrize("tag", NO_TAGS)
def test_o29_what_is_not_well_formed_is_no_tag(tag: str) -> None:
    with pytest.raises(InvalidInputError, match="BCP 47"):
        RULES["language"]("language", tag)


PARTS = st.sampled_from(
    ["de", "EN", "cmn", "Hans", "cn", "419", "1996", "rozaj", "u", "co", "phonebk", "x", "a", "i"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=7).map("-".join))
def test_a_canonical_tag_is_its_own(tag: str) -> None:
    kept = canonical(tag)
    assert kept is None or (canonical(kept), kept.lower()) == (kept, tag.lower())


@pytest.mark.parametrize("code", ["PN", "GS", "AQ", "TF", "BV", "HM", "UM", "XK", "DE"])
def test_o29_every_country_of_iso_3166_is_one(code: str) -> None:
    assert RULES["country"]("country", code) == code
    assert RULES["country"]("country", code.lower()) == code


@pytest.mark.parametrize(
    "code", ["AC", "TA", "EU", "UK", "XX", "ZZ", "DEU", "276", "", "D", "\u0131t", "DE "]
)
def test_o29_what_is_none_is_refused(code: str) -> None:
    with pytest.raises(InvalidInputError, match="ISO 3166-1"):
        RULES["country"]("country", code)


def test_all_of_iso_3166_is_there() -> None:
    assert len(COUNTRIES) == 250


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("UTC", "UTC"),
        ("america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_time_zone_is_kept_as_iana_writes_it(given: str, kept: str) -> None:
    assert RULES["time_zone"]("time_zone", given) == kept


@pytest.mark.parametrize(
    "name", ["", "localtime", "Mars/Base", "+01:00", "../etc/passwd", "CEST", "Europe"]
)
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="time zone"):
        RULES["time_zone"]("time_zone", name)


SIMPLE = {
    "language": st.sampled_from([*TAGS, *NO_TAGS]),
    "country": st.sampled_from([*COUNTRIES, "de", "ß", "XX"]),
    "time_zone": st.sampled_from(["UTC", "europe/berlin", "Asia/Calcutta", "x"]),
    "tags": st.lists(st.text(max_size=70), max_size=4),
    "given_name": st.text(max_size=210),
    "national_id": st.text(max_size=70),
    "external_references": st.lists(
        st.fixed_dictionaries({"system": st.text(max_size=3), "id": st.text(max_size=3)}),
        max_size=3,
    ),
}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(SIMPLE)).flatmap(lambda f: st.tuples(st.just(f), SIMPLE[f])))
def test_a_rule_keeps_what_it_has_made(given: tuple[str, Any]) -> None:
    field, value = given
    try:
        kept = RULES[field](field, value)
    except InvalidInputError:
        return
    assert RULES[field](field, kept) == kept


@pytest.mark.parametrize("day", [date(1849, 12, 31), date(2999, 1, 1)])
def test_nobody_alive_was_born_on_such_a_day(day: date) -> None:
    with pytest.raises(InvalidInputError) as refused:
        RULES["birth_date"]("birth_date", day)
    assert refused.value.path == ("birth_date",)
    assert RULES["birth_date"]("birth_date", date(1850, 1, 1)) == "1850-01-01"
