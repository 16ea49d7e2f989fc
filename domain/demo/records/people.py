"""Demo people: most work for an organisation of the data set, some share a household."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.demo.records.consents import consents_of
from domain.demo.records.contact_points import of_person
from domain.demo.records.custom_fields import TIERS
from domain.demo.values.addresses import mailbox, private_email
from domain.demo.values.chance import happens
from domain.demo.values.days import at_work
from domain.demo.values.locations import location
from domain.demo.values.market import numbered
from domain.demo.values.markets import MARKETS
from domain.demo.values.names import PersonName, person_name
from domain.demo.values.national_ids import national_id
from domain.demo.values.profile import Home, Neighbourhood, Profile, customer_relation
from domain.importing.records.records import CustomerRecord, Reference

_NEAREST = 8
_BORN, _EMPLOYED_BORN, _BORN_LAST = date(1938, 1, 1), date(1962, 1, 1), date(2006, 1, 1)
_TAGS = ("decision-maker", "referral", "trade-fair", "vip", "webinar")


def person(rng: Random, index: int, neighbours: Neighbourhood) -> tuple[Profile, CustomerRecord]:
    """A person, perhaps employed, perhaps living with another."""
    employer = _employer(rng, neighbours)
    housemate = _housemate(rng, neighbours, employer)
    home = housemate.home if housemate else _home(rng, employer)
    name = person_name(rng, home.market.locale)
    if housemate and happens(rng, 70):
        name = _with_family_of(name, housemate)
    profile = _profile(rng, index, name, home, employer)
    ties = [("WORKS_FOR", employer.reference)] if employer else []
    if housemate:
        ties.append(("HOUSEHOLD", housemate.reference))
    elif neighbours.people and happens(rng, 5):
        ties.append(("REFERRED_BY", rng.choice(neighbours.people).reference))
    return profile, _record(rng, profile, tuple(ties))


def _employer(rng: Random, neighbours: Neighbourhood) -> Profile | None:
    nearest = list(neighbours.organisations)[-_NEAREST:]
    return rng.choice(nearest) if nearest and happens(rng, 58) else None


def _housemate(rng: Random, neighbours: Neighbourhood, employer: Profile | None) -> Profile | None:
    near = [
        one
        for one in neighbours.people
        if employer is None or one.home.market is employer.home.market
    ]
    return rng.choice(near) if near and happens(rng, 16) else None


def _home(rng: Random, employer: Profile | None) -> Home:
    if employer is None:
        market = MARKETS.draw(rng)
        return Home.somewhere(rng, market, rng.choice(market.cities))
    return Home.somewhere(rng, employer.home.market, employer.home.city)


def _with_family_of(name: PersonName, housemate: Profile) -> PersonName:
    # A Polish family name has two forms.
    if housemate.home.market.country == "PL" and name.is_woman is not housemate.person.is_woman:
        return name
    return replace(name, family=housemate.person.family)


def _profile(
    rng: Random, index: int, name: PersonName, home: Home, employer: Profile | None
) -> Profile:
    at_work = employer and f"{mailbox(name.given, name.family)}@{employer.domain}"
    return Profile(
        index=index,
        name=name.full,
        person=name,
        is_person=True,
        home=home,
        email=at_work or private_email(name.given, name.family, index),
        phone=numbered(home.city.phone, index),
        company=employer.name if employer else None,
        domain=employer.domain if employer else None,
        relation=customer_relation(rng),
    )


def _record(
    rng: Random, profile: Profile, ties: tuple[tuple[str, Reference], ...]
) -> CustomerRecord:
    market, relation = profile.home.market, profile.relation
    values = {
        "kind": "PERSON",
        "lifecycle": relation.lifecycle,
        "created_at": at_work(rng, relation.since),
        "language": market.language,
        "time_zone": market.zone(profile.home.city),
        "country": market.country,
        "location": location(profile.home.city.name),
        "tags": sorted(rng.sample(_TAGS, rng.randrange(3))),
        "given_name": profile.person.given,
        "family_name": profile.person.family,
        **_identity(rng, profile),
        "contact_points": of_person(rng, profile),
        "custom_fields": _custom_fields(rng, profile),
    }
    return CustomerRecord(
        reference=profile.reference,
        values=values,
        department=relation.department,
        owner=relation.owner.reference,
        partner_account=relation.partner_account,
        relationships=ties,
        consents=consents_of(rng, relation.since),
    )


def _identity(rng: Random, profile: Profile) -> dict[str, Any]:
    first = _EMPLOYED_BORN if profile.company else _BORN
    birth = first + timedelta(days=rng.randrange((_BORN_LAST - first).days))
    known: dict[str, Any] = {}
    if happens(rng, 60):
        known["birth_date"] = birth
    if happens(rng, 25):
        country = profile.home.market.country
        known["national_id"] = national_id(rng, country, profile.person, birth)
    return known


def _custom_fields(rng: Random, profile: Profile) -> dict[str, str]:
    fields = {"newsletter": "true" if happens(rng, 45) else "false"}
    if profile.relation.lifecycle in {"CUSTOMER", "PAST"}:
        fields["loyalty_tier"] = rng.choice(TIERS)
        fields["customer_since"] = profile.relation.since.isoformat()
    return fields
