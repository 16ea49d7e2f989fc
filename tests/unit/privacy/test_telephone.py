"""Telephone numbers that come in: O16, O17, O33 and their kind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.spellings import telephone
from privacy.spellings.plain_text import NotNormalisableError
from privacy.spellings.telephone import (
    numbers_of,
    phone,
    require_possible,
    sought,
    written,
)


@pytest.mark.parametrize(
    ("value", "region", "reason"),
    [
        ("4,93012E+11", "DE", telephone.SPREADSHEET),
        ("4.93012E+11", "DE", telephone.SPREADSHEET),
        (" 3.36989e11 ", "FR", telephone.SPREADSHEET),
        ("\uff11e10", "DE", telephone.SPREADSHEET),
        ("030 1234567 / 0171 1234567", "DE", telephone.SEVERAL),
        ("030 1234567; 0171 1234567", "DE", telephone.SEVERAL),
        ("030 1234567,0171 1234567", "DE", telephone.SEVERAL),
        ("030 1234567 or 0171 1234567", "DE", telephone.SEVERAL),
        ("030 1234567 oder 0171 1234567", "DE", telephone.SEVERAL),
        ("030 1234567\n0171 1234567", "DE", telephone.SEVERAL),
        ("030 1234567 | 0171 1234567", "DE", telephone.SEVERAL),
        ("+49 30 1234567 +49 171 1234567", "DE", telephone.SEVERAL),
        ("030-1234567 – 0171-1234567", "DE", telephone.SEVERAL),
        ("030 1234567, -68", "DE", telephone.SEVERAL),
        ("4.93E+011", "DE", telephone.SPREADSHEET),
        ("493012345678.0", "DE", telephone.DECIMAL),
        ("+49301234567.00", "DE", telephone.DECIMAL),
        ("0301234567,0", "DE", telephone.DECIMAL),
        ("0800 1234567 free", "DE", telephone.WORDS),
        ("0800 please call", "GB", telephone.WORDS),
        ("212-555-0123 home", "US", telephone.WORDS),
        ("030 1234567/68", "DE", telephone.SEVERAL),
        ("06 98 95 00 05 / 06 98 95 00 06", "FR", telephone.SEVERAL),
        ("030 1234567 privat", "DE", telephone.WORDS),
        ("nonsense", "DE", telephone.NOT_ONE),
        ("+", "DE", telephone.NOT_ONE),
        ("98950005", "FR", "no possible telephone number of FR"),
        ("12345678901234567890", "DE", "no possible"),
        ("+49 30", "DE", "no possible"),
        ("000000", "DE", "no possible"),
        ("+999 123456", "DE", "no possible"),
        ("1", "DE", "no possible"),
    ],
)
def test_what_is_no_single_possible_number_is_refused_with_the_reason(
    value: str, region: str, reason: str
) -> None:
    """O16."""
    with pytest.raises(NotNormalisableError, match=reason[:40].replace("+", r"\+")):
        require_possible(value, region)


@pytest.mark.parametrize(
    ("value", "region", "e164"),
    [
        ("030/1234567", "DE", "+49301234567"),
        ("02421/123/456", "DE", "+492421123456"),
        ("0151-1234/5678", "DE", "+4915112345678"),
        ("030 - 123 45 - 67", "DE", "+49301234567"),
        ("\uff10\uff13\uff10 \uff11\uff12\uff13\uff14\uff15\uff16\uff17", "DE", "+49301234567"),
        ("٠٣٠ ١٢٣٤٥٦٧", "DE", "+49301234567"),
        ("०३० १२३४५६७", "DE", "+49301234567"),
        ("030\u00a01234\u202f567\u200b", "DE", "+49301234567"),
        ("+49 (0)30 1234567", "FR", "+49301234567"),
        ("0049 30 1234567", "DE", "+49301234567"),
        ("0049 30 1234567", "US", "+49301234567"),
        ("tel:+49-30-1234567", "US", "+49301234567"),
        ("Tel.: 030 1234567", "DE", "+49301234567"),
        ("Mobil: 0171 1234567", "DE", "+491711234567"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("1-800-CONTACTS", "US", "+18002668228"),
        ("1-800-FLOWERS ext. 12", "US", "+18003569377"),
        ("(800) FLOWERS", "US", "+18003569377"),
        ("13 CABS", "AU", "+61132227"),
        ("0800 REISEN1", "DE", "+498007347361"),
        ("0800 FLOWERS", "NZ", "+648003569377"),
        ("06/98/95/00/05", "FR", "+33698950005"),
        ("030 1234567 ext. 12", "DE", "+49301234567"),
        ("030 1234567 x12", "DE", "+49301234567"),
        ("030 1234567 Durchwahl 12", "DE", "+49301234567"),
        ("030 1234567 (DW 12)", "DE", "+49301234567"),
        ("01 23 45 67 89 poste 12", "FR", "+33123456789"),
        ("110", "DE", "+49110"),
    ],
)
def test_numbers_are_read_as_people_write_them(value: str, region: str, e164: str) -> None:
    require_possible(value, region)
    assert phone(value, region) == e164


@pytest.mark.parametrize(
    ("value", "country", "asked"),
    [
        ("06 98 95 00 05", "FR", "06 98 95 00 05"),
        ("06 98 95 00 05", "FR", "0698950005"),
        ("06 98 95 00 05", "FR", "+33 6 98 95 00 05"),
        ("06 98 95 00 05", "FR", "0033698950005"),
        ("+33 6 98 95 00 05", "FR", "06.98.95.00.05"),
        ("(212) 555-0123", "US", "212-555-0123"),
        ("06 12345678", "IT", "06 1234 5678"),
        ("044 668 18 00", "CH", "044/668 18 00"),
        ("030 1234567", None, "030/123 45 67"),
        ("33698950005", "FR", "33698950005"),
        ("06/98/95/00/05", "FR", "06/98/95/00/05"),
        ("1-809-555-1234", "DO", "1-809-555-1234"),
        ("1-809-555-1234", "DO", "809 555 1234"),
        ("011 49 30 1234567", "US", "011 49 30 1234567"),
        ("7 495 1234567", "RU", "7 495 1234567"),
        ("8 (495) 123-45-67", "KZ", "8 495 1234567"),
        ("01534 123456", "JE", "01534/123456"),
        ("1-800-FLOWERS", "US", "1-800-FLOWERS"),
        ("1-800-FLOWERS", "US", "1-800-356-9377"),
    ],
)
def test_a_record_of_another_country_is_found_as_it_shows_its_number(
    value: str, country: str | None, asked: str
) -> None:
    """O17: the tenant is in Germany."""
    assert set(written(value, country, "DE")) & set(sought(asked, "DE"))


def test_a_number_of_another_country_is_not_a_number_of_the_tenants_own() -> None:
    """O17: who asks with the country finds just that one."""
    french, german = written("06 98 95 00 05", "FR", "DE"), written("0698950005", None, "DE")
    assert not set(french) & set(sought("+49 698 950005", "DE"))
    assert not set(german) & set(sought("+33 6 98 95 00 05", "DE"))


@pytest.mark.parametrize(
    ("value", "asked", "is_found"),
    [
        ("+49 30 9011111 ext. 12", "+49 30 9011111 ext. 99", False),
        ("+49 30 9011111 ext. 12", "+49 30 9011111 ext. 12", True),
        ("+49 30 9011111 ext. 12", "030 9011111 x12", True),
        ("+49 30 9011111 Durchwahl 12", "+49309011111;ext=12", True),
        ("+49 30 9011111 ext. 12", "+49 30 9011111", True),
        ("+49 30 9011111", "+49 30 9011111 ext. 12", False),
    ],
)
def test_an_extension_counts_where_it_is_given(value: str, asked: str, is_found: bool) -> None:  # noqa: FBT001 - a column of the table above
    """O33."""
    assert bool(set(written(value, None, "DE")) & set(sought(asked, "DE"))) is is_found


def test_several_numbers_are_parted_and_none_that_is_cut_short() -> None:
    assert numbers_of("030 1234567 / 0171 1234567", "DE") == ["030 1234567", "0171 1234567"]
    assert numbers_of("030 1234567", "DE") == ["030 1234567"]
    assert len(numbers_of("030 1234567; 0171 1234567 oder 089/123456", "DE")) == 3
    with pytest.raises(NotNormalisableError, match="cut short"):
        numbers_of("030 1234567/68", "DE")


def test_each_of_several_numbers_that_were_kept_in_one_value_finds_its_record() -> None:
    kept = written("030 1234567 / 0171 1234567", None, "DE")
    assert set(kept) >= {"+49301234567", "+491711234567"}


@given(st.text("+0123456789 ()-/.,;xe\n|", max_size=40))
def test_whatever_was_written_is_found_or_refused(value: str) -> None:
    """What passes the check is found by its own spelling, in a tenant of another country too."""
    try:
        require_possible(value, "FR")
    except NotNormalisableError:
        return
    assert set(written(value, "FR", "FR")) & set(sought(value, "FR"))
    assert set(written(value, "FR", "DE")) & set(sought(value, "DE"))


PIECES = st.sampled_from(
    [
        "+",
        "00",
        "011",
        "8",
        "0",
        "(0)",
        "49",
        "1",
        "33",
        "7",
        "800",
        "212",
        "1234567",
        "555-0123",
        "06 98 95 00 05",
        " ",
        "-",
        "/",
        ".",
        ",",
        ";",
        "\n",
        "ext",
        "x",
        "12",
        "FLOWERS",
        "CARE",
        "Tel.: ",
        "oder",
        "1-800-",
        ".0",
        "#",
        "\u200b",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(PIECES, min_size=1, max_size=7).map("".join),
    st.sampled_from(["US", "DE", "FR", "AU", "RU", "IT"]),
    st.sampled_from(["DE", "US", "FR"]),
)
def test_whatever_a_record_shows_finds_it_in_a_tenant_of_any_country(
    value: str, country: str, tenant: str
) -> None:
    """O17."""
    try:
        require_possible(value, country)
    except NotNormalisableError:
        return
    assert set(written(value, country, tenant)) & set(sought(value, tenant))


@pytest.mark.parametrize(
    ("value", "country", "tenant"),
    [
        (",1234567", "US", "DE"),
        (",oder1234567", "US", "DE"),
        ("12345671234567", "DE", "US"),
        ("00800", "AU", "DE"),
        ("0088001234567", "AU", "US"),
    ],
)
def test_odd_numbers_are_found_as_they_are_shown(value: str, country: str, tenant: str) -> None:
    require_possible(value, country)
    assert set(written(value, country, tenant)) & set(sought(value, tenant))
