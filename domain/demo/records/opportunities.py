"""Demo opportunities, about six for ten customers, on their way through the pipeline."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from domain.demo.records.mentions import PRODUCTS
from domain.demo.values.chance import Weighted, happens
from domain.demo.values.days import REFERENCE, SINCE_DAYS_MIN, at_work
from domain.demo.values.profile import Profile
from domain.demo.values.staff import BY_DEPARTMENT, PARTNER, SYSTEM
from domain.importing.records.records import OpportunityRecord, Reference
from domain.settings.provisioning import PIPELINE, STAGES

DEPARTMENT = "SALES"
_OPEN_DAYS = SINCE_DAYS_MIN // 2
_LASTS_DAYS = 160
_STEPS = tuple(name for name, outcome, _ in STAGES if outcome == "OPEN")
_CLOSING = {outcome: name for name, outcome, _ in STAGES if outcome != "OPEN"}

_COUNTS = Weighted(((0, 54), (1, 30), (2, 11), (3, 5)))
_OUTCOMES: Mapping[str, Weighted[str]] = {
    "PROSPECT": Weighted((("OPEN", 80), ("LOST", 20))),
    "LEAD": Weighted((("OPEN", 75), ("LOST", 25))),
    "CUSTOMER": Weighted((("WON", 60), ("OPEN", 25), ("LOST", 15))),
    "PAST": Weighted((("WON", 50), ("LOST", 50))),
}
_CENTS = Weighted(
    (((20_000, 200_000), 45), ((200_000, 2_000_000), 40), ((2_000_000, 9_000_000), 15))
)
_REASONS = (
    "Too expensive",
    "Went to a competitor",
    "Project postponed to next year",
    "No budget",
    "No answer after three attempts",
    "{contact} left the company",
    "{contact} prefers to repair the old one",
)
_TITLES = (
    "{quantity} × {product} for {name}",
    "{product}: replacement in {city}",
    "Service contract {product}, {name}",
    "{contact}: {product}",
)


@dataclass(frozen=True, slots=True)
class _Course:
    outcome: str
    history: tuple[tuple[str, datetime], ...]

    @property
    def last(self) -> date:
        return self.history[-1][1].date()


def opportunities(rng: Random, profile: Profile) -> Iterator[OpportunityRecord]:
    """Those of one customer; a suspect has none."""
    outcomes = _OUTCOMES.get(profile.relation.lifecycle)
    if outcomes is not None:
        for number in range(1, _COUNTS.draw(rng) + 1):
            yield _opportunity(
                rng, profile, number, _course(rng, outcomes.draw(rng), profile.relation.since)
            )


def _course(rng: Random, outcome: str, since: date) -> _Course:
    """The stages in their order, on days after the first interaction and not after the reference day."""
    stages = list(_STEPS[: rng.randint(1, len(_STEPS))])
    if outcome != "OPEN":
        stages.append(_CLOSING[outcome])
    known = (REFERENCE - since).days
    last = (
        known - rng.randint(1, _OPEN_DAYS)
        if outcome == "OPEN"
        else rng.randint(len(stages), known - 1)
    )
    earlier = rng.sample(range(max(0, last - _LASTS_DAYS), last), len(stages) - 1)
    days = (since + timedelta(days=day) for day in (*sorted(earlier), last))
    return _Course(
        outcome, tuple((stage, at_work(rng, day)) for stage, day in zip(stages, days, strict=True))
    )


def _opportunity(rng: Random, profile: Profile, number: int, course: _Course) -> OpportunityRecord:
    is_partners = profile.relation.partner_account is not None and happens(rng, 60)
    return OpportunityRecord(
        reference=Reference(SYSTEM, f"O{profile.index:06}-{number}"),
        customer=profile.reference,
        pipeline=PIPELINE,
        stage=course.history[-1][0],
        values=_values(rng, profile, course),
        owner=rng.choice(BY_DEPARTMENT[DEPARTMENT]).reference,
        department=DEPARTMENT,
        partner_account=PARTNER if is_partners else None,
        history=course.history,
    )


def _values(rng: Random, profile: Profile, course: _Course) -> dict[str, Any]:
    is_open = course.outcome == "OPEN"
    later = rng.randint(7, 150) if is_open else rng.randint(-20, 20)
    return {
        "title": _filled(rng, rng.choice(_TITLES), profile),
        "amount": Decimal(rng.randrange(*_CENTS.draw(rng))).scaleb(-2),
        "currency": profile.home.market.currency,
        "expected_close": (REFERENCE if is_open else course.last) + timedelta(days=later),
        "closed_at": None if is_open else course.history[-1][1],
        "lost_reason": _reason(rng, profile) if course.outcome == "LOST" else None,
        "created_at": course.history[0][1],
    }


def _reason(rng: Random, profile: Profile) -> str:
    return _filled(rng, rng.choice(_REASONS), profile)


def _filled(rng: Random, text: str, profile: Profile) -> str:
    return text.format(
        quantity=rng.randint(2, 40),
        product=rng.choice(PRODUCTS),
        name=profile.name,
        contact=profile.person.full,
        city=profile.home.city.name.split(",")[0],
    )
