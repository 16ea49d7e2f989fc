"""Demo organisations: suppliers, shops, clinics, builders in a few countries."""

from random import Random
from typing import Any

from domain.demo.records.contact_points import of_organisation
from domain.demo.values.addresses import company_domain
from domain.demo.values.chance import Weighted, digits, happens
from domain.demo.values.days import HISTORY_DAYS, at_work, days_before
from domain.demo.values.locations import location
from domain.demo.values.market import INDUSTRIES, Market, numbered
from domain.demo.values.markets import MARKETS
from domain.demo.values.names import person_name
from domain.demo.values.profile import Home, Neighbourhood, Profile, customer_relation
from domain.importing.records.records import CustomerRecord, Reference

Ties = tuple[tuple[str, Reference], ...]

_SIZES = Weighted((((2, 9), 35), ((10, 49), 35), ((50, 249), 20), ((250, 4_000), 10)))
_REVENUE_PER_HEAD = (60_000, 240_000)
_TAGS = ("framework-agreement", "key-account", "reseller", "tender", "trade-fair")


def organisation(
    rng: Random, index: int, neighbours: Neighbourhood, *, is_supplier: bool = False
) -> tuple[Profile, CustomerRecord]:
    """An organisation, perhaps part of an earlier one."""
    parent = rng.choice(neighbours.organisations) if _has_parent(rng, neighbours) else None
    market = parent.home.market if parent else MARKETS.draw(rng)
    industry = rng.randrange(len(INDUSTRIES))
    profile = _profile(rng, index, market, market.trades[industry])
    ties: Ties = (("PART_OF", parent.reference),) if parent else ()
    if is_supplier:
        ties += _supplied(rng, neighbours)
    return profile, _record(rng, profile, INDUSTRIES[industry], ties)


def _has_parent(rng: Random, neighbours: Neighbourhood) -> bool:
    return happens(rng, 12) and bool(neighbours.organisations)


def _supplied(rng: Random, neighbours: Neighbourhood) -> Ties:
    return tuple(
        ("SUPPLIES", one.reference)
        for place, one in enumerate(neighbours.organisations)
        if place == 0 or happens(rng, 45)
    )


def _profile(rng: Random, index: int, market: Market, trade: str) -> Profile:
    city = rng.choice(market.cities)
    founder, contact = person_name(rng, market.locale), person_name(rng, market.locale)
    name = rng.choice(market.companies).format(
        family=founder.family, other=contact.family, trade=trade, city=city.name.split(",")[0]
    )
    domain = company_domain(name, index)
    return Profile(
        index=index,
        name=name,
        person=contact,
        is_person=False,
        home=Home.somewhere(rng, market, city),
        email=f"info@{domain}",
        phone=numbered(city.phone, index),
        company=name,
        domain=domain,
        relation=customer_relation(rng),
    )


def _record(rng: Random, profile: Profile, industry: str, ties: Ties) -> CustomerRecord:
    market, relation = profile.home.market, profile.relation
    tags = rng.sample(_TAGS, rng.randrange(3))
    values = {
        "kind": "ORGANIZATION",
        "lifecycle": relation.lifecycle,
        "created_at": at_work(rng, relation.since),
        "language": market.language,
        "time_zone": market.zone(profile.home.city),
        "country": market.country,
        "location": location(profile.home.city.name),
        "tags": sorted({industry, *tags}),
        "organization_name": profile.name,
        "contact_points": of_organisation(rng, profile),
        "custom_fields": _custom_fields(rng),
    }
    return CustomerRecord(
        reference=profile.reference,
        values=values,
        department=relation.department,
        owner=relation.owner.reference,
        partner_account=relation.partner_account,
        relationships=ties,
    )


def _custom_fields(rng: Random) -> dict[str, Any]:
    least, most = _SIZES.draw(rng)
    employees = rng.randint(least, most)
    fields = {"employees": str(employees)}
    if happens(rng, 70):
        revenue = employees * rng.randrange(*_REVENUE_PER_HEAD)
        fields["annual_revenue"] = f"{revenue}.{digits(rng, 2)}"
    if happens(rng, 40):
        fields["contract_until"] = days_before(rng, -HISTORY_DAYS, 0).isoformat()
    return fields
