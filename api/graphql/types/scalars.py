"""Scalars (DateTime, Date, Decimal, …) whose errors never repeat the value."""

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
Duration = NewType("Duration", str)


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


def _duration(value: Any) -> str:
    """The text as it is: its form is checked where the field that it is compared with is known."""
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 - graphql-core reports a ValueError as bad input
    return value


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
    Duration: strawberry.scalar(
        name="Duration",
        description="A length of time (ISO 8601) in whole numbers and without a sign, such as P30D, P1Y6M,"
        " P2W or PT12H; at most 100 years.",
        serialize=str,
        parse_value=_duration,
    ),
}
