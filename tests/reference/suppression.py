"""Which groups and aggregates a caller who sees people masked is not shown: too few people, and the
smallest of the others, so that nothing can be subtracted.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.declaration.entity import Entity
from domain.entities.registry import RESOURCES
from policy.rules import MASK
from tests.reference.eyes import Eyes
from tests.reference.rights import is_plain

People = Mapping[str, set[str]]
"""The different people behind each of some numbers that could be subtracted from one another."""


def sees_masked(eyes: Eyes, resource: Entity, used: Iterable[tuple[str, str]]) -> bool:
    """Whether one of these fields is open in some records only, or something is masked of the grouped
    records, or of those whose fields are used.
    """
    fields = set(used)
    resources = {resource.name, *(other for other, _ in fields)}
    partly = any(not is_plain(eyes, other, name) for other, name in fields)
    return partly or any(_has_masked(eyes, RESOURCES[other]) for other in resources)


def _has_masked(eyes: Eyes, resource: Entity) -> bool:
    masked = {
        name.removesuffix(MASK)
        for rule in eyes.rules(resource.name, "allow")
        for name in rule.fields
        if name.endswith(MASK)
    }
    return any(
        eyes.withheld(resource.name, name) is None and not is_plain(eyes, resource.name, name)
        for name in masked
    )


def hidden_groups(people: People, threshold: int) -> set[str]:
    """Those of few people; and if there are any, the smallest of the others."""
    few = {one for one, who in people.items() if len(who) < threshold}
    return few | (_smallest(people, few) if few else set())


def hidden_cells(people: People, groups: set[str], threshold: int) -> set[str]:
    """Those of hidden groups and of few people; and the smallest of the others, unless enough people
    stand behind one that is hidden already.
    """
    few = {one for one, who in people.items() if len(who) < threshold}
    hidden = few | (groups & people.keys())
    needed = any(people[one] for one in few) and not (groups & people.keys()) - few
    return hidden | (_smallest(people, hidden) if needed else set())


def _smallest(people: People, but: set[str]) -> set[str]:
    left = [(len(who), one) for one, who in people.items() if one not in but]
    return {min(left)[1]} if left else set()


def as_record(values: Iterable[Any]) -> str:
    """Keys as PostgreSQL writes a record: among equally small ones the first of these is hidden."""
    return "(" + ",".join(map(_as_member, values)) + ")"


def _as_member(value: Any) -> str:
    if value is None:
        return ""
    text = {True: "t", False: "f"}[value] if isinstance(value, bool) else str(value)
    is_quoted = not text or any(letter in '"\\(),' or letter.isspace() for letter in text)
    doubled = text.replace("\\", "\\\\").replace('"', '""')
    return f'"{doubled}"' if is_quoted else text
