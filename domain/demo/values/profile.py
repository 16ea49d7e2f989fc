"""Customer profile: what is known of a customer wherever the data set speaks of them."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from random import Random

from domain.demo.values.chance import Weighted, happens
from domain.demo.values.days import HISTORY_DAYS, SINCE_DAYS_MIN, days_before
from domain.demo.values.market import City, Market
from domain.demo.values.names import PersonName
from domain.demo.values.staff import PARTNER, SYSTEM, Colleague, somebody
from domain.importing.records.records import Reference


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives, or where an organisation has its office."""

    market: Market
    city: City
    address: str

    @classmethod
    def somewhere(cls, rng: Random, market: Market, city: City) -> "Home":
        """An address in that city."""
        return cls(market, city, market.street_address(rng, city))


@dataclass(frozen=True, slots=True)
class CustomerRelation:
    """How the company stands to a customer: ``since`` is the day of the first interaction."""

    lifecycle: str
    department: str
    owner: Colleague
    partner_account: str | None
    since: date


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer. ``person`` is whom one talks to there, ``company`` where that person works."""

    index: int
    name: str
    person: PersonName
    is_person: bool
    home: Home
    email: str
    phone: str
    company: str | None
    domain: str | None
    relation: CustomerRelation

    @property
    def reference(self) -> Reference:
        """How other records name this one."""
        return Reference(SYSTEM, f"C{self.index:06}")


_KEPT_ORGANISATIONS = 40
_KEPT_PEOPLE = 30


@dataclass(slots=True)
class Neighbourhood:
    """The customers that the next may have to do with: the last few, so memory is bounded."""

    organisations: deque[Profile] = field(default_factory=lambda: deque(maxlen=_KEPT_ORGANISATIONS))
    people: deque[Profile] = field(default_factory=lambda: deque(maxlen=_KEPT_PEOPLE))

    def welcome(self, profile: Profile) -> None:
        """Let later customers know this one."""
        (self.people if profile.is_person else self.organisations).append(profile)

    def compatriots(self, profile: Profile) -> list[Profile]:
        """Other people of the same country, colleagues only where there are any."""
        near = [p for p in self.people if p.index != profile.index and _same_market(p, profile)]
        colleagues = [p for p in near if p.company is not None and p.company == profile.company]
        return colleagues or near


def _same_market(one: Profile, other: Profile) -> bool:
    return one.home.market is other.home.market


_LIFECYCLES = Weighted(
    (("SUSPECT", 10), ("PROSPECT", 15), ("LEAD", 20), ("CUSTOMER", 45), ("PAST", 10))
)
_DEPARTMENTS = {
    "SUSPECT": Weighted((("MARKETING", 60), ("SALES", 40))),
    "PROSPECT": Weighted((("SALES", 70), ("MARKETING", 30))),
    "LEAD": Weighted((("SALES", 90), ("MARKETING", 10))),
    "CUSTOMER": Weighted((("SALES", 48), ("SUPPORT", 36), ("FINANCE", 12), ("COMPLIANCE", 4))),
    "PAST": Weighted((("SALES", 50), ("SUPPORT", 25), ("FINANCE", 15), ("COMPLIANCE", 10))),
}


def customer_relation(rng: Random) -> CustomerRelation:
    """How the company could stand to a customer."""
    lifecycle = _LIFECYCLES.draw(rng)
    department = _DEPARTMENTS[lifecycle].draw(rng)
    return CustomerRelation(
        lifecycle=lifecycle,
        department=department,
        owner=somebody(rng, department),
        partner_account=PARTNER if happens(rng, 15) else None,
        since=days_before(rng, SINCE_DAYS_MIN, HISTORY_DAYS),
    )
