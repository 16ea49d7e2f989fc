"""Simulation of a change of the policy: what it would give and take, before it is made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.access.effective_access import EffectiveAccess
from domain.directory.everyone import KnownPrincipal
from domain.explaining.access_report import FieldLevel, Report, report
from domain.explaining.review_statement import Bound, Versions, arguments, binds, changes
from domain.explaining.who_can_see import by_names
from domain.reading.gate import Reading
from policy.access import Access
from policy.changes import Change
from policy.compiler import Snapshot
from policy.conditions import parse
from policy.conditions.entries.shares import SHARED
from policy.explain import parts
from policy.rules import ANY_PURPOSE, SHOWING, WRITING, Action, Rule
from privacy.purposes import PURPOSES

_WITH_FIELDS = SHOWING | WRITING

Asked = tuple[str, str, str]
"""A resource, an action and a purpose."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """How a field is shown (or written) before any record is seen, and in how many records that changes."""

    name: str
    before: FieldLevel
    after: FieldLevel
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class PrincipalEffect:
    """What the change does for principals who are alike in it, with one action and purpose.

    ``before`` and ``after`` tell whether it is allowed for any record at all.
    """

    known: tuple[KnownPrincipal, ...]
    resource: str
    action: str
    purpose: str
    before: bool
    after: bool
    gained: int
    lost: int
    fields: tuple[FieldChange, ...]

    def __bool__(self) -> bool:
        return bool(self.fields or self.gained or self.lost or self.before is not self.after)


async def simulate(
    gate: Reading, old: Snapshot, new: Snapshot, change: Change, known: Sequence[KnownPrincipal]
) -> list[PrincipalEffect]:
    """The effects on these principals, only those that give or take something: one statement for all
    who have the same roles, and action and purpose, among the first ``RECORDS_MAX`` records.
    """
    effects: list[PrincipalEffect] = []
    asked = sorted(_asked(old, new, change))
    for names, alike in _alike(old, new, known):
        bound = [_bound(old, new, one) for one in alike]
        for one in asked:
            before, after = (snapshot.plan_for(names, *one) for snapshot in (old, new))
            if _differ(before, after) or _reaches_shares(after):
                effects += await _effects(gate, before, after, alike, bound)
    return [effect for effect in effects if effect]


def _alike(
    old: Snapshot, new: Snapshot, known: Iterable[KnownPrincipal]
) -> Iterator[tuple[frozenset[str], list[KnownPrincipal]]]:
    """Those together whom both policies treat alike, with the names that either knows them by."""
    for names, alike in by_names(old, known):
        for others, group in by_names(new, alike):
            yield names | others, group


def _bound(old: Snapshot, new: Snapshot, one: KnownPrincipal) -> Bound:
    """Links differ, and with them the roles with which records are shared."""
    before, after = (snapshot.with_roles(one.principal) for snapshot in (old, new))
    return binds(before, after)


def _asked(old: Snapshot, new: Snapshot, change: Change) -> set[Asked]:
    """What the change can have an effect on: links also give and take shares with roles."""
    removed = set(change.remove)
    touched: set[Rule] = {*change.add, *(rule for rule in old.rules if rule.id in removed)}
    for snapshot, links in ((old, change.unlink), (new, change.link)):
        given = snapshot.subjects(link.role for link in links)
        touched |= {rule for rule in snapshot.rules if rule.subject in given}
    if change.link or change.unlink:
        touched |= {rule for rule in new.rules if SHARED in parse(rule.condition).needs}
    return {
        (rule.resource, action, purpose)
        for rule in touched
        for action in _decided(rule)
        for purpose in (PURPOSES if rule.purpose == ANY_PURPOSE else (rule.purpose,))
    }


def _reaches_shares(access: Access) -> bool:
    return any(SHARED in part.formula.needs for part in parts(access))


def _decided(rule: Rule) -> tuple[str, ...]:
    """What a rule decides about: only what is shown can be opened."""
    return (rule.action, Action.OPEN) if rule.action == Action.READ else (rule.action,)


def _differ(before: Access, after: Access) -> bool:
    return {*before.grants, *before.denials} != {*after.grants, *after.denials}


async def _effects(
    gate: Reading,
    before: Access,
    after: Access,
    known: Sequence[KnownPrincipal],
    bound: Sequence[Bound],
) -> list[PrincipalEffect]:
    resource = gate.registry.by_name.get(before.resource)
    if resource is None:
        return [_effect(known, before, after, (0, 0), ())]
    purpose = PURPOSES[before.purpose]
    was, is_ = (EffectiveAccess(resource, access, purpose) for access in (before, after))
    levels = _levels(was), _levels(is_)
    if before.action == Action.CREATE:
        return [_effect(known, before, after, (0, 0), _fields(levels, {}))]
    names = tuple(
        name
        for name in was.decisions
        if before.action in _WITH_FIELDS
        and any(level.get(name) is not FieldLevel.DENIED for level in levels)
    )
    writing = before.action in WRITING
    review = changes(Versions(was, is_, names, writing), bound[0])
    groups = review.alike(bound)
    values = {"purpose": purpose.name, **arguments([bound[group[0]] for group in groups])}
    rows = {row[0]: row[1:] for row in await gate.fetch(review.statement, values)}
    return [
        _counted([known[i] for i in group], before, after, levels, names, rows.get(number))
        for number, group in enumerate(groups)
    ]


Levels = tuple[Mapping[str, FieldLevel], Mapping[str, FieldLevel]]


def _counted(
    known: Sequence[KnownPrincipal],
    before: Access,
    after: Access,
    levels: Levels,
    names: Sequence[str],
    row: Sequence[Any] | None,
) -> PrincipalEffect:
    """The numbers of a row; without one no record is reached before or after."""
    found = list(row or [0] * (2 + 2 * len(names)))
    counts = {name: (found[2 + 2 * i], found[3 + 2 * i]) for i, name in enumerate(names)}
    return _effect(known, before, after, (found[0], found[1]), _fields(levels, counts))


def _levels(effective: EffectiveAccess) -> Mapping[str, FieldLevel]:
    """Before any record is seen; of an action that writes, what may be written."""
    if effective.granted.action not in _WITH_FIELDS:
        return {}
    found: Report = report(effective, [effective.granted])
    if effective.granted.action not in WRITING:
        return {name: found[name].level for name in effective.decisions}
    return {
        name: _written(effective.granted, name) if found[name].writable else FieldLevel.DENIED
        for name in effective.decisions
    }


def _written(access: Access, name: str) -> FieldLevel:
    return FieldLevel.OPEN if access.field(name).is_always_open else FieldLevel.CONDITIONAL


def _fields(levels: Levels, counts: Mapping[str, tuple[int, int]]) -> tuple[FieldChange, ...]:
    """The fields of which more or less is shown in some record, or would be in one that matches."""
    before, after = levels
    return tuple(
        FieldChange(name, before[name], after[name], *counts.get(name, (0, 0)))
        for name in before
        if before[name] is not after[name] or any(counts.get(name, ()))
    )


def _effect(
    known: Sequence[KnownPrincipal],
    before: Access,
    after: Access,
    rows: tuple[int, int],
    fields: tuple[FieldChange, ...],
) -> PrincipalEffect:
    gained, lost = rows
    return PrincipalEffect(
        known=tuple(known),
        resource=before.resource,
        action=before.action,
        purpose=before.purpose,
        before=bool(before),
        after=bool(after),
        gained=gained,
        lost=lost,
        fields=fields,
    )
