"""Demo names of people, from Faker."""

from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from domain.values.errors import FarleyError


@dataclass
class DemoUnavailableError(FarleyError):
    """Faker is not installed; it comes with the extra ``demo``."""

    code: str = field(default="DEMO_UNAVAILABLE", kw_only=True)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name and whose it is: some languages decline family names, and all of them titles."""

    given: str
    family: str
    is_woman: bool

    @property
    def full(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"


@cache
def _faker(locale: str) -> Any:
    try:
        from faker import Faker  # noqa: PLC0415 - it is an extra
    except ImportError:
        raise DemoUnavailableError(
            "The demo data need Faker: install it with `pip install 'farley[demo]'`.",
            code="NO_FAKER",
        ) from None
    return Faker(locale)


def require_faker() -> None:
    """Raise ``DemoUnavailableError`` now instead of in the middle."""
    _faker("en_US")


def person_name(rng: Random, locale: str) -> PersonName:
    """A name that somebody from there could have, drawn from ``rng`` alone."""
    fake = _faker(locale)
    fake.random = rng
    if rng.randrange(2):
        return PersonName(fake.first_name_female(), fake.last_name_female(), is_woman=True)
    return PersonName(fake.first_name_male(), fake.last_name_male(), is_woman=False)
