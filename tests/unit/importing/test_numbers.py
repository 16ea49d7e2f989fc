"""O7: money with the wrong decimal sign is refused, never multiplied. O30: so it is in sums."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.importing.cells.numbers import Priced, decimal, integer, read_number
from domain.values.errors import InvalidInputError

COMMA = [
    ("512,77", "512.77"),
    ("0,5", "0.5"),
    ("1.234", "1234"),  # One group of three is a group where the comma is the mark.
    ("1.234,50", "1234.5"),
    ("1.234.567,8901", "1234567.8901"),
    ("1 234,5", "1234.5"),
    ("1\u00a0234\u00a0567,5", "1234567.5"),
    ("1\u202f234,5", "1234.5"),
    ("1'234,50", "1234.5"),
    ("1\u2019234,50", "1234.5"),
    ("-12,5", "-12.5"),
    ("12,5-", "-12.5"),
    ("\u221212,5", "-12.5"),
    ("\u201312,5", "-12.5"),
    ("\uff0d12,5", "-12.5"),
    ("12,5\u2011", "-12.5"),
    ("(12,50)", "-12.5"),
    ("+5", "5"),
    (",5", "0.5"),
    ("\u0661\u066c\u0662\u0663\u0664\u066b\u0665", "1234.5"),
    ("007,10", "7.1"),
]
POINT = [
    ("1.234", "1.234"),  # The point is the mark, so one group of three is none.
    ("1,234", "1234"),
    ("1,234.50", "1234.5"),
    ("12,34,567.89", "1234567.89"),
    ("1,00,000", "100000"),
    ("1'234'567.5", "1234567.5"),
    ("0.5", "0.5"),
    ("\u0664\u0662", "42"),
]
REFUSED_WITH_COMMA = [
    *(
        "512.77",
        "0.5",
        "12.34.5,6",
        "0.123",
        "012.345",
        "00.123",
        "1.2345",
        "12.345.67",
        "1234.567,8",
    ),
    *(
        "1.234,5,6",
        "1.234,567.8",
        "1 234.567,8",
        "1'234.567",
        "12.34.567,89",
        "1\u00a0234 567",
        "12 34",
    ),
    *(
        "1.234,567 8",
        "5,",
        ",",
        "1e3",
        "4,93012E+11",
        "1_000",
        "NaN",
        "Infinity",
        "0x1F",
        "12%",
        "12.-",
    ),
    *(
        "--5",
        "-(5)",
        "(-5)",
        "(5",
        "5)",
        "5--",
        "-5-",
        "12-15",
        "12/5",
        "1.234.5",
        "",
        " ",
        "\0",
        "9" * 101,
    ),
]
REFUSED_WITH_POINT = [
    *("512,77", "0,5", "12,34,5.6", "0,123", "1,2,3", "1,23,4", "12,345,67", "1,234,56.7", "1.2.3"),
    *("1.234,50", "1,234,", "1,234 567", "12,3456", "1,234.5.6", "12,34,56", "1.", ".", "1E3"),
]
REFUSED_WITHOUT_MARK = [
    "1,5",
    "1,234",
    "1 234",
    "1'234",
    "1.234.567",
    "1e3",
    "1_0",
    "12%",
    "4.93012E+11",
]


@pytest.mark.parametrize(("cell", "expected"), COMMA)
def test_a_number_with_a_decimal_comma(cell: str, expected: str) -> None:
    assert read_number(cell, ",") == Decimal(expected)


@pytest.mark.parametrize(("cell", "expected"), POINT)
def test_a_number_with_a_decimal_point(cell: str, expected: str) -> None:
    assert read_number(cell, ".") == Decimal(expected)


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        *((cell, ",") for cell in REFUSED_WITH_COMMA),
        *((cell, ".") for cell in REFUSED_WITH_POINT),
        *((cell, None) for cell in REFUSED_WITHOUT_MARK),
    ],
)
def test_o7_what_groups_nothing_is_refused(cell: str, mark: str | None) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_number(cell, mark)
    assert not any(c.isdigit() for c in refused.value.message.replace("12.50", ""))


@pytest.mark.parametrize(
    ("cell", "mark", "amount", "currencies"),
    [
        ("\u20ac 1.234,56", ",", "1234.56", {"EUR"}),
        ("EUR 1,234.56", ".", "1234.56", {"EUR"}),
        ("1.234,56 eur", ",", "1234.56", {"EUR"}),
        ("-\u20ac12", ".", "-12", {"EUR"}),
        ("(CHF 1'000.00)", ".", "-1000", {"CHF"}),
        ("Fr. 12.50", ".", "12.5", {"CHF"}),
        ("\u20b912,34,567", ".", "1234567", {"INR"}),
        ("US$ 5", None, "5", {"USD"}),
        ("12,00 kr", ",", "12", {"SEK", "NOK", "DKK", "ISK"}),
        ("5 \u20bd", None, "5", {"RUB"}),
        ("\uffe55", None, "5", {"JPY", "CNY"}),
        ("5 A", None, "", set()),
        ("5 F", None, "", set()),
        ("DM 5", None, "", set()),
        ("kg 5", None, "", set()),
        ("$ 5 EUR", None, "", set()),
    ],
)
def test_a_currency_beside_the_number_is_told(
    cell: str, mark: str | None, amount: str, currencies: set[str]
) -> None:
    if not currencies:
        with pytest.raises(InvalidInputError, match="no currency"):
            read_number(cell, mark)
        return
    assert read_number(cell, mark) == Priced(Decimal(amount), frozenset(currencies))


def test_a_dollar_is_that_of_any_country() -> None:
    found = read_number("$ 5")
    assert isinstance(found, Priced)
    assert {"USD", "CAD", "AUD"} <= found.currencies
    assert "EUR" not in found.currencies


def test_a_share_is_understood_where_it_is_asked_for() -> None:
    assert decimal("12,5 %", ",", percent=True) == Decimal("0.125")


@pytest.mark.parametrize(("cell", "expected"), [("90", 90), ("90.0", 90), (Decimal("1E+2"), 100)])
def test_a_whole_number(cell: object, expected: int) -> None:
    assert integer(cell) == expected


@pytest.mark.parametrize("cell", ["1.5", "1,000", "1_000", "1e3", "", "x", Decimal("0.1")])
def test_what_is_no_whole_number_is_refused_and_not_cut(cell: object) -> None:
    with pytest.raises(InvalidInputError):
        integer(cell)


AMOUNTS = st.decimals(
    min_value=0, max_value=10**14, places=4, allow_nan=False, allow_infinity=False
)


@settings(max_examples=150, deadline=None)
@given(AMOUNTS, st.sampled_from([",", "."]), st.sampled_from(["", " ", "\u202f", "'", "other"]))
def test_what_is_written_as_numbers_are_is_read_as_it_was(
    amount: Decimal, mark: str, grouping: str
) -> None:
    sign = {",": ".", ".": ","}[mark] if grouping == "other" else grouping
    whole, _, fraction = f"{amount:,.4f}".partition(".")
    assert read_number(whole.replace(",", sign) + mark + fraction, mark) == amount


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="0123456789.,' -()%eE\u20ac\u2019\u00a0", max_size=12),
    st.sampled_from([",", ".", None]),
)
def test_no_sign_moves_the_digits_of_a_number(cell: str, mark: str | None) -> None:
    """Whatever is read has the digits of the cell in their order, and the mark where it stood."""
    try:
        found = read_number(cell, mark)
    except InvalidInputError:
        return
    number = found.amount if isinstance(found, Priced) else found
    whole, _, fraction = cell.partition(mark or ".")
    digits = ["".join(c for c in part if c.isdigit()) for part in (whole, fraction)]
    assert abs(number) == Decimal(f"{digits[0] or 0}.{digits[1] or 0}")
