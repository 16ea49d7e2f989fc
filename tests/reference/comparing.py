"""How a value compares with what a filter names."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from tests.folding import folded
from tests.places import distance

CODES = frozenset({"country", "currency", "language", "time_zone"})
"""Texts that have one spelling, in which they are kept; they are asked for in any case."""


def compare(declared: Field, operator: str, value: Any, operand: Any, now: datetime) -> bool:
    """Whether a stored value compares so; a missing one only ever is null, or is not something."""
    if operator in _NEGATED:
        return not compare(declared, _NEGATED[operator], value, operand, now)
    if operator == "isNull":
        return (value is None) is operand
    return value is not None and _compare(declared, operator, value, operand, now)


def _compare(declared: Field, operator: str, value: Any, operand: Any, now: datetime) -> bool:
    if operator == "in":
        return any(_compare(declared, "eq", value, one, now) for one in operand)
    if operator in _DURATIONS:
        return _DURATIONS[operator](value, *_moments(declared, operand, now))
    if operator == "within":
        away = distance(value, operand["latitude"], operand["longitude"])
        return away <= float(operand["kilometres"])
    if operator in _TAGS:
        return _TAGS[operator](set(value), set(operand))
    operand = of_kind(declared, operand)
    if declared.kind is Kind.TEXT and (operator != "eq" or declared.name in CODES):
        value, operand = folded(value), folded(operand)
    return _COMPARISONS[operator](value, operand)


_NEGATED: Mapping[str, str] = {"neq": "eq", "notIn": "in"}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, operand: value == operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "contains": lambda value, operand: operand in value,
    "startsWith": lambda value, operand: value.startswith(operand),
    "endsWith": lambda value, operand: value.endswith(operand),
}
_TAGS: Mapping[str, Callable[[set[str], set[str]], bool]] = {
    "hasAny": lambda tags, wanted: bool(tags & wanted),
    "hasAll": lambda tags, wanted: tags >= wanted,
    "hasNone": lambda tags, wanted: not tags & wanted,
}
# A value, the moment that lies that long ago, now, and the moment that lies that far ahead.
_DURATIONS: Mapping[str, Callable[[Any, Any, Any, Any], bool]] = {
    "withinLast": lambda value, ago, now, _: ago <= value <= now,
    "olderThan": lambda value, ago, _now, _: value < ago,
    "withinNext": lambda value, _, now, ahead: now <= value <= ahead,
    "laterThan": lambda value, _, _now, ahead: value > ahead,
}


def of_kind(declared: Field, operand: Any) -> Any:
    """What was given, as the column holds it."""
    if declared.kind is Kind.TIMESTAMP:
        return datetime.fromisoformat(operand).astimezone(UTC)
    if declared.kind is Kind.DATE:
        return date.fromisoformat(operand)
    return Decimal(operand) if declared.kind is Kind.DECIMAL else operand


def _moments(declared: Field, duration: str, now: datetime) -> tuple[Any, Any, Any]:
    ago, ahead = _led(now, duration, -1), _led(now, duration, 1)
    if declared.kind is Kind.DATE:
        return ago.date(), now.date(), ahead.date()
    return ago, now, ahead


def _led(now: datetime, duration: str, sign: int) -> datetime:
    """Only as far as the documents go: one number and one unit. A month leads to the same day of
    another, or to its last.
    """
    number, unit = int("".join(filter(str.isdigit, duration))), duration[-1]
    if unit not in "YM":
        span = {"H": timedelta(hours=1), "D": timedelta(days=1), "W": timedelta(weeks=1)}[unit]
        return now + sign * number * span
    month = now.replace(day=1)
    for _ in range(number * (12 if unit == "Y" else 1)):
        month = (month + sign * timedelta(days=31 if sign > 0 else 1)).replace(day=1)
    days = [month + timedelta(days=day) for day in range(now.day)]
    return max(day for day in days if day.month == month.month)
