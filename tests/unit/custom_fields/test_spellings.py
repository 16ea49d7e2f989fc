"""Of each value there is one spelling, and spellings have the order of the values."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.declaration.custom_types import (
    DIGITS_MAX,
    FRACTION_MAX,
    PLAIN_LENGTH_MAX,
    SEALED_LENGTH_MAX,
    CustomType,
    Definition,
    NotOfTypeError,
    spelled,
)

MOST = 10**DIGITS_MAX
numbers = st.decimals(
    min_value=1 - MOST, max_value=MOST - 1, places=FRACTION_MAX, allow_nan=False
) | st.integers(1 - MOST, MOST - 1).map(Decimal)
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - the zone is drawn apart
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001 - the zone is drawn apart
    timezones=zones,
)


@pytest.mark.parametrize(
    "values",
    [numbers, moments, st.dates(), st.booleans()],
    ids=["numbers", "moments", "days", "booleans"],
)
def test_spellings_have_the_order_of_the_values(values: st.SearchStrategy[Any]) -> None:
    @given(values, values)
    def holds(one: Any, other: Any) -> None:
        spellings = spelled(one).encode(), spelled(other).encode()
        assert (one < other) == (spellings[0] < spellings[1])
        assert (one == other) == (spellings[0] == spellings[1])

    holds()


@pytest.mark.parametrize(
    ("type_", "texts"),
    [
        (CustomType.INTEGER, ("7", "+7", "007")),
        (CustomType.DECIMAL, ("-1.50", "-1.5", "-1.500E0")),
        (CustomType.DECIMAL, ("0", "-0", "0.00")),
        (CustomType.DATE, ("2026-03-01", "20260301")),
        (
            CustomType.DATETIME,
            ("2026-03-01T12:00:00Z", "2026-03-01T13:00:00+01:00", "2026-03-01T12:00:00.000000Z"),
        ),
    ],
)
def test_a_value_has_one_spelling(type_: CustomType, texts: tuple[str, ...]) -> None:
    assert len({Definition("x", type_).spelled(text) for text in texts}) == 1


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (CustomType.INTEGER, "1.5"),
        (CustomType.INTEGER, "1_000"),
        (CustomType.INTEGER, "٣"),
        (CustomType.INTEGER, "1" * (DIGITS_MAX + 1)),
        (CustomType.DECIMAL, "NaN"),
        (CustomType.DECIMAL, "-Infinity"),
        (CustomType.DECIMAL, "1E30"),
        (CustomType.DECIMAL, "1E1000000"),
        (CustomType.DECIMAL, "1E-1000000"),
        (CustomType.DECIMAL, "1." + "3" * 200),
        (CustomType.DECIMAL, "0." + "0" * FRACTION_MAX + "1"),
        (CustomType.BOOLEAN, "True"),
        (CustomType.DATE, "2026-02-30"),
        (CustomType.DATETIME, "2026-03-01T12:00:00"),
        (CustomType.DATETIME, "0001-01-01T00:00:00+12:00"),
        (CustomType.CHOICE, "blue"),
        (CustomType.TEXT, "x" * (SEALED_LENGTH_MAX + 1)),
    ],
)
def test_what_cannot_be_is_refused(type_: CustomType, text: str) -> None:
    with pytest.raises(NotOfTypeError):
        Definition("x", type_, choices=("red",)).spelled(text)


def test_a_plain_text_is_shorter_than_a_sealed_one() -> None:
    longest = Definition("x", CustomType.TEXT, sealed=False).spelled("x" * PLAIN_LENGTH_MAX)
    assert len(longest) == PLAIN_LENGTH_MAX
    with pytest.raises(NotOfTypeError):
        Definition("x", CustomType.TEXT, sealed=False).spelled(longest + "x")


def test_a_moment_is_spelled_in_utc() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert spelled(noon) == "2026-03-01T12:00:00.000000+00:00"
    assert spelled(date(2026, 3, 1)) == "2026-03-01"


@pytest.mark.parametrize(
    ("type_", "given", "kept"),
    [
        (CustomType.DATE, "20240101", "2024-01-01"),
        (CustomType.DATE, "2024-W01-1", "2024-01-01"),
        (CustomType.DATETIME, "20240101 1200+0200", "2024-01-01T12:00:00+02:00"),
        (CustomType.DATETIME, "2024-01-01T12:00:00Z", "2024-01-01T12:00:00+00:00"),
        (CustomType.DECIMAL, "1E+2", "100"),
        (CustomType.DECIMAL, "1.50", "1.50"),
        (CustomType.DECIMAL, "1E-4", "0.0001"),
        (CustomType.INTEGER, "-7", "-7"),
        (CustomType.BOOLEAN, "true", "true"),
        (CustomType.TEXT, "1E+2", "1E+2"),
    ],
)
def test_a_value_is_kept_as_filters_take_it(type_: CustomType, given: str, kept: str) -> None:
    definition = Definition("one", type_)
    assert definition.canonical(given) == kept
    assert definition.canonical(kept) == kept
    assert definition.spelled(given) == definition.spelled(kept)
