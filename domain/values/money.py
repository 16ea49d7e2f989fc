"""Money: an exact amount with its currency."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.values.currencies import ACTIVE, PLACES_MAX, is_known, places, was_tender
from domain.values.errors import InvalidInputError
from domain.values.faults import Faults

AMOUNT_MAX = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of at least zero with at most four decimal places; never rounded, never mixed."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        faults = Faults()
        with faults.noted():
            self._check_currency()
        with faults.noted():
            self._check_amount()
        faults.settle()

    def _check_currency(self) -> None:
        if not is_known(self.currency):
            raise InvalidInputError("it must be a currency such as EUR (ISO 4217)", ("currency",))

    def _check_amount(self) -> None:
        if not self.amount.is_finite() or not 0 <= self.amount < AMOUNT_MAX:
            raise InvalidInputError("the amount must be at least 0 and below 10^15", ("amount",))
        exponent = self.amount.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -PLACES_MAX:
            raise InvalidInputError("the amount may have four decimal places", ("amount",))

    def check(self, day: date | None) -> None:
        """Raise ``InvalidInputError`` where the currency has fewer places, or was no money on the day
        that the deal was closed or should close.
        """
        faults = Faults()
        with faults.noted():
            self.check_day(day)
        with faults.noted():
            self.check_places()
        faults.settle()

    def check_day(self, day: date | None) -> None:
        """Raise ``InvalidInputError`` for a currency that was withdrawn, but for a day of its time."""
        if self.currency in ACTIVE or (day is not None and was_tender(self.currency, day)):
            return
        message = (
            "the currency was withdrawn: it is taken with the day on which a deal closed or should close,"
            " if it was legal tender then"
        )
        raise InvalidInputError(message, ("currency",))

    def check_places(self) -> None:
        """Raise ``InvalidInputError`` for more decimal places than the currency has."""
        if places_of(self.amount) > (most := places(self.currency)):
            raise InvalidInputError(_PLACES[most], ("amount",))


_PLACES = {
    0: "the currency has no decimal places (ISO 4217)",
    2: "the currency has at most two decimal places (ISO 4217)",
    3: "the currency has at most three decimal places (ISO 4217)",
}


def checked_amount(amount: Decimal, path: tuple[str, ...]) -> Decimal:
    """What amounts are compared with, of any size; raises ``InvalidInputError`` for more places than
    amounts have, which would be compared with what they are not.
    """
    if places_of(amount) > PLACES_MAX:
        raise InvalidInputError("an amount has at most four decimal places", path)
    return amount


def places_of(number: Decimal) -> int:
    """How many decimal places a finite number needs; zeros at the end count for nothing."""
    return len(f"{number:f}".partition(".")[2].rstrip("0"))
