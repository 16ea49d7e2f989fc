"""What is worked out for a customer page by page: the timeline and the network."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.entities.registry import ALL, RESOURCES
from tests.reference.eyes import Eyes, as_answered
from tests.reference.pages import Key, Page, cut, nothing
from tests.reference.records import Row

Given = Mapping[str, Any]

# --- the timeline -----------------------------------------------------------------------------------

KINDS: Sequence[tuple[str, str, str]] = [
    (event.kind, entity.name, event.at)
    for entity, event in sorted(
        ((entity, event) for entity in ALL for event in entity.timeline),
        key=lambda told: told[1].number,
    )
]
PAST = {
    ("CONSENT_GIVEN", "GRANTED"): "given_at",
    ("CONSENT_WITHDRAWN", "WITHDRAWN"): "withdrawn_at",
}
"""What a consent's row tells of its history, by kind and status."""


class Event(NamedTuple):
    """Something that happened; of the same moment, the kinds come in their order."""

    at: datetime
    kind: int
    row: Row


def timeline(eyes: Eyes, customer: Row, type_name: str, given: Given) -> Page:
    wanted = [kind for kind, _, _ in KINDS] if given.get("kinds") is None else given["kinds"]
    told = [one for one in KINDS if one[0] in wanted and _is_told(eyes, *one[1:])]
    if not told:
        return nothing(type_name)
    return cut(
        type_name,
        [event for kind in told for event in _events(eyes, customer, kind, given)],
        [
            Key(lambda event: event.at, descending=True),
            Key(lambda event: event.kind, descending=True),
            Key(lambda event: event.row["id"], descending=True),
        ],
        lambda event: f"{event.kind} {event.row['id']}",
        given,
        lambda name: _event_named(eyes, name),
        _shown_event,
    )


def _placing(resource: str, at: str) -> list[str]:
    """The fields that say when it was, and whose it is where that is a field of its own."""
    beside = ("customer", "status", "consent") if resource == "consent_event" else ("customer",)
    return [at, *(name for name in beside if name in RESOURCES[resource].by_name)]


def _is_told(eyes: Eyes, resource: str, at: str) -> bool:
    usable = (eyes.may_use(resource, name) for name in _placing(resource, at))
    return eyes.sees_some(resource) and all(usable)


def _events(eyes: Eyes, customer: Row, kind: tuple[str, str, str], given: Given) -> Sequence[Event]:
    _, resource, at = kind
    since, until = (given.get(name) for name in ("since", "until"))
    return [
        Event(row[at], KINDS.index(kind), row)
        for row in eyes.seen(resource)
        if row["customer_id"] == customer["id"]
        and all(eyes.is_open(resource, name, row) for name in _placing(resource, at))
        and row[at] is not None
        and (resource != "consent_event" or _is_past(eyes, kind[0], row))
        and (since is None or row[at] >= datetime.fromisoformat(since))
        and (until is None or row[at] < datetime.fromisoformat(until))
    ]


def _is_past(eyes: Eyes, kind: str, row: Row) -> bool:
    """Of that kind, and not told to this caller by the row of the consent."""
    told = PAST.get((kind, row["status"]))
    if told is None:
        return False
    consent = eyes.behind("consent", row["consent_id"])
    is_told = (
        _is_told(eyes, "consent", told)
        and consent is not None
        and all(eyes.is_open("consent", name, consent) for name in _placing("consent", told))
        and consent[told] == row["at"]
    )
    return not is_told


def _event_named(eyes: Eyes, name: str) -> Event:
    number, id_ = name.split()
    _, resource, at = KINDS[int(number)]
    row = eyes.records.rows[resource][id_]
    return Event(row[at], int(number), row)


def _shown_event(event: Event) -> dict[str, Any]:
    kind, resource, _ = KINDS[event.kind]
    record = RESOURCES[resource], event.row
    return {"at": as_answered(event.at), "kind": kind, "record": record}


# --- the network ------------------------------------------------------------------------------------

INVERSE = "<"
LINKED = ("type", "from", "to")

Way = list[str]


class Met(NamedTuple):
    """Somebody, so many steps away, over relationships in their direction or against it."""

    distance: int
    id: str
    way: Way


def network(eyes: Eyes, customer: Row, type_name: str, given: Given) -> Page:
    is_told = all(map(eyes.sees_some, ("relationship", "customer")))
    if not is_told or not all(eyes.may_use("relationship", name) for name in LINKED):
        return nothing(type_name)
    return cut(
        type_name,
        _met(eyes, customer["id"], given["depth"], _links(eyes, given.get("types"))),
        [Key(lambda met: met.distance), Key(lambda met: met.id)],
        lambda met: f"{met.distance} {met.id}",
        given,
        lambda name: Met(int(name.split()[0]), name.split()[1], []),
        lambda met: _shown_member(eyes, met),
    )


def _links(eyes: Eyes, types: Sequence[str] | None) -> list[Row]:
    return [
        row
        for row in eyes.seen("relationship")
        if all(eyes.is_open("relationship", name, row) for name in LINKED)
        and (types is None or row["type"] in types)
    ]


def _met(eyes: Eyes, start: str, depth: int, links: Sequence[Row]) -> list[Met]:
    """Step by step, whoever was not met before; of several ways the first in the alphabet."""
    known: dict[str, Met] = {start: Met(0, start, [])}
    for distance in range(1, depth + 1):
        ways: dict[str, Way] = {}
        for met in [one for one in known.values() if one.distance == distance - 1]:
            for other, step in _steps(met.id, links):
                way = [*met.way, step]
                if other not in known and eyes.behind("customer", other):
                    ways[other] = min(way, ways.get(other, way))
        known |= {other: Met(distance, other, way) for other, way in ways.items()}
    return [met for met in known.values() if met.distance]


def _steps(here: str, links: Sequence[Row]) -> list[tuple[str, str]]:
    onward = [(link["to_id"], link["type"]) for link in links if link["from_id"] == here]
    back = [(link["from_id"], INVERSE + link["type"]) for link in links if link["to_id"] == here]
    return onward + back


def _shown_member(eyes: Eyes, met: Met) -> dict[str, Any]:
    row = eyes.behind("customer", met.id)
    steps = [
        {"type": step.removeprefix(INVERSE), "inverse": step.startswith(INVERSE)}
        for step in met.way
    ]
    customer = row and (RESOURCES["customer"], row)
    return {"customer": customer, "distance": met.distance, "path": steps}
