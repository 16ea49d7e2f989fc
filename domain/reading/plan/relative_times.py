"""Times relative to now: ISO 8601 durations, and the moments that they lead to."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Self

from domain.declaration.kinds import Kind
from domain.reading.plan.criteria import Operator
from domain.values.errors import InvalidInputError

YEARS_MAX = 100
LENGTH_MAX = 40

RELATIVE: Mapping[Operator, int] = MappingProxyType(
    {
        Operator.WITHIN_LAST: -1,
        Operator.OLDER_THAN: -1,
        Operator.WITHIN_NEXT: 1,
        Operator.LATER_THAN: 1,
    }
)
"""The operators that take a duration, and whether it leads back from now or ahead."""

_FORM = re.compile(
    r"P(?=.)(?:(\d{1,7})Y)?(?:(\d{1,7})M)?(?:(\d{1,7})W)?(?:(\d{1,7})D)?"
    r"(T(?=.)(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7})S)?)?",
    re.ASCII,
)
_MONTHS_OF_YEAR = 12
_MONTHS_MAX = YEARS_MAX * _MONTHS_OF_YEAR
_DAYS_MAX = YEARS_MAX * 366


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and an exact span; at most 100 years of each."""

    months: int
    span: timedelta
    has_time: bool

    @classmethod
    def parse(cls, text: str) -> Self:
        """``P30D``, ``P1Y6M``, ``P2W``, ``PT12H``: whole numbers, no sign (ISO 8601-1, 5.5.2).

        Raises ``InvalidInputError``.
        """
        match = _FORM.fullmatch(text) if len(text) <= LENGTH_MAX else None
        if match is None:
            raise InvalidInputError("a duration is written as P30D, P1Y6M or PT12H (ISO 8601)")
        years, months, weeks, days, hours, minutes, seconds = (
            int(number or 0) for number in match.group(1, 2, 3, 4, 6, 7, 8)
        )
        months += years * _MONTHS_OF_YEAR
        span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        if months > _MONTHS_MAX or span > timedelta(days=_DAYS_MAX):
            raise InvalidInputError(f"a duration has at most {YEARS_MAX} years")
        return cls(months, span, match[5] is not None)


def checked(kind: Kind, text: str, path: tuple[str, ...]) -> str:
    """The duration as it was given; raises ``InvalidInputError`` where it cannot be used."""
    try:
        duration = Duration.parse(text)
    except InvalidInputError as error:
        raise InvalidInputError(error.message, path) from None
    if kind is Kind.DATE and duration.has_time:
        raise InvalidInputError("a day is compared with whole days only", path)
    return text


def moments(operator: Operator, kind: Kind, text: str, now: datetime) -> tuple[date, date]:
    """Where a duration leads from now, and now itself: points in time, or days in UTC.

    ``now`` is in UTC. A month leads to the same day of another month, or to its last.
    """
    duration, sign = Duration.parse(text), RELATIVE[operator]
    led = _months_away(now, sign * duration.months) + sign * duration.span
    return (led.date(), now.date()) if kind is Kind.DATE else (led, now)


def _months_away(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, _MONTHS_OF_YEAR)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
