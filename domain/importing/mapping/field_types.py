"""Field types: from what a mapping reads to the type that a field has, by its declaration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from domain.declaration.entity import Entity
from domain.declaration.field import Field, Values
from domain.declaration.kinds import Kind
from domain.importing.cells import days
from domain.importing.cells.currency_signs import currencies_of
from domain.importing.cells.numbers import Computed, Priced, decimal, integer, read_number
from domain.importing.records.records import MONEY
from domain.values.calendar_years import within_years
from domain.values.currencies import is_known, places
from domain.values.errors import InvalidInputError
from domain.values.locations import read
from domain.values.money import Money, places_of

_LEFT_WHEN_EMPTY = frozenset({"created_at", "occurred_at"})

FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "1"), True),
    **dict.fromkeys(("false", "no", "0"), False),
}
"""The words for yes and no; others are mapped to these."""

Convert = Callable[[object, tzinfo], object]

_TOO_EXACT = (
    "the sum has more decimal places than its currency (ISO 4217): write round: half_up, half_even"
    " or down beside the sum"
)


@dataclass(frozen=True, slots=True)
class CellType:
    """What is made of a value; ``convert`` raises ``InvalidInputError`` without it. Prose keeps what nobody
    sees.
    """

    convert: Convert
    is_prose: bool = False


def part_type(name: str) -> CellType:
    """The type of a part of that name, which is no field: text where nothing else is said."""
    return CellType(_BY_NAME.get(name) or as_text)


def field_type(entity: Entity, field: Field) -> CellType:
    """The type of a declared field. An amount is money where its entity says so: else it is a number."""
    is_number = field.name in MONEY and entity.shape.money is None
    by_name = None if is_number else _BY_NAME.get(field.name)
    return CellType(by_name or _BY_KIND.get(field.kind) or as_text, field.is_prose)


def cannot_be_emptied(field: Field) -> bool:
    """Whether an empty cell leaves the field as it is."""
    return field.default is not None or field.name in _LEFT_WHEN_EMPTY


def as_text(value: object, zone: tzinfo) -> str:
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


def with_currency(values: Values) -> dict[str, Any]:
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


def _number(value: object) -> object:
    return value.amount if isinstance(value, Computed) else value


def _birth_date(value: object, _zone: tzinfo) -> date:
    return _day(value, days.ShortYear.of_birth)


def _nearest_day(value: object, _zone: tzinfo) -> date:
    day = _day(value, days.ShortYear.nearest)
    within_years("day", day)
    return day


def _day(value: object, century: Callable[[days.ShortYear, date], date]) -> date:
    if isinstance(value, days.ShortYear):
        value = century(value, days.today())
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else days.day(str(value))


def _past(value: object, zone: tzinfo) -> datetime:
    return _moment(value, zone, days.ShortYear.latest)


def _said(value: object, zone: tzinfo) -> datetime:
    """On the clock of the zone, which tells what is said on one day."""
    return _past(value, zone).astimezone(zone)


def _planned(value: object, zone: tzinfo) -> datetime:
    return _moment(value, zone, days.ShortYear.nearest)


def _moment(
    value: object, zone: tzinfo, century: Callable[[days.ShortYear, date], date]
) -> datetime:
    if isinstance(value, days.ShortYear):
        value = century(value, days.today())
    moment = days.moment(value if isinstance(value, date) else str(value), zone)
    within_years("moment", moment)
    return moment


def _flag(value: object, _zone: tzinfo) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word not in FLAGS:
        raise InvalidInputError(f"it must be one of {', '.join(sorted(FLAGS))}")
    return FLAGS[word]


def _decimal(value: object, _zone: tzinfo) -> Decimal:
    """A number beside which stands no currency."""
    number = _number(value)
    return number if isinstance(number, Decimal) else decimal(str(number))


def _amount(value: object, _zone: tzinfo) -> Decimal | Priced | Computed:
    return value if isinstance(value, Decimal | Priced | Computed) else read_number(str(value))


def _currency(value: object, zone: tzinfo) -> str:
    """A code in any case, or a sign that only one currency has."""
    text = as_text(value, zone)
    found = currencies_of(text.strip())
    return next(iter(found)) if len(found) == 1 else text


_BY_KIND: Mapping[Kind, Convert] = {
    Kind.BOOLEAN: _flag,
    Kind.DATE: _nearest_day,
    Kind.DECIMAL: _decimal,
    Kind.INTEGER: lambda value, _: integer(_number(value)),
    Kind.PLACE: lambda value, zone: read(as_text(value, zone)),
    Kind.TIMESTAMP: _planned,
}
_BY_NAME: Mapping[str, Convert] = {
    "currency": _currency,
    "birth_date": _birth_date,
    "amount": _amount,
    "expires_at": _planned,
    **dict.fromkeys(("created_at", "closed_at", "occurred_at"), _past),
    **dict.fromkeys(("given_at", "withdrawn_at"), _said),
}
"""What a name says more than its kind: money, and on which side of today a time lies."""
