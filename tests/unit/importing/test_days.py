"""O19: two digits of a year, Excel's serials, days that are none.

O32: times that clocks skip or show twice.
"""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.importing.cells.days import FormError, ShortYear, day, form, moment
from domain.values.errors import InvalidInputError

TODAY = date(2026, 11, 30)
BERLIN = ZoneInfo("Europe/Berlin")


def short(text: str) -> ShortYear:
    found = form("%d.%m.%y", is_day=True)(text)
    assert isinstance(found, ShortYear)
    return found


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("14.02.47", date(1947, 2, 14)),
        ("14.02.69", date(1969, 2, 14)),
        ("14.02.27", date(1927, 2, 14)),
        ("01.12.26", date(1926, 12, 1)),  # In 2026 it is tomorrow.
        ("31.12.99", date(1999, 12, 31)),
        ("29.02.00", date(2000, 2, 29)),
        ("14.02.16", date(2016, 2, 14)),
    ],
)
def test_o19_the_only_century_in_which_somebody_may_be_born(cell: str, expected: date) -> None:
    assert short(cell).of_birth(TODAY) == expected


@pytest.mark.parametrize("cell", ["14.02.26", "30.11.26", "01.01.20", "14.02.17"])
def test_o19_a_child_or_somebody_of_a_hundred_is_not_guessed(cell: str) -> None:
    with pytest.raises(InvalidInputError, match="write four"):
        short(cell).of_birth(TODAY)


def test_o19_other_days_are_in_the_nearest_century_or_in_the_last() -> None:
    assert short("14.02.47").nearest(TODAY) == date(2047, 2, 14)
    assert short("14.02.97").nearest(TODAY) == date(1997, 2, 14)
    assert short("14.02.47").latest(TODAY) == date(1947, 2, 14)
    assert short("30.11.26").latest(TODAY) == TODAY
    assert short("01.12.26").latest(TODAY) == date(1926, 12, 1)


@pytest.mark.parametrize(
    "cell", ["2024-02-30", "31/04/2024", "00.00.0000", "0000-00-00", "2023-02-29", "x", "12.2024"]
)
def test_a_day_that_is_none_is_refused(cell: str) -> None:
    with pytest.raises(InvalidInputError, match="it must be a date such as"):
        day(cell)
    for written in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"):
        with pytest.raises(InvalidInputError, match="of the form"):
            form(written, is_day=True)(cell)


@pytest.mark.parametrize("cell", ["45352", "45352.5", "45352,75", " 1234 "])
def test_a_serial_of_excel_is_refused_with_the_remedy(cell: str) -> None:
    with pytest.raises(InvalidInputError, match="export dates as text"):
        day(cell)
    with pytest.raises(InvalidInputError, match="export dates as text"):
        moment(cell, UTC)
    with pytest.raises(InvalidInputError, match="export dates as text"):
        form("%d.%m.%Y", is_day=True)(cell)


@pytest.mark.parametrize(
    "cell", ["1980-02-14 00:00:00", "1980-02-14T00:00", "1980-02-14T00:00:00.000000"]
)
def test_a_day_with_a_midnight_behind_it_is_that_day(cell: str) -> None:
    """As databases export it; another time would be cut off."""
    assert day(cell) == date(1980, 2, 14)
    with pytest.raises(InvalidInputError):
        day(cell.replace("00:00", "00:01"))


def test_arabic_digits_are_digits() -> None:
    assert form("%d.%m.%Y", is_day=True)(
        "\u0661\u0664.\u0660\u0662.\u0661\u0669\u0664\u0667"
    ) == date(1947, 2, 14)


@pytest.mark.parametrize("written", ["%d.%m.", "%H:%M", "%e.%m.%Y", "%Q", "day", "", "%"])
def test_a_form_that_tells_no_day_is_none(written: str) -> None:
    with pytest.raises(FormError):
        form(written, is_day=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-06-01T10:00", datetime(2024, 6, 1, 8, tzinfo=UTC)),
        ("2024-06-01 10:00:00+05:30", datetime(2024, 6, 1, 4, 30, tzinfo=UTC)),
        ("2024-06-01T10:00:00Z", datetime(2024, 6, 1, 10, tzinfo=UTC)),
        (date(2024, 6, 1), datetime(2024, 5, 31, 22, tzinfo=UTC)),
        (datetime(2024, 1, 1, 10), datetime(2024, 1, 1, 9, tzinfo=UTC)),  # noqa: DTZ001 - its zone is what is tried
    ],
)
def test_a_time_without_an_offset_is_the_zones(value: Any, expected: datetime) -> None:
    assert moment(value, BERLIN) == expected


@pytest.mark.parametrize(
    ("cell", "zone", "said"),
    [
        ("2026-03-29 02:30", BERLIN, "never"),
        ("2026-10-25 02:30", BERLIN, "twice"),
        ("2026-03-08 02:15", ZoneInfo("America/New_York"), "never"),
        ("2026-11-01 01:59:59", ZoneInfo("America/New_York"), "twice"),
        ("2026-04-05 01:45", ZoneInfo("Australia/Lord_Howe"), "twice"),
    ],
)
def test_o32_a_time_that_clocks_skip_or_show_twice_is_refused(
    cell: str, zone: ZoneInfo, said: str
) -> None:
    with pytest.raises(InvalidInputError, match=f"{said}: write it with its offset"):
        moment(cell, zone)


def test_o32_with_its_offset_it_is_taken() -> None:
    assert moment("2026-10-25 02:30+01:00", BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_day_whose_midnight_is_skipped_begins_an_hour_later() -> None:
    """Clocks went from 0:00 to 1:00 in Beirut on 27 March 2022, or from 1:00 to 0:00 in Havana."""
    beirut = moment(date(2022, 3, 27), ZoneInfo("Asia/Beirut"))
    havana = moment(date(2022, 11, 6), ZoneInfo("America/Havana"))
    assert beirut.astimezone(UTC) == datetime(2022, 3, 26, 22, tzinfo=UTC)
    assert havana.astimezone(UTC) == datetime(2022, 11, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["0001-01-01T00:00+14:00", "9999-12-31T23:00-10:00"])
def test_a_time_outside_the_calendar_is_refused(cell: str) -> None:
    with pytest.raises(InvalidInputError, match="years 1 to 9999"):
        moment(cell, UTC)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("%Y", "no day"),
        ("%m/%Y", "no day"),
        ("%Y-%W", "no day"),
        ("%d %Y", "no day"),
        ("%d.%m.%Y %I:%M", "%p"),
        ("%Y-%m-%d %H:%M %Z", "%z"),
    ],
)
def test_a_form_by_which_something_would_be_guessed_is_none(written: str, reason: str) -> None:
    """Python takes the first of January for a year, the morning for twelve hours, and no zone for CET."""
    with pytest.raises(FormError, match=reason):
        form(written, is_day=False)


@pytest.mark.parametrize(
    "written", ["%Y-%j", "%G-W%V-%u", "%d %b %Y", "%B %d, %y", "%d.%m.%Y %I:%M %p", "%c"]
)
def test_a_form_that_tells_the_day_otherwise_is_one(written: str) -> None:
    form(written, is_day=False)


@pytest.mark.parametrize(
    "cell", ["2567-02-14", "\u0e52\u0e55\u0e56\u0e57-\u0e50\u0e52-\u0e51\u0e54"]
)
def test_a_year_of_the_buddhist_calendar_is_refused(cell: str) -> None:
    with pytest.raises(InvalidInputError, match="Buddhist"):
        day(cell)
    with pytest.raises(InvalidInputError, match="Buddhist"):
        moment(cell, UTC)
    with pytest.raises(InvalidInputError, match="Buddhist"):
        form("%Y-%m-%d", is_day=True)(cell)
