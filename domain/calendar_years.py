"""Years that records may speak of: not before anybody who is known was born, and not without an end.

The database's driver takes the first and the last moment of the calendar for infinity.
"""

from datetime import date, datetime

from domain.errors import InvalidInputError

FIRST, LAST = 1850, 2999


def within_years(field: str, value: date | datetime | None) -> None:
    """Raise ``InvalidInputError`` for a day or a time of another year; none is one of none."""
    if value is not None and not FIRST <= value.year <= LAST:
        raise InvalidInputError(f"it must lie within the years {FIRST} to {LAST}", (field,))
