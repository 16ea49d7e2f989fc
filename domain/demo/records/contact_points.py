"""Demo contact points, as commands take them."""

from collections.abc import Iterator
from random import Random
from typing import Any

from domain.demo.values.addresses import mailbox, private_email, profile_url
from domain.demo.values.chance import happens
from domain.demo.values.market import numbered
from domain.demo.values.profile import Home, Profile

Point = dict[str, Any]

# Added to a customer's own number, so that the second telephone differs from the neighbours' too.
_SECOND_NUMBER = 537


def of_person(rng: Random, profile: Profile) -> list[Point]:
    """Most have a telephone and an address, a few are on a social network or keep a site."""
    return _points(rng, _personal(rng, profile))


def of_organisation(rng: Random, profile: Profile) -> list[Point]:
    """The office; sometimes sales and a warehouse of its own."""
    return _points(rng, _corporate(rng, profile))


Given = Iterator[tuple[str, str, str]]


def _personal(rng: Random, profile: Profile) -> Given:
    given, family, index = profile.person.given, profile.person.family, profile.index
    at_work = profile.domain is not None
    yield "EMAIL", profile.email, "work" if at_work else "home"
    if at_work and happens(rng, 35):
        yield "EMAIL", private_email(given, family, index), "home"
    if happens(rng, 85):
        yield "PHONE", profile.phone, "work" if at_work else "home"
    if happens(rng, 20):
        yield "PHONE", second_phone(profile), "other"
    if happens(rng, 70):
        yield "POSTAL", profile.home.address, "home"
    if happens(rng, 25):
        yield "SOCIAL", profile_url(given, family, index), "profile"
    if happens(rng, 5):
        yield "WEB", f"https://{mailbox(given, family)}{index}.example.net", "blog"


def _corporate(rng: Random, profile: Profile) -> Given:
    home, domain = profile.home, profile.domain
    yield "EMAIL", profile.email, "main"
    yield "PHONE", profile.phone, "main"
    yield "POSTAL", home.address, "office"
    yield "WEB", f"https://www.{domain}", "site"
    if happens(rng, 40):
        yield "EMAIL", f"billing@{domain}", "billing"
    if happens(rng, 30):
        yield "PHONE", second_phone(profile), "sales"
    if happens(rng, 20):
        yield "POSTAL", Home.somewhere(rng, home.market, home.city).address, "warehouse"
    if happens(rng, 15):
        yield "SOCIAL", f"https://social.example.net/company/{profile.index}", "profile"


def second_phone(profile: Profile) -> str:
    """Another number of the same customer."""
    return numbered(profile.home.city.phone, profile.index + _SECOND_NUMBER)


def _points(rng: Random, given: Given) -> list[Point]:
    kinds: set[str] = set()
    points = []
    for kind, value, label in given:
        points.append(
            {
                "kind": kind,
                "value": value,
                "label": label,
                "preferred": kind not in kinds,
                "verified": happens(rng, 60),
            }
        )
        kinds.add(kind)
    return points
