"""Range of years that records may speak of: not before anybody known was born, and not without end.

The database's driver takes the first and the last moment of the calendar for infinity.
"""

from datetime import UTC, date, datetime

from domain.values.errors import InvalidInputError

FIRST, LAST = 1850, 2999


def within_years(field: str, value: date | datetime | None) -> None:
    """Raise ``InvalidInputError`` for a day, or a time in UTC, of another year; none is one of none.

    INVARIANT: a time is kept and shown in UTC, so that what is shown may be given again.
    """
    known = value.astimezone(UTC) if isinstance(value, datetime) else value
    if known is not None and not FIRST <= known.year <= LAST:
        raise InvalidInputError(f"it must lie within the years {FIRST} to {LAST}", (field,))
