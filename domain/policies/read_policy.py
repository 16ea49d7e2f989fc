"""Policy as it is read: what it says, how it became so, and what is proposed."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from domain.declaration.registry import Registry
from domain.entities.policies import POLICY
from domain.policies import versions
from domain.policies.uncovered_fields import uncovered
from domain.tables import stages
from domain.values.errors import ForbiddenError, InvalidInputError
from domain.writing.unit_of_work import UnitOfWork
from policy.changes import Difference, Policy, difference
from policy.conditions import CONDITIONS, InvalidConditionError, parse
from policy.conditions.entries.stage_and_value import STAGE
from policy.csv_form import to_csv
from policy.rules import UNASKED, Action, InvalidPolicyError, Rule

PAGE_MAX = 100


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version with what it says."""

    version: versions.Version
    policy: Policy


def permit_reading(work: UnitOfWork) -> None:
    """Raise ``ForbiddenError`` unless the caller may read the policy, or administer it."""
    caller = work.caller
    if not any(caller.may(action, POLICY.name) for action in (Action.READ, Action.ADMINISTER)):
        raise ForbiddenError("you may not read the policy for this purpose")


async def policy_at(work: UnitOfWork, version: int | None) -> ShownVersion:
    """A version, or the newest one; raises ``NotFoundError``."""
    permit_reading(work)
    number = await versions.newest(work) if version is None else version
    policy = await versions.load(work, number)
    (found,) = await versions.page(work, below=number + 1, first=1)
    return ShownVersion(found, policy)


async def history(work: UnitOfWork, *, below: int | None, first: int) -> list[versions.Version]:
    """Versions, the newest first."""
    permit_reading(work)
    return await versions.page(work, below=below, first=_bounded(first))


async def between(work: UnitOfWork, old: int, new: int) -> Difference:
    """What came and went from one version to the other; raises ``NotFoundError``."""
    permit_reading(work)
    return difference(await versions.load(work, old), await versions.load(work, new))


async def changes_made(work: UnitOfWork, *, first: int) -> list[versions.StoredChange]:
    """Changes and proposals, the newest first."""
    permit_reading(work)
    return await versions.changes(work, first=_bounded(first))


async def exported(work: UnitOfWork, version: int | None) -> str:
    """A version as the CSV that Casbin loads; raises ``InvalidInputError`` for what it would misread."""
    shown = await policy_at(work, version)
    try:
        return to_csv(shown.policy, work.tenant)
    except InvalidPolicyError as error:
        raise InvalidInputError(str(error), ("version",)) from None


async def stage_names(work: UnitOfWork) -> frozenset[str]:
    """What the stages of the tenant's pipelines are called."""
    query = sa.select(stages.c.name).where(stages.c.tenant_id == work.tenant)
    return frozenset((await work.execute(query)).scalars())


def warnings(
    registry: Registry, rules: tuple[Rule, ...], known_stages: frozenset[str]
) -> list[str]:
    """What an administrator should know of rules that are valid."""
    named = sorted({rule.action for rule in rules if rule.action in UNASKED})
    absent = sorted({name for rule in rules for name in _stages(rule)} - known_stages)
    return [
        *(f"nothing asks for {action} yet: these rules have no effect" for action in named),
        *(f"no pipeline has a stage called {name!r}: no opportunity is at it" for name in absent),
        *uncovered(registry, rules),
    ]


def _stages(rule: Rule) -> Iterator[str]:
    """The stages that a rule names; a condition of an older Farley may be unknown by now."""
    try:
        formula = parse(rule.condition)
    except InvalidConditionError:
        return
    for clause in formula.clauses:
        for literal in clause:
            if CONDITIONS[literal.name].needs == STAGE:
                yield from literal.arguments


def _bounded(first: int) -> int:
    if not 0 <= first <= PAGE_MAX:
        raise InvalidInputError(f"a page has 0 to {PAGE_MAX} entries", ("first",))
    return first
