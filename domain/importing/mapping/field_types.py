"""Field types: from what a mapping reads to the type that a field has."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from domain.importing.cells import days
from domain.importing.cells.currency_signs import currencies_of
from domain.importing.cells.numbers import Computed, Priced, integer, read_number
from domain.importing.write import interactions, members, opportunities
from domain.validation.customers import REQUIRED, RULES
from domain.values.calendar_years import within_years
from domain.values.currencies import is_known, places
from domain.values.errors import InvalidInputError
from domain.values.locations import read
from domain.values.money import Money, places_of

FIELDS: Mapping[str, frozenset[str]] = {
    "member": members.FIELDS,
    "customer": frozenset({*RULES, "created_at"}) - {"tags", "external_references"},
    "interaction": interactions.FIELDS,
    "opportunity": opportunities.FIELDS,
}
"""The fields that a record of each target may have."""

REQUIRED_FIELDS: Mapping[str, frozenset[str]] = {
    "member": frozenset(),
    "customer": REQUIRED - {"tags"},
    "interaction": frozenset({"channel", "direction", "occurred_at"}),
    "opportunity": frozenset({"title"}),
}
"""Those without which there is no record."""

OMITTED_WHEN_EMPTY = frozenset({"created_at", "occurred_at", "lifecycle", "active"})
"""Fields that cannot be emptied: an empty cell leaves them as they are."""

FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "1"), True),
    **dict.fromkeys(("false", "no", "0"), False),
}
"""The words for yes and no; others are mapped to these."""

Convert = Callable[[Any, tzinfo], Any]

_TOO_EXACT = (
    "the sum has more decimal places than its currency (ISO 4217): write round: half_up, half_even"
    " or down beside the sum"
)


def typed(field: str, value: Any, zone: tzinfo) -> Any:
    """The value as the field's type, text where it has no other; raises ``InvalidInputError`` without
    the value.
    """
    if value is None:
        return None
    convert: Convert = _TYPES.get(field, as_text)
    return convert(value, zone)


def as_text(value: Any, zone: tzinfo) -> str:
    """What a step made, written out again for a field of text."""
    value = _number(value)
    if isinstance(value, Priced):
        raise InvalidInputError("it holds a currency, which only an amount may")
    if isinstance(value, days.ShortYear):
        value = value.nearest(days.today())
    if isinstance(value, datetime):
        value = days.moment(value, zone)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def with_currency(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with a plain amount, of no more places than its currency has; a currency that the cell
    names must be that of the record, and of no amount it says nothing.
    """
    amount, currency = values.get("amount"), values.get("currency")
    if amount is None and "amount" in values:
        return {**values, "currency": None}
    if isinstance(amount, Priced):
        currency, amount = _named(amount, currency), amount.amount
        values = {**values, "currency": currency}
    return dict(values) if amount is None else {**values, "amount": _of(currency, amount)}


def _named(amount: Priced, currency: str | None) -> str | None:
    if currency is None and len(amount.currencies) == 1:
        (currency,) = amount.currencies
    if currency not in amount.currencies:
        raise InvalidInputError("the cell names another currency, or one of several", ("amount",))
    return currency


def _of(currency: str | None, amount: Decimal | Computed) -> Decimal:
    if currency is None:
        return amount.amount if isinstance(amount, Computed) else amount
    if isinstance(amount, Computed):
        amount = amount.within(places(currency))
        if is_known(currency) and places_of(amount) > places(currency):
            raise InvalidInputError(_TOO_EXACT, ("amount",))
    Money(amount, currency).check_places()
    return amount


def _number(value: Any) -> Any:
    return value.amount if isinstance(value, Computed) else value


def _birth_date(value: Any, _zone: tzinfo) -> date:
    return _day(value, days.ShortYear.of_birth)


def _expected_day(value: Any, _zone: tzinfo) -> date:
    day = _day(value, days.ShortYear.nearest)
    within_years("expected_close", day)
    return day


def _day(value: Any, century: Callable[[days.ShortYear, date], date]) -> date:
    if isinstance(value, days.ShortYear):
        value = century(value, days.today())
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else days.day(str(value))


def _past(value: Any, zone: tzinfo) -> datetime:
    return _moment(value, zone, days.ShortYear.latest)


def _said(value: Any, zone: tzinfo) -> datetime:
    """On the clock of the zone, which tells what is said on one day."""
    return _past(value, zone).astimezone(zone)


def _planned(value: Any, zone: tzinfo) -> datetime:
    return _moment(value, zone, days.ShortYear.nearest)


def _moment(value: Any, zone: tzinfo, century: Callable[[days.ShortYear, date], date]) -> datetime:
    if isinstance(value, days.ShortYear):
        value = century(value, days.today())
    moment = days.moment(value if isinstance(value, date) else str(value), zone)
    within_years("moment", moment)
    return moment


def _flag(value: Any, _zone: tzinfo) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word not in FLAGS:
        raise InvalidInputError(f"it must be one of {', '.join(sorted(FLAGS))}")
    return FLAGS[word]


def _amount(value: Any, _zone: tzinfo) -> Decimal | Priced | Computed:
    return value if isinstance(value, Decimal | Priced | Computed) else read_number(str(value))


def _currency(value: Any, zone: tzinfo) -> str:
    """A code in any case, or a sign that only one currency has."""
    text = as_text(value, zone)
    found = currencies_of(text.strip())
    return next(iter(found)) if len(found) == 1 else text


_TYPES: Mapping[str, Convert] = {
    "currency": _currency,
    "birth_date": _birth_date,
    "expected_close": _expected_day,
    "amount": _amount,
    "active": _flag,
    "location": lambda value, zone: read(as_text(value, zone)),
    "duration_seconds": lambda value, _: integer(_number(value)),
    "expires_at": _planned,
    **dict.fromkeys(("created_at", "closed_at", "occurred_at"), _past),
    **dict.fromkeys(("given_at", "withdrawn_at"), _said),
}
