"""From what a mapping reads to the type that a field has."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from domain.customers.validation import RULES
from domain.errors import InvalidInputError
from domain.importing.mapping.transforms import decimal
from domain.importing.write import interactions, members, opportunities
from domain.places import read

FIELDS: Mapping[str, frozenset[str]] = {
    "member": members.FIELDS,
    "customer": frozenset({*RULES, "created_at"}) - {"tags", "external_references"},
    "interaction": interactions.FIELDS,
    "opportunity": opportunities.FIELDS,
}
"""The fields that a record of each target may have."""

OMITTED_WHEN_EMPTY = frozenset({"created_at", "occurred_at", "lifecycle"})
"""Fields that cannot be emptied: an empty cell leaves them as they are."""


def typed(field: str, value: Any, zone: tzinfo) -> Any:
    """The value as the field's type; raises ``InvalidInputError`` without the value."""
    convert = _TYPES.get(field)
    if value is None or convert is None:
        return value
    try:
        return convert(value, zone)
    except ValueError:
        raise InvalidInputError("it must be a date such as 2024-12-31 or a number") from None


def _moment(value: Any, zone: tzinfo) -> datetime:
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time(), zone)
    else:
        moment = datetime.fromisoformat(value.strip())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _date(value: Any, _zone: tzinfo) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value.strip())


def _decimal(value: Any, _zone: tzinfo) -> Decimal:
    return value if isinstance(value, Decimal) else decimal(value)


_TYPES: Mapping[str, Callable[[Any, tzinfo], Any]] = {
    "birth_date": _date,
    "expected_close": _date,
    "amount": _decimal,
    "location": lambda value, _: read(value),
    "duration_seconds": lambda value, _: int(value),
    **dict.fromkeys(
        ("created_at", "closed_at", "occurred_at", "given_at", "withdrawn_at", "expires_at"),
        _moment,
    ),
}
