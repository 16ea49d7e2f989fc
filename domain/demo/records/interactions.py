"""Demo interactions, about four for a customer, from the first one to the reference day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from domain.demo.records.mentions import Mentions, Scene
from domain.demo.values.chance import Weighted, happens
from domain.demo.values.days import REFERENCE, at_work
from domain.demo.values.notes import NATIVE, Note, notes_in
from domain.demo.values.profile import Neighbourhood, Profile
from domain.demo.values.staff import PARTNER, SYSTEM, somebody
from domain.importing.records.records import InteractionRecord, Reference

_COUNTS = Weighted(
    (*((1, 10), (2, 15), (3, 17), (4, 16), (5, 13)), *((6, 10), (7, 7), (8, 4), (10, 3), (0, 5)))
)
_CHANNELS = Weighted(
    (
        *(("PHONE", 24), ("EMAIL", 26), ("CHAT", 8), ("SMS", 5), ("WEB", 8)),
        *(("SOCIAL", 4), ("MEETING", 9), ("POST", 5), ("IN_PERSON", 6), ("CAMPAIGN", 5)),
    )
)
_LASTS_SECONDS = {
    "PHONE": (60, 1_800),
    "CHAT": (90, 1_200),
    "MEETING": (1_800, 7_200),
    "IN_PERSON": (300, 5_400),
}
_NATIVE_PERCENT = 35


def interactions(
    rng: Random, profile: Profile, neighbours: Neighbourhood
) -> Iterator[InteractionRecord]:
    """What passed between the company and one customer, oldest first."""
    for number, at in enumerate(_moments(rng, profile), start=1):
        yield _interaction(rng, profile, neighbours, number, at)


def _moments(rng: Random, profile: Profile) -> list[datetime]:
    since = profile.relation.since
    days = (REFERENCE - since).days
    return sorted(
        at_work(rng, since + timedelta(days=rng.randrange(days))) for _ in range(_COUNTS.draw(rng))
    )


def _interaction(
    rng: Random, profile: Profile, neighbours: Neighbourhood, number: int, at: datetime
) -> InteractionRecord:
    language, note = _note(rng, profile)
    author, others = somebody(rng, note.department), neighbours.compatriots(profile)
    colleague = rng.choice(others) if others else None
    mentions = Mentions(Scene(rng, profile, author, colleague, at, language))
    subject, body = note.subject.format_map(mentions), note.body.format_map(mentions)
    present = (colleague.reference,) if colleague and "colleague" in mentions else ()
    by_partner = profile.relation.partner_account is not None and happens(rng, 50)
    return InteractionRecord(
        reference=Reference(SYSTEM, f"I{profile.index:06}-{number:02}"),
        customer=profile.reference,
        values={
            "channel": note.channel,
            "direction": note.direction,
            "occurred_at": at,
            "created_at": at,
            "subject": subject,
            "body": body,
            "duration_seconds": _duration(rng, note),
            "outcome": rng.choice(note.outcomes),
        },
        author=None if by_partner and happens(rng, 50) else author.reference,
        department=note.department,
        partner_account=PARTNER if by_partner else None,
        participants=present,
    )


def _note(rng: Random, profile: Profile) -> tuple[str, Note]:
    channel, native = _CHANNELS.draw(rng), profile.home.market.language
    language = native if native in NATIVE and happens(rng, _NATIVE_PERCENT) else "en"
    business = profile.company is not None
    if channel not in notes_in(language, business=business):
        language = "en"
    return language, rng.choice(notes_in(language, business=business)[channel])


def _duration(rng: Random, note: Note) -> int | None:
    lasts = _LASTS_SECONDS.get(note.channel)
    return rng.randint(*lasts) if lasts and "NO_ANSWER" not in note.outcomes else None
