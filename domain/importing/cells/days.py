"""Days and times in cells: what a form leaves open is found by a rule, or refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import TypeVar

from domain.importing.cells.numbers import with_ascii_digits
from domain.values import clock
from domain.values.errors import InvalidInputError

AGE_MAX = 110
"""Nobody is taken to be older by a year of two digits; fewer than one in ten million is."""

BUDDHIST = range(2400, 2700)
"""Years of 1857 to 2156 as Thailand counts them; nothing that a file speaks of lies there otherwise."""

D = TypeVar("D", bound=date)

_DIRECTIVE = re.compile(r"%(.)")
_FULL, _SHORT = frozenset("YGc"), frozenset("yx")
_DAYS = tuple(
    map(frozenset, ("md", "bd", "Bd", "j", "c", "x", "Vu", "Uw", "Ww", "Ua", "Wa", "UA", "WA"))
)
_MIDNIGHT = re.compile(r"(?<=-\d\d)[T ]00:00(?::00(?:[.,]0{1,9})?)?$")
"""With which databases write a day."""
_DIGITS = re.compile(r"\d")
_SERIAL = re.compile(r"\s*[0-9]{4,5}([.,][0-9]+)?\s*")


class FormError(ValueError):
    """A form cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class ShortYear:
    """A day or a time of which the cell tells only the last two digits of the year."""

    moment: date

    def of_birth(self, today: date) -> date:
        """The one century in which somebody may have been born who lives; refused where two are left."""
        oldest = today.year - AGE_MAX
        born = [d for d in self._centuries(today) if _day(d) <= today and d.year > oldest]
        if len(born) != 1:
            raise InvalidInputError(
                "the two digits of the year fit a child and somebody of a hundred: write four"
            )
        return born[0]

    def latest(self, today: date) -> date:
        """The last time that it was that day."""
        return max((d for d in self._centuries(today) if _day(d) <= today), key=_day)

    def nearest(self, today: date) -> date:
        """Of past and future days the one that is nearest to today."""
        return min(self._centuries(today), key=lambda d: abs(_day(d) - today))

    def _centuries(self, today: date) -> list[date]:
        short, century = self.moment.year % 100, today.year // 100
        years = [100 * (century + step) + short for step in (-1, 0, 1)]
        return [d for year in years if (d := _in_year(self.moment, year)) is not None]


Read = Callable[[str], date | ShortYear]


def form(written: str, *, is_day: bool) -> Read:
    """What reads days, or times, of a form such as ``%d.%m.%Y``; raises ``FormError``."""
    directives = set(_DIRECTIVE.findall(written.replace("%%", "")))
    is_short = not directives & _FULL
    if is_short and not directives & _SHORT:
        raise FormError("it has no year (%Y, or %y for two digits of it)")
    example = datetime(2001, 2, 3, tzinfo=UTC)
    try:
        datetime.strptime(example.strftime(written), written)  # noqa: DTZ007 - only whether it reads
    except (ValueError, re.error):  # The latter where a directive stands twice.
        raise FormError("it is no form that Python's strptime reads") from None
    if not any(day <= directives for day in _DAYS):
        raise FormError("it has no day (%d with %m, %b or %B, or %j): a day is never guessed")
    if "I" in directives and "p" not in directives:
        raise FormError("%I needs %p, or nobody knows whether it is morning: write %H for 24 hours")
    if "Z" in directives and "z" not in directives:
        raise FormError("%Z reads a zone's name and forgets it: write %z for an offset")

    def read(text: str) -> date | ShortYear:
        try:
            moment = datetime.strptime(with_ascii_digits(text.strip()), written)  # noqa: DTZ007 - its zone is added later
        except ValueError:
            raise InvalidInputError(
                f"it must be a date of the form {written}{_hint(text)}"
            ) from None
        found = moment.date() if is_day else moment
        return ShortYear(found) if is_short else _gregorian(found)

    return read


def day(text: str) -> date:
    """A day as ISO 8601 has it; raises ``InvalidInputError`` without it."""
    try:
        found = date.fromisoformat(_MIDNIGHT.sub("", with_ascii_digits(text.strip())))
    except ValueError:
        raise InvalidInputError(f"it must be a date such as 2024-12-31{_hint(text)}") from None
    return _gregorian(found)


def moment(value: str | date, zone: tzinfo) -> datetime:
    """A point in time; a day is its first moment, and a time without an offset is the zone's.

    Raises ``InvalidInputError``, also for a time that the zone's clocks skip or show twice.
    """
    if isinstance(value, str):
        value = _gregorian(_time(value))
    elif not isinstance(value, datetime):
        value = datetime.combine(value, time())
    placed = value if value.tzinfo is not None else _in_zone(value, zone)
    try:
        placed.astimezone(UTC)
    except OverflowError:
        raise InvalidInputError("it must lie within the years 1 to 9999") from None
    return placed


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(with_ascii_digits(text.strip()))
    except ValueError:
        said = "it must be a date such as 2024-12-31 or a time such as 2024-12-31T09:30:00+01:00"
        raise InvalidInputError(f"{said}{_hint(text)}") from None


def _in_zone(local: datetime, zone: tzinfo) -> datetime:
    """INVARIANT: midnight is the first moment of its day, also where clocks leave it out."""
    first = local.replace(tzinfo=zone, fold=0)
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return first
    again = first.astimezone(UTC).astimezone(zone)
    if local.time() == time():
        return again
    how = "twice" if again.replace(tzinfo=None) == local else "never"
    raise InvalidInputError(
        f"clocks are put {'back' if how == 'twice' else 'forward'} then, so that the time is there"
        f" {how}: write it with its offset"
    )


def _gregorian(found: D) -> D:
    """The day; raises ``InvalidInputError`` for a year of the Thai calendar, which is 543 ahead."""
    if found.year in BUDDHIST:
        raise InvalidInputError("the year is of the Buddhist calendar: write the Gregorian one")
    return found


def _hint(text: str) -> str:
    if _SERIAL.fullmatch(text):
        return "; a number is no date: export dates as text"
    return "; other forms take a step such as {date: '%d.%m.%Y'}" if _DIGITS.search(text) else ""


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _in_year(value: date, year: int) -> date | None:
    try:
        return value.replace(year=year)
    except ValueError:
        return None


def today() -> date:
    """The present day in UTC."""
    return clock.now().date()
