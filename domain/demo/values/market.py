"""Market: a country in which the made-up company does business."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class City:
    """``postcode`` and ``phone`` are patterns: # is a digit, @ a letter."""

    name: str
    postcode: str
    phone: str
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """``trades`` stand in the order of ``INDUSTRIES``; ``address``, ``companies`` are formats."""

    locale: str
    country: str
    language: str
    time_zone: str
    currency: str
    cities: tuple[City, ...]
    streets: tuple[str, ...]
    address: str
    trades: tuple[str, ...]
    companies: tuple[str, ...]

    def zone(self, city: City) -> str:
        """The city's time zone, or the country's."""
        return city.time_zone or self.time_zone

    def street_address(self, rng: Random, city: City) -> str:
        """A street, a number and the place, as people of the country write them."""
        return self.address.format(
            street=rng.choice(self.streets),
            number=rng.randint(1, 180),
            postcode=filled(rng, city.postcode),
            city=city.name,
        )


INDUSTRIES = (
    *("engineering", "logistics", "food", "software"),
    *("energy", "health", "building", "textiles"),
)

SYMBOLS: Mapping[str, str] = {"EUR": "€", "USD": "$", "GBP": "£", "PLN": "zł", "CHF": "CHF"}


def filled(rng: Random, pattern: str) -> str:
    """The pattern with random digits for # and letters for @."""
    drawn = {"#": lambda: str(rng.randrange(10)), "@": lambda: rng.choice(_LETTERS)}
    return "".join(drawn[sign]() if sign in drawn else sign for sign in pattern)


def numbered(pattern: str, number: int) -> str:
    """The pattern with the last digits of ``number`` for #, so that neighbours differ."""
    places = pattern.count("#")
    left = iter(str(number % 10**places).zfill(places))
    return "".join(next(left) if sign == "#" else sign for sign in pattern)
