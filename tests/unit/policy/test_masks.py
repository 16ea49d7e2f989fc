from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.masks import DOT, mask
from privacy.labels import Category

MASKABLE = {
    Category.NAME,
    Category.EMAIL,
    Category.PHONE,
    Category.NATIONAL_ID,
    Category.BIRTH_DATE,
    Category.ADDRESS,
}
words = st.text("abcdefgéß山", min_size=2, max_size=8)


@pytest.mark.parametrize(
    ("category", "value", "shown"),
    [
        (Category.NAME, "Ada King Lovelace", "A. K. L."),
        (Category.EMAIL, "ada@analytical.example.org", "a•••@a•••.org"),
        (Category.EMAIL, "ada@localhost", "a•••@l•••"),
        (Category.EMAIL, "not an address", "n•••@•••"),
        (Category.PHONE, "+49 30 1234567", "•••4567"),
        (Category.PHONE, "123456", "•••"),
        (Category.NATIONAL_ID, "85.07.30-033 28", "•••3328"),
        (Category.NATIONAL_ID, "", "•••"),
        (Category.BIRTH_DATE, "1985-07-30", "1985-01-01"),
        (Category.BIRTH_DATE, "30.7.1985", None),
        (Category.ADDRESS, "Hauptstraße 5\n10115 Berlin", "Berlin"),
        (
            Category.ADDRESS,
            "Hauptstraße 5, D-60311 Frankfurt am Main, Germany",
            "Frankfurt am Main",
        ),
        (Category.ADDRESS, "12 Rue de la Paix, 75002 Paris, France", "Paris"),
        (Category.ADDRESS, "Damrak 1, 1012 LG Amsterdam", "Amsterdam"),
        (Category.ADDRESS, "1 Main Street\nSpringfield, IL 62701", "Springfield"),
        (Category.ADDRESS, "1 Main Street, Springfield IL 62701-1234, USA", "Springfield"),
        (Category.ADDRESS, "10 Downing Street, London SW1A 2AA", "London"),
        (Category.ADDRESS, "24 Sussex Drive, Ottawa, ON K1M 1M4, Canada", "Ottawa"),
    ],
)
def test_each_kind_of_value_has_its_mask(category: Category, value: str, shown: str | None) -> None:
    assert mask(category, value) == shown


@pytest.mark.parametrize("category", sorted(set(Category) - MASKABLE))
def test_a_category_without_a_mask_shows_nothing(category: Category) -> None:
    assert mask(category, "1850-01-01") is None


@pytest.mark.parametrize(
    "address",
    [
        "Berlin",
        "10115 Berlin",
        "12345 Sunset Boulevard",
        "Apt 3, 12345 Sunset Boulevard",
        "Apt 3, 12345 Sunset Boulevard, Los Angeles",
        "Apt 3, 12345 Sunset Boulevard, Germany",
        "Haus 3, 12345 Lindenstr.",
        "5, 12345 Lindenallee, Germany",
        "Hauptstraße 5, Berlin",
        "Ada Lovelace, 12 St James's Square",
        "",
        "x" * 501,
    ],
)
def test_of_an_address_in_doubt_nothing_is_left(address: str) -> None:
    assert mask(Category.ADDRESS, address) == DOT


@given(st.text("Aß é5,\n-.X1", max_size=60))
def test_of_an_address_no_digit_is_left(address: str) -> None:
    shown = mask(Category.ADDRESS, address)
    assert shown == DOT or (shown in " ".join(address.split()) and not any(map(str.isdigit, shown)))


@given(st.dates())
def test_of_a_day_the_year_is_left(day: date) -> None:
    assert mask(Category.BIRTH_DATE, day.isoformat()) == f"{day.year:04}-01-01"


@given(st.sampled_from(Category))
def test_nothing_stays_nothing(category: Category) -> None:
    assert mask(category, None) is None


@given(st.lists(words, min_size=1, max_size=4))
def test_no_word_of_a_name_is_left(name: list[str]) -> None:
    shown = mask(Category.NAME, " ".join(name)).split()
    assert [len(initial) for initial in shown] == [2] * len(name)


@given(words, st.lists(words, min_size=2, max_size=3))
def test_of_an_address_three_things_are_left(local: str, domain: list[str]) -> None:
    shown = mask(Category.EMAIL, f"{local}@{'.'.join(domain)}")
    assert shown == f"{local[0]}{DOT}@{domain[0][0]}{DOT}.{domain[-1]}"


@given(st.text("0123456789 +-()/", max_size=30))
def test_of_a_number_at_most_four_digits_and_never_most_of_it_are_left(number: str) -> None:
    digits = [c for c in number if c.isdigit()]
    left = mask(Category.PHONE, number).removeprefix(DOT)
    assert len(left) in {0, 4}
    assert not left or len(digits) > 6


def test_contact_points_are_masked_one_by_one_without_their_labels() -> None:
    point = {"kind": "EMAIL", "value": "ada@b.org", "label": "at Bob's", "preferred": True}
    given_ = [point.copy()]
    shown = mask(Category.EMAIL, given_)
    assert shown == [{**point, "value": "a•••@b•••.org", "label": None}]
    assert given_ == [point]


def test_a_masked_number_does_not_tell_whether_it_can_be_dialled() -> None:
    point = {"kind": "PHONE", "value": "+49 30 1234567", "label": None, "is_valid": False}
    (shown,) = mask(Category.PHONE, [point])
    assert shown == {"kind": "PHONE", "value": "•••4567", "label": None}
