"""Durations (ISO 8601) and the moments that they lead to."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.declaration.kinds import Kind
from domain.reading.plan.criteria import Operator
from domain.reading.plan.relative_times import RELATIVE, YEARS_MAX, Duration, checked, moments
from domain.values.errors import InvalidInputError

NOW = datetime(2028, 2, 29, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "months", "span"),
    [
        ("P30D", 0, timedelta(days=30)),
        ("P0D", 0, timedelta()),
        ("P2W", 0, timedelta(weeks=2)),
        ("P1Y6M", 18, timedelta()),
        ("PT12H", 0, timedelta(hours=12)),
        ("PT90M", 0, timedelta(minutes=90)),
        ("P1M", 1, timedelta()),
        ("PT1M", 0, timedelta(minutes=1)),
        ("P1Y2M3W4DT5H6M7S", 14, timedelta(days=25, hours=5, minutes=6, seconds=7)),
        (f"P{YEARS_MAX}Y", YEARS_MAX * 12, timedelta()),
    ],
)
def test_a_duration_is_read_as_iso_8601_has_it(text: str, months: int, span: timedelta) -> None:
    duration = Duration.parse(text)
    assert (duration.months, duration.span) == (months, span)


@pytest.mark.parametrize(
    "text",
    [
        "", "P", "PT", "P1DT", "30D", "p30d", "P30", "P1.5D", "P1,5D", "-P30D", "+P30D", "P-30D",
        " P30D", "P30D ", "P30D\n", "P1D2Y", "PT1D", "P1H", "P٣D", "P12345678D", "P" + "0" * 50 + "D",
        "P101Y", "P1201M", "P36601D", "P1Y1200M", "PT9999999H", "2026-01-01", "P1D/P2D",
    ],
)  # fmt: skip
def test_what_is_no_duration_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked(Kind.TIMESTAMP, text, ("created_at", "withinLast"))
    assert refused.value.path == ("created_at", "withinLast")


def test_a_day_is_compared_with_whole_days_only() -> None:
    assert checked(Kind.DATE, "P1Y2M3W4D", ()) == "P1Y2M3W4D"
    with pytest.raises(InvalidInputError):
        checked(Kind.DATE, "PT24H", ())


@pytest.mark.parametrize(
    ("operator", "text", "led"),
    [
        (Operator.WITHIN_LAST, "P30D", datetime(2028, 1, 30, 12, 30, tzinfo=UTC)),
        (Operator.OLDER_THAN, "P1Y", datetime(2027, 2, 28, 12, 30, tzinfo=UTC)),
        (Operator.OLDER_THAN, "P4Y", datetime(2024, 2, 29, 12, 30, tzinfo=UTC)),
        (Operator.WITHIN_NEXT, "P1M", datetime(2028, 3, 29, 12, 30, tzinfo=UTC)),
        (Operator.LATER_THAN, "P11M", datetime(2029, 1, 29, 12, 30, tzinfo=UTC)),
        (Operator.LATER_THAN, "P1YT12H", datetime(2029, 3, 1, 0, 30, tzinfo=UTC)),
        (Operator.WITHIN_LAST, "P2M", datetime(2027, 12, 29, 12, 30, tzinfo=UTC)),
    ],
)
def test_it_leads_to_a_moment_by_the_calendar(operator: Operator, text: str, led: datetime) -> None:
    assert moments(operator, Kind.TIMESTAMP, text, NOW) == (led, NOW)
    assert moments(operator, Kind.DATE, text, NOW) == (led.date(), date(2028, 2, 29))


numbers = st.integers(0, 9_999_999)


@given(
    st.sampled_from(sorted(RELATIVE)),
    st.sampled_from([Kind.DATE, Kind.TIMESTAMP]),
    st.builds("P{}Y{}M{}W{}D".format, numbers, numbers, numbers, numbers)
    | st.builds("P{}M{}DT{}H{}S".format, *(st.integers(0, 1200),) * 2, numbers, numbers),
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds it
)
def test_it_never_overflows(operator: Operator, kind: Kind, text: str, now: datetime) -> None:
    try:
        checked(Kind.TIMESTAMP, text, ())
    except InvalidInputError:
        return
    led, present = moments(operator, kind, text, now)
    assert led <= present if RELATIVE[operator] < 0 else led >= present
