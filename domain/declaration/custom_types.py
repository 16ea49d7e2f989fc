"""What a tenant declares of a custom field, and the one spelling of its values.

A spelling is text whose order as bytes is the order of the values, so that one column holds values of all
types, and two spellings of one value have one tag.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Underflow
from enum import StrEnum
from typing import Any

from privacy.invisible import without_invisible
from privacy.labels import Category

NAME_LENGTH_MAX = 63
SEALED_LENGTH_MAX = 2_000
PLAIN_LENGTH_MAX = 500
"""A plain text stands in an index, whose entries have at most 2,704 bytes."""

DIGITS_MAX = 30
FRACTION_MAX = 10

_INTEGER = re.compile(rf"[+-]?[0-9]{{1,{DIGITS_MAX}}}", re.ASCII)
_ZERO = 10 ** (DIGITS_MAX + FRACTION_MAX)
_EXACT = Context(prec=2 * (DIGITS_MAX + FRACTION_MAX), traps=[Inexact, Overflow, Underflow])


class NotOfTypeError(ValueError):
    """A text is no value of the declared type. Carries neither."""


class CustomType(StrEnum):
    """The type that a custom field is declared with."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    DECIMAL = "DECIMAL"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    DATETIME = "DATETIME"
    CHOICE = "CHOICE"


FEW_VALUES = frozenset({CustomType.BOOLEAN, CustomType.CHOICE})
"""Of these a tag would tell the value by how often it occurs."""


class CustomKind(StrEnum):
    """How custom fields are compared: what a filter says of which type one is."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "dateTime"
    CHOICE = "choice"


KINDS: Mapping[CustomType, CustomKind] = {
    CustomType.TEXT: CustomKind.TEXT,
    CustomType.INTEGER: CustomKind.NUMBER,
    CustomType.DECIMAL: CustomKind.NUMBER,
    CustomType.BOOLEAN: CustomKind.BOOLEAN,
    CustomType.DATE: CustomKind.DATE,
    CustomType.DATETIME: CustomKind.DATE_TIME,
    CustomType.CHOICE: CustomKind.CHOICE,
}
"""How a field of each declared type is compared."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One custom field. ``category`` labels its values; ``choices`` are those of a CHOICE.

    The values of all lie sealed in the row's pack. Those that are not ``sealed`` also stand in the
    clear beside it, so that they have an order.
    """

    name: str
    type: CustomType
    sealed: bool = True
    category: Category = Category.CONTENT
    choices: tuple[str, ...] = ()

    def spelled(self, text: str) -> str:
        """The one spelling by which a value that was given as text is found; raises ``NotOfTypeError``."""
        return self._read(text)[1]

    def canonical(self, text: str) -> str:
        """A value that was given as text, as filters take it; raises ``NotOfTypeError``."""
        return _written(self._read(text)[0])

    def _read(self, text: str) -> tuple[Any, str]:
        is_choice = self.type is not CustomType.CHOICE or text in self.choices
        if not is_choice or len(text) > self.length_max:
            raise NotOfTypeError
        try:
            value = _READ[self.type](text)
            return value, spelled(value)
        except ValueError:
            raise NotOfTypeError from None

    @property
    def length_max(self) -> int:
        """How many characters a value may have."""
        return SEALED_LENGTH_MAX if self.sealed else PLAIN_LENGTH_MAX


def spelled(value: Any) -> str:
    """The one spelling of a value; raises ``ValueError`` for one that is out of range."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return _number(Decimal(value))
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
    return without_invisible(str(value))


def _written(value: Any) -> str:
    """A value as the API shows it, and as filters take it."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():  # And times, which are dates as well.
            return value.isoformat()
    return str(value)


def _number(value: Decimal) -> str:
    """Shifted above zero and filled with zeros: its digits have the order of the numbers."""
    if not value.is_finite() or (value and value.adjusted() >= DIGITS_MAX):
        raise ValueError
    try:
        shifted = _EXACT.scaleb(value, FRACTION_MAX)
    except ArithmeticError:
        raise ValueError from None
    number = int(shifted)
    if shifted != number:
        raise ValueError
    return f"{number + _ZERO:0{DIGITS_MAX + FRACTION_MAX + 1}d}"


def _moment(value: datetime) -> str:
    """In UTC, to the microsecond."""
    if value.tzinfo is None:
        raise ValueError
    try:
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    except OverflowError:
        raise ValueError from None


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError from None


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError
    return text == "true"


_READ: Mapping[CustomType, Callable[[str], Any]] = {
    CustomType.TEXT: str,
    CustomType.INTEGER: _integer,
    CustomType.DECIMAL: _decimal,
    CustomType.BOOLEAN: _boolean,
    CustomType.DATE: date.fromisoformat,
    CustomType.DATETIME: datetime.fromisoformat,
    CustomType.CHOICE: str,
}
