"""O25: no more decimal places than ISO 4217 gives. O26: withdrawn currencies are taken for their time."""

from datetime import date
from decimal import Decimal

import pytest

from domain.values.currencies import ACTIVE, places, withdrawn
from domain.values.errors import InvalidInputError
from domain.values.money import Money

DAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        *(
            ("1000", "JPY"),
            ("1000.0000", "JPY"),
            ("0.50", "EUR"),
            ("1.234", "KWD"),
            ("1.234", "TND"),
        ),
        *(("1", "KRW"), ("999999999999999", "EUR"), ("0", "ISK"), ("12.50", "HUF"), ("1.5", "IDR")),
    ],
)
def test_an_amount_with_the_places_of_its_currency(amount: str, currency: str) -> None:
    Money(Decimal(amount), currency).check(None)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        *(
            ("1000.55", "JPY"),
            ("0.5", "KRW"),
            ("1.2345", "KWD"),
            ("1.001", "EUR"),
            ("0.001", "USD"),
        ),
        *(("0.1", "CLP"), ("1.5", "ISK"), ("1.5", "XAF"), ("0.0001", "BHD"), ("2.345", "CHF")),
    ],
)
def test_o25_an_amount_with_more_places_than_its_currency_has(amount: str, currency: str) -> None:
    with pytest.raises(InvalidInputError, match="decimal places") as refused:
        Money(Decimal(amount), currency).check(None)
    assert refused.value.path == ("amount",)


@pytest.mark.parametrize("amount", ["1.00001", "0.00001", "1E-5", "123.123456789"])
def test_an_amount_with_more_than_four_places_is_refused_and_not_rounded(amount: str) -> None:
    with pytest.raises(InvalidInputError, match="four decimal places"):
        Money(Decimal(amount), "EUR")


@pytest.mark.parametrize("amount", ["-1", "1E15", "1E300", "NaN", "Infinity", "-0.0001"])
def test_an_amount_that_cannot_be(amount: str) -> None:
    with pytest.raises(InvalidInputError, match="below"):
        Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("currency", "day"),
    [
        ("BGN", date(2024, 6, 1)),
        ("BGN", date(2025, 12, 31)),
        ("HRK", date(2022, 12, 31)),
        ("DEM", date(1999, 5, 1)),
        ("LTL", date(2014, 1, 1)),
        ("ANG", date(2020, 1, 1)),
        ("ITL", date(1990, 1, 1)),
    ],
)
def test_o26_a_withdrawn_currency_is_taken_for_its_time(currency: str, day: date) -> None:
    Money(Decimal(1), currency).check(day)


@pytest.mark.parametrize(
    ("currency", "day"),
    [
        ("BGN", date(2026, 6, 1)),
        ("HRK", DAY),
        ("HRK", None),
        ("DEM", date(2010, 1, 1)),
        ("DEM", date(1900, 1, 1)),
    ],
)
def test_o26_a_withdrawn_currency_is_refused_at_another_time(
    currency: str, day: date | None
) -> None:
    with pytest.raises(InvalidInputError, match="withdrawn") as refused:
        Money(Decimal(1), currency).check(day)
    assert refused.value.path == ("currency",)


@pytest.mark.parametrize("currency", ["XXX", "ABC", "eur", "", "EURO", "XAU", "€"])
def test_what_is_no_currency(currency: str) -> None:
    with pytest.raises(InvalidInputError, match="ISO 4217"):
        Money(Decimal(1), currency)


def test_an_old_lira_has_no_places() -> None:
    with pytest.raises(InvalidInputError, match="no decimal places"):
        Money(Decimal("0.5"), "ITL").check(date(1990, 1, 1))


def test_what_is_active_here_is_so_for_cldr() -> None:
    """The list of the code and CLDR's agree: a currency that was withdrawn is on one side only."""
    assert not ACTIVE & withdrawn().keys()
    assert all(places(code) in {0, 2, 3} for code in ACTIVE)
