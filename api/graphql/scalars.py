"""Scalars whose errors never repeat the value."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

RFC3339_LENGTH_MAX = 40
DECIMAL_LENGTH_MAX = 40

DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
DecimalText = NewType("DecimalText", Decimal)


def _datetime(value: Any) -> datetime:
    if isinstance(value, str) and len(value) <= RFC3339_LENGTH_MAX and "T" in value:
        parsed = datetime.fromisoformat(value)
        if parsed.tzinfo is not None:
            return parsed
    raise ValueError


def _date(value: Any) -> date:
    if isinstance(value, str) and len(value) == len("2026-01-01"):
        return date.fromisoformat(value)
    raise ValueError


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, str) or len(value) > DECIMAL_LENGTH_MAX:
        raise ValueError
    try:
        parsed = Decimal(value)
    except InvalidOperation:
        raise ValueError from None
    if not parsed.is_finite():
        raise ValueError
    return parsed


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
