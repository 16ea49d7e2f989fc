"""What is worked out over the values of a group, and how it is compared."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from tests.reference.comparing import of_kind

Given = Mapping[str, Any]


def cut_to_unit(value: Any, field: Field, key: Given) -> Any:
    """The first day of the unit that a time lies in, where the key's zone is."""
    if key.get("unit") is None or value is None:
        return value
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(key.get("timeZone") or "UTC")).date()
    day: date = value
    starts = {
        "DAY": day,
        "WEEK": day - timedelta(days=day.weekday()),
        "MONTH": day.replace(day=1),
        "QUARTER": day.replace(month=day.month - (day.month - 1) % 3, day=1),
        "YEAR": day.replace(month=1, day=1),
    }
    return starts[key["unit"]]


def _mean(values: Sequence[Any]) -> Fraction:
    return sum((Fraction(value) for value in values), Fraction()) / len(values)


AGGREGATES: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "countDistinct": lambda values: len(set(values)),
    "sum": lambda values: float(sum(values)),
    "avg": lambda values: float(_mean(values)),
    "min": min,
    "max": max,
}


def of_money(function: str, amounts: Sequence[Decimal]) -> Decimal:
    if function == "avg":
        mean = _mean(amounts)
        exact = Decimal(mean.numerator) / Decimal(mean.denominator)
        return exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return {"sum": sum, "min": min, "max": max}[function](amounts)  # type: ignore[no-any-return, operator]  # of decimals


def compares(value: Any, how: Given, field: Field | None = None) -> bool:
    operators: Mapping[str, Callable[[Any, Any], bool]] = {
        "eq": lambda a, b: a == b,
        "neq": lambda a, b: a != b,
        "lt": lambda a, b: a < b,
        "lte": lambda a, b: a <= b,
        "gt": lambda a, b: a > b,
        "gte": lambda a, b: a >= b,
    }
    return all(
        value is not None and operators[name](value, _operand(value, operand, field))
        for name, operand in how.items()
        if name in operators and operand is not None
    )


def _operand(value: Any, operand: Any, field: Field | None) -> Any:
    if isinstance(value, Decimal):
        return Decimal(operand)
    return operand if field is None or field.kind is Kind.INTEGER else of_kind(field, operand)
