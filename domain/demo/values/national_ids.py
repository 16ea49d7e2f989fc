"""Demo national ids, with correct check digits.

Where a state keeps numbers that it gives to nobody, they are of those: the German tax id with a
leading zero, the British prefix QQ, American areas from 900, Dutch numbers from 9999.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from random import Random

from domain.demo.values.chance import digits
from domain.demo.values.fiscal_code import fiscal_code
from domain.demo.values.names import PersonName

_SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)


def national_id(rng: Random, country: str, name: PersonName, birth: date) -> str:
    """The number that the person could have there."""
    return _MAKERS[country](rng, name, birth)


def _german(rng: Random, _name: PersonName, _birth: date) -> str:
    middle = rng.sample("123456789", 8)
    middle.insert(rng.randrange(8), rng.choice(middle))
    number = f"0{''.join(middle)}"
    # ISO 7064, MOD 11,10.
    product = reduce(lambda p, d: 2 * ((int(d) + p) % 10 or 10) % 11, number, 10)
    return f"{number}{(11 - product) % 10}"


def _french(rng: Random, name: PersonName, birth: date) -> str:
    number = (
        f"{2 if name.is_woman else 1}{birth:%y%m}{rng.randint(1, 19):02}"
        f"{rng.randint(1, 400):03}{rng.randint(1, 600):03}"
    )
    return f"{number}{97 - int(number) % 97:02}"


def _spanish(rng: Random, _name: PersonName, _birth: date) -> str:
    number = digits(rng, 8)
    return f"{number}{_SPANISH_LETTERS[int(number) % 23]}"


def _british(rng: Random, _name: PersonName, _birth: date) -> str:
    return f"QQ{digits(rng, 6)}{rng.choice('ABCD')}"


def _american(rng: Random, _name: PersonName, _birth: date) -> str:
    return f"9{digits(rng, 2)}-{rng.randint(1, 49):02}-{rng.randint(1, 9999):04}"


def _polish(rng: Random, name: PersonName, birth: date) -> str:
    century = 20 if birth.year >= 2000 else 0  # noqa: PLR2004 - the law's own limit
    sex = rng.randrange(5) * 2 + (not name.is_woman)
    number = f"{birth:%y}{birth.month + century:02}{birth:%d}{digits(rng, 3)}{sex}"
    total = sum(weight * int(d) for weight, d in zip(_PESEL_WEIGHTS, number, strict=True))
    return f"{number}{-total % 10}"


def _dutch(rng: Random, name: PersonName, birth: date) -> str:
    number = f"9999{digits(rng, 4)}"
    check = sum((9 - place) * int(d) for place, d in enumerate(number)) % 11
    return f"{number}{check}" if check < 10 else _dutch(rng, name, birth)  # noqa: PLR2004 - one digit


def _swiss(rng: Random, _name: PersonName, _birth: date) -> str:
    number = f"756{digits(rng, 9)}"
    total = sum((3 if place % 2 else 1) * int(d) for place, d in enumerate(number))
    return f"{number[:3]}.{number[3:7]}.{number[7:11]}.{number[11]}{-total % 10}"


_MAKERS: Mapping[str, Callable[[Random, PersonName, date], str]] = {
    "DE": _german,
    "FR": _french,
    "ES": _spanish,
    "IT": fiscal_code,
    "GB": _british,
    "US": _american,
    "PL": _polish,
    "NL": _dutch,
    "CH": _swiss,
}
