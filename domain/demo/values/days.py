"""Demo days, on which the made-up company lived. None of them depends on today."""

from datetime import UTC, date, datetime, timedelta
from random import Random

REFERENCE = date(2026, 11, 1)
"""The day the data set was, as it were, taken; nothing in it happened later."""

SINCE_DAYS_MIN = 20
HISTORY_DAYS = 1_095
"""How long before the reference day customers were met: at least, at most."""

_OPENS, _CLOSES = 7, 18


def days_before(rng: Random, least: int, most: int) -> date:
    """A day between ``least`` and ``most`` days before the reference day."""
    return REFERENCE - timedelta(days=rng.randint(least, most))


def at_work(rng: Random, day: date) -> datetime:
    """A moment of that day at which somebody works (UTC)."""
    hour, minute = rng.randrange(_OPENS, _CLOSES), rng.randrange(60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_DAY_FORMATS = {"en": "{} {}", "de": "{}. {}", "fr": "{} {}", "es": "{} de {}"}


def day_in(language: str, day: date) -> str:
    """Day and month in words."""
    return _DAY_FORMATS[language].format(day.day, _MONTHS[language].split()[day.month - 1])
