"""Policy checks: asked one by one, and reported as differences from what was expected."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from domain.explaining.access_report import FieldLevel
from domain.explaining.check_places import CheckFileError
from domain.explaining.explain import Decision, Explanation
from domain.explaining.fixtures import Check, CheckFile, Listing
from domain.explaining.outcome import Outcome, Shown, outcome
from policy.compiler import Snapshot
from policy.rules import Action
from policy.subjects.principals import Principal

Ask = Callable[[Check], Awaitable[Outcome]]

_LEVELS = {FieldLevel.OPEN: Shown.OPEN, FieldLevel.MASKED: Shown.MASKED}


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that was not met: what was expected and what was found, a line each."""

    name: str
    differences: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How many checks there were, and those that were not met. Falsy where there is one."""

    count: int
    failures: tuple[Failure, ...]

    def __bool__(self) -> bool:
        return not self.failures


async def run_checks(file: CheckFile, ask: Ask) -> Result:
    """Ask everything that the file holds."""
    found = [_checked(check, await ask(check)) for check in file.checks]
    for listing in file.listings:
        outcomes = {name: await ask(check) for name, check in listing.asked.items()}
        found.append(_compared(listing, outcomes))
    return Result(len(found), tuple(failure for failure in found if failure))


def made_up(check: Check, snapshot: Snapshot, principal: Principal) -> Outcome:
    """The outcome for a record of the file."""
    purpose = check.purpose or principal.purpose
    if not purpose:
        raise CheckFileError(f"{check.name}: there is no purpose")
    record = check.record
    return outcome(snapshot, principal, record.entity, check.action, purpose, record.row)


def stored(explanation: Explanation, action: Action) -> Outcome:
    """The outcome for a record that is there."""
    writes = action in {Action.CREATE, Action.UPDATE}
    fields = {
        field.name: (Shown.WRITABLE if field.report.writable else Shown.HIDDEN)
        if writes
        else _LEVELS.get(field.report.level, Shown.HIDDEN)
        for field in explanation.fields
    }
    rules = tuple(rule.rule for rule in explanation.rules)
    return Outcome(explanation.decision is not Decision.DENIED, fields, rules)


def _checked(check: Check, found: Outcome) -> Failure | None:
    differences = []
    if found.is_allowed is not check.allow:
        differences.append(f"expected {_word(check.allow)}, got {_word(found.is_allowed)}")
    differences += [
        f"{name}: expected {expected}, got {found.fields[name]}"
        for name, expected in check.fields.items()
        if found.fields[name] is not expected
    ]
    return Failure(check.name, tuple(differences), found.rules) if differences else None


def _compared(listing: Listing, outcomes: Mapping[str, Outcome]) -> Failure | None:
    found = {name for name, one in outcomes.items() if _is_listed(listing, one)}
    differences = [f"- {name}" for name in sorted(listing.expected - found)]
    differences += [f"+ {name}" for name in sorted(found - listing.expected)]
    rules = dict.fromkeys(rule for one in outcomes.values() for rule in one.rules)
    return Failure(listing.name, tuple(differences), tuple(rules)) if differences else None


def _is_listed(listing: Listing, found: Outcome) -> bool:
    shown = listing.field is None or found.fields[listing.field] is not Shown.HIDDEN
    return found.is_allowed and shown


def _word(allow: object) -> str:
    return "allow" if allow else "deny"
