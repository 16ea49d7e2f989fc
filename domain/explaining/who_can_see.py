"""Viewers of a field: who may see it in a record, for which purpose, by which rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.access.caller import Caller
from domain.access.effective_access import EffectiveAccess
from domain.declaration.entity import Entity
from domain.directory.everyone import KnownPrincipal
from domain.explaining.access_report import FieldLevel
from domain.explaining.review_statement import HIDDEN, MASKED, OPEN, arguments, binds, seeing
from domain.reading.gate import Reading
from domain.values.errors import InvalidInputError
from policy.access import Access
from policy.compiler import Snapshot
from policy.explain import naming
from policy.rules import Action
from privacy.purposes import PURPOSES, Purpose

_LEVELS = {(OPEN, OPEN): FieldLevel.OPEN, (MASKED, MASKED): FieldLevel.MASKED}


@dataclass(frozen=True, slots=True)
class FieldViewer:
    """One principal who may see the field for one purpose: as it is, masked, or only what some of its
    parts show (``CONDITIONAL``).

    ``rules`` are those that speak of the field, whether or not each holds for this record.
    """

    known: KnownPrincipal
    purpose: str
    level: FieldLevel
    rules: tuple[str, ...]


async def who_can_see(
    gate: Reading,
    caller: Caller,
    known: Sequence[KnownPrincipal],
    resource: Entity,
    id_: str,
    field: str,
    *,
    opened: bool = False,
) -> list[FieldViewer]:
    """Everybody who may see it, in the order given and of the purposes: one statement for all who have
    the same roles, and purpose. ``opened`` asks who sees it once they have opened the record.

    Raises ``InvalidInputError`` for a field that is not declared.
    """
    declared = resource.by_name.get(field)
    if declared is None:
        raise InvalidInputError(f"a {resource.name} has no such field", ("field",))
    fields = declared.sources or (field,)
    roles = caller.snapshot.with_roles
    known = [replace(one, principal=roles(one.principal)) for one in known]
    action = Action.OPEN if opened else Action.READ
    found: dict[tuple[int, str], FieldViewer] = {}
    places = {one.principal.name: place for place, one in enumerate(known)}
    for names, alike in by_names(caller.snapshot, known):
        for purpose in PURPOSES.values():
            access = caller.snapshot.plan_for(names, resource.name, action, purpose.name)
            for one, level in await _seen(
                gate, _effective(resource, access, purpose), alike, id_, fields
            ):
                key = places[one.principal.name], purpose.name
                found[key] = FieldViewer(one, purpose.name, level, _rules(access, fields))
    order = {name: number for number, name in enumerate(PURPOSES)}
    return [found[key] for key in sorted(found, key=lambda key: (key[0], order[key[1]]))]


def by_names(
    snapshot: Snapshot, known: Iterable[KnownPrincipal]
) -> list[tuple[frozenset[str], list[KnownPrincipal]]]:
    """The principals, those together whom the policy treats alike but for what conditions look at."""
    groups: dict[frozenset[str], list[KnownPrincipal]] = {}
    for one in known:
        groups.setdefault(snapshot.named(one.principal), []).append(one)
    return list(groups.items())


def _effective(resource: Entity, access: Access, purpose: Purpose) -> EffectiveAccess:
    return EffectiveAccess(resource, access, purpose)


async def _seen(
    gate: Reading,
    effective: EffectiveAccess,
    known: Sequence[KnownPrincipal],
    id_: str,
    fields: tuple[str, ...],
) -> list[tuple[KnownPrincipal, FieldLevel]]:
    if not effective.granted or all(effective.decisions[name].withheld for name in fields):
        return []
    bound = [binds(one.principal) for one in known]
    review = seeing(effective, fields, tuple(bound[0]))
    places = review.alike(bound)
    groups = [[known[i] for i in group] for group in places]
    values = {
        "id": id_,
        "purpose": effective.purpose.name,
        **arguments([bound[group[0]] for group in places]),
    }
    rows = await gate.fetch(review.statement, values)
    return [
        (one, _LEVELS.get((least, most), FieldLevel.CONDITIONAL))
        for number, least, most in rows
        if most != HIDDEN
        for one in groups[number]
    ]


def _rules(access: Access, fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule for field in fields for rule in naming(access, field)))
