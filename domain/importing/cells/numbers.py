"""Numbers in cells: a sign is read as grouping only where it parts groups as grouping does.

``1.234,50`` with the mark ``,`` is 1234.5; ``512.77`` with it is refused, since what parts two digits
groups nothing. No number is guessed: it is right, or it is refused.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import NoReturn

from domain.importing.cells.currency_signs import currencies_of
from domain.values.errors import InvalidInputError

LENGTH_MAX = 100

_BETWEEN = "' \u2019\u00a0\u2007\u2009\u202f"
_GROUPING = {None: "", ",": f".{_BETWEEN}", ".": f",{_BETWEEN}"}
_SIGNS = r"\-\u2010-\u2015\u2212\ufe63\uff0d"
_WORD = rf"[^\d\s.,()'\u2019%+{_SIGNS}]{{1,5}}\.?"
_MINUS = f"[{_SIGNS}]"
_FORM = re.compile(
    rf"(?P<open>\()?\s*(?P<first>[+]|{_MINUS})?\s*(?P<before>{_WORD})?\s*(?P<second>{_MINUS})?\s*"
    rf"(?P<digits>[0-9.,](?:[0-9.,'\u2019\s]*[0-9])?)\s*(?P<percent>%)?"
    rf"\s*(?P<third>{_MINUS})?\s*(?P<behind>{_WORD})?\s*(?P<fourth>{_MINUS})?\s*(?P<close>\))?"
)
_THREES = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_LAKHS = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")
_ARABIC = {"\u066b": ".", "\u066c": ","}
"""Arabic's own signs, which say themselves what they are."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A number beside which the cell names a currency: one of these."""

    amount: Decimal
    currencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Computed:
    """A number that no cell states: it is exact, with whatever places that takes, unless its mapping says
    how it is rounded.
    """

    amount: Decimal
    rounding: str | None = None

    def within(self, places: int) -> Decimal:
        """The number, with at most so many decimal places where it may be rounded."""
        if self.rounding is None:
            return self.amount
        unit, context = Decimal(1).scaleb(-places), Context(prec=LENGTH_MAX)
        return exact(self.amount.quantize(unit, self.rounding, context))


def read_number(text: str, mark: str | None = None, *, percent: bool = False) -> Decimal | Priced:
    """The number; raises ``InvalidInputError`` without it.

    ``mark`` is the decimal mark, ``,`` or ``.``; without one it is a point, and nothing groups. A per
    cent sign is understood where ``percent`` says so.
    """
    plain, mark = _in_ascii(text.strip(), mark)
    found = _FORM.fullmatch(plain) if len(plain) <= LENGTH_MAX else None
    if found is None:
        _refuse()
    number = Decimal(_ungrouped(found["digits"], mark))
    if found["percent"]:
        if not percent:
            raise InvalidInputError("a share in per cent is no number of this field")
        number = number.scaleb(-2)
    if _is_negative(found):
        number = number.copy_negate()
    currencies = _currencies(found)
    return exact(number) if currencies is None else Priced(exact(number), currencies)


def decimal(text: str, mark: str | None = None, *, percent: bool = False) -> Decimal:
    """The number of a cell that names no currency; raises ``InvalidInputError`` without it."""
    number = read_number(text, mark, percent=percent)
    if isinstance(number, Priced):
        _refuse()
    return number


def integer(value: object) -> int:
    """A whole number; raises ``InvalidInputError`` without it."""
    number = value if isinstance(value, Decimal) else decimal(str(value))
    if number != int(number):
        raise InvalidInputError("it must be a whole number such as 90")
    return int(number)


def exact(number: Decimal) -> Decimal:
    """The same number with the fewest decimal places. Nothing is rounded, however long it is."""
    if not number:
        return Decimal(0)
    written = f"{number:f}"
    return Decimal(written.rstrip("0").rstrip(".") if "." in written else written)


def with_ascii_digits(text: str) -> str:
    """The text with ASCII's digits, whatever script its digits are of."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _in_ascii(text: str, mark: str | None) -> tuple[str, str | None]:
    """With ASCII's digits, whatever script they are of; Arabic's marks leave no choice of the mark."""
    if not text.isascii():
        text = with_ascii_digits(text)
        if any(sign in text for sign in _ARABIC):
            if "." in text or "," in text:
                _refuse()
            return text.translate({ord(sign): plain for sign, plain in _ARABIC.items()}), "."
    return text, mark


def _is_negative(found: re.Match[str]) -> bool:
    """A minus in front or behind, or parentheses, as bookkeepers write it; only one of them."""
    if bool(found["open"]) is not bool(found["close"]):
        _refuse()
    signs = [found[name] for name in ("open", "first", "second", "third", "fourth") if found[name]]
    if len(signs) > 1:
        _refuse()
    return signs not in ([], ["+"])


def _currencies(found: re.Match[str]) -> frozenset[str] | None:
    """Those that the words beside the number may stand for; none where there are no words."""
    words = [found[name] for name in ("before", "behind") if found[name]]
    if not words:
        return None
    both = frozenset.intersection(*map(currencies_of, words))
    if not both or found["percent"]:
        raise InvalidInputError("beside the number stands what is no currency")
    return both


def _ungrouped(digits: str, mark: str | None) -> str:
    """The digits with a point for the mark."""
    whole, _, fraction = digits.partition(mark or ".")
    signs = {c for c in whole if not c.isdigit()}
    if signs and (len(signs) > 1 or not signs <= set(_GROUPING[mark])):
        _refuse()
    if fraction != "" and not fraction.isdigit():
        _refuse()
    for sign in signs:
        grouped = whole.replace(sign, ",")
        is_lakh = sign == "," and _LAKHS.fullmatch(grouped)
        if not is_lakh and not _THREES.fullmatch(grouped):
            _refuse()
        whole = grouped.replace(",", "")
    if not whole and not fraction:
        _refuse()
    return f"{whole or 0}.{fraction or 0}"


def _refuse() -> NoReturn:
    raise InvalidInputError("it must be a number such as 12.50")
