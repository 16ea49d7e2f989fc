"""Demo mentions in notes: people, numbers, addresses, orders, in the words of each language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from domain.demo.records.contact_points import second_phone
from domain.demo.values.chance import digits
from domain.demo.values.days import day_in
from domain.demo.values.market import SYMBOLS
from domain.demo.values.names import person_name
from domain.demo.values.profile import Home, Profile
from domain.demo.values.staff import Colleague

PRODUCTS = (
    *("air purifier", "barcode scanner", "card terminal", "coffee machine"),
    *("control unit", "display fridge", "label printer", "water dispenser"),
)

_TITLES = {
    "en": ("Mr", "Ms"),
    "de": ("Herr", "Frau"),
    "fr": ("M.", "Mme"),
    "es": ("Sr.", "Sra."),
}
_GROUPING = {"de": ".", "es": ".", "fr": "\N{NO-BREAK SPACE}"}
_LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """One interaction: who writes, about whom, with whom, when, in which language."""

    rng: Random
    customer: Profile
    author: Colleague
    colleague: Profile | None
    at: datetime
    language: str


class Mentions(dict[str, str]):
    """What a note may put in for a name in braces; made when first asked for, then the same."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene

    def __missing__(self, name: str) -> str:
        """Raises ``KeyError`` for a name that no note may use."""
        text = self[name] = SOURCES[name](self._scene)
        return text


def price(amount: int, currency: str, language: str) -> str:
    """An amount of money as people write it."""
    symbol = SYMBOLS[currency]
    if language == "en":
        return f"{symbol}{amount:,}" if len(symbol) == 1 else f"{symbol} {amount:,}"
    return f"{amount:,}".replace(",", _GROUPING[language]) + f" {symbol}"


def _price(scene: Scene) -> str:
    amount = scene.rng.randrange(400, 40_000, 10)
    return price(amount, scene.customer.home.market.currency, scene.language)


def _day(scene: Scene) -> str:
    return day_in(scene.language, scene.at.date() + timedelta(days=scene.rng.randint(2, 30)))


def _made_up_person(scene: Scene) -> str:
    return person_name(scene.rng, scene.customer.home.market.locale).full


def _colleague(scene: Scene) -> str:
    return scene.colleague.name if scene.colleague else _made_up_person(scene)


def _new_address(scene: Scene) -> str:
    home = scene.customer.home
    return Home.somewhere(scene.rng, home.market, home.city).address


SOURCES: Mapping[str, Callable[[Scene], str]] = {
    "address": lambda scene: scene.customer.home.address,
    "author": lambda scene: scene.author.name,
    "author_given": lambda scene: scene.author.name.split()[0],
    "city": lambda scene: scene.customer.home.city.name.split(",")[0],
    "colleague": _colleague,
    "company": lambda scene: scene.customer.company or scene.customer.name,
    "contact": lambda scene: scene.customer.person.full,
    "day": _day,
    "email": lambda scene: scene.customer.email,
    "family": lambda scene: scene.customer.person.family,
    "given": lambda scene: scene.customer.person.given,
    "language": lambda scene: _LANGUAGES[scene.customer.home.market.language],
    "new_address": _new_address,
    "new_phone": lambda scene: second_phone(scene.customer),
    "order": lambda scene: f"SO-{digits(scene.rng, 5)}",
    "phone": lambda scene: scene.customer.phone,
    "price": _price,
    "product": lambda scene: scene.rng.choice(PRODUCTS),
    "quantity": lambda scene: str(scene.rng.randint(2, 60)),
    "relative": _made_up_person,
    "title": lambda scene: _TITLES[scene.language][scene.customer.person.is_woman],
}
