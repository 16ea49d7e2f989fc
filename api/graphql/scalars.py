"""Scalars whose errors never repeat the value."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

RFC3339_LENGTH_MAX = 40

_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,10})?")

DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
DecimalText = NewType("DecimalText", Decimal)


def _datetime(value: Any) -> datetime:
    if isinstance(value, str) and len(value) <= RFC3339_LENGTH_MAX and "T" in value:
        parsed = datetime.fromisoformat(value)
        if parsed.tzinfo is not None:
            return _within_the_calendar(parsed)
    raise ValueError


def _within_the_calendar(value: datetime) -> datetime:
    """The time; raises ``ValueError`` where its offset takes it out of the years 1 to 9999."""
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise ValueError from None
    return value


def _date(value: Any) -> date:
    if isinstance(value, str) and len(value) == len("2026-01-01"):
        return date.fromisoformat(value)
    raise ValueError


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError
    return Decimal(value)


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A point in time with its offset (RFC 3339), such as 2026-11-21T09:30:00+01:00.",
        serialize=str,
        parse_value=_datetime,
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A calendar day (ISO 8601), such as 2026-11-21.",
        serialize=str,
        parse_value=_date,
    ),
    DecimalText: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as text, such as "1265793.0395".',
        serialize=str,
        parse_value=_decimal,
    ),
}
