"""Explanation of a decision: why a principal may or may not do something, rule by rule, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.access.caller import Caller
from domain.access.effective_access import EffectiveAccess
from domain.declaration.entity import Entity
from domain.directory.everyone import KnownPrincipal
from domain.explaining.access_report import KEPT, FieldLevel, FieldReport, Report, report
from domain.explaining.record_truths import RecordTruths, record_truths
from domain.reading.gate import Reading
from domain.values.errors import InvalidInputError
from domain.values.refusals import absent
from policy.access import Access
from policy.explain import Behind, naming, rules_behind
from policy.explain import name_of as condition_name
from policy.rules import SHOWING, WRITING, Action
from privacy.redaction import Reason


class Decision(StrEnum):
    """Whether it may be done: with the record named and each field of it, or else with some."""

    ALLOWED = "ALLOWED"
    PARTLY = "PARTLY"
    DENIED = "DENIED"


@dataclass(frozen=True, slots=True)
class Question:
    """``id_`` is a record's, without the prefix; without it the question is about all records."""

    action: Action
    resource: str
    id_: str | None = None


@dataclass(frozen=True, slots=True)
class FieldExplained:
    """How a field is shown, whether it may be written, and the rules that speak of it."""

    name: str
    report: FieldReport
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision with everything that it rests on; no value of the record is in it.

    ``is_read`` is whether the rule for reading shows the record, without which it can be neither changed
    nor erased; ``consent`` whether the person's is in force, where the purpose needs it.
    """

    decision: Decision
    handle: str
    name: str
    purpose: str
    policy_version: int
    roles: tuple[str, ...]
    rules: tuple[Behind, ...]
    conditions: Mapping[str, bool]
    is_read: bool | None
    needs_consent: bool
    consent: bool | None
    fields: tuple[FieldExplained, ...]


async def explain(
    gate: Reading, known: KnownPrincipal, caller: Caller, question: Question
) -> Explanation:
    """The explanation for a principal, who is the ``caller`` of this gate.

    Raises ``InvalidInputError`` for an unknown resource, ``NotFoundError`` for a record that is not there.
    """
    if question.resource not in caller.registry.shapes:
        raise InvalidInputError("no resource is called that", ("resource",))
    asked = access_to(caller, question.resource, question.action)
    resource = caller.registry.by_name.get(question.resource)
    if resource is None:
        return _explained(known, caller, asked, _bare(asked), None, ())
    if question.id_ is None:
        seen = report(_effective(caller, resource, asked), _writing(caller, asked))
        shown = _fields(caller, resource, asked, seen)
        return _explained(known, caller, asked, _over_all(asked, shown), None, shown)
    effective = _effective(caller, resource, asked)
    found = await record_truths(gate, effective, asked, _writing(caller, asked)[0], question.id_)
    if found is None:
        raise absent(resource.name, "id")
    shown = _fields(caller, resource, asked, _of_record(asked, found))
    return _explained(known, caller, asked, _over_one(asked, found, shown), found, shown)


def access_to(caller: Caller, resource: str, action: str) -> Access:
    """What a caller may do with a resource, for the purpose it has."""
    return caller.snapshot.plan(caller.principal, resource, action, caller.purpose.name)


def _effective(caller: Caller, resource: Entity, asked: Access) -> EffectiveAccess:
    """How far the action shows; what is not shown by the action itself is shown by reading."""
    if asked.action in SHOWING:
        return EffectiveAccess(resource, asked, caller.purpose)
    return caller.accesses[resource.name]


def _writing(caller: Caller, asked: Access) -> list[Access]:
    """By what fields are written; a record that is there is updated."""
    if asked.action in WRITING:
        return [asked]
    return [access_to(caller, asked.resource, action) for action in (Action.UPDATE, Action.CREATE)]


def _of_record(asked: Access, found: RecordTruths) -> Report:
    """The fields of a record; of one that is not shown nothing is, nor can it be changed."""
    if found.is_shown and (found.applies or asked.action != Action.OPEN):
        return found.report.fields
    is_new = asked.action == Action.CREATE
    return {
        name: FieldReport(FieldLevel.DENIED, Reason.DENIED, is_new and field.writable)
        for name, field in found.report.fields.items()
    }


def _fields(
    caller: Caller, resource: Entity, asked: Access, report: Report
) -> tuple[FieldExplained, ...]:
    """Field by field, with the rules for showing it or, where the action writes, for writing it."""
    ruling = asked if asked.action in SHOWING | WRITING else caller.accesses[resource.name].granted
    return tuple(
        FieldExplained(name, report[name], _rules(resource, ruling, name)) for name in report
    )


def _rules(resource: Entity, ruling: Access, name: str) -> tuple[str, ...]:
    sources = resource.by_name[name].sources or (name,)
    return tuple(dict.fromkeys(rule for source in sources for rule in naming(ruling, source)))


def _bare(asked: Access) -> Decision:
    """Without records there is nothing that a condition could look at."""
    if not asked:
        return Decision.DENIED
    return Decision.ALLOWED if asked.is_everywhere else Decision.PARTLY


def _over_all(asked: Access, shown: tuple[FieldExplained, ...]) -> Decision:
    decision = _bare(asked)
    return (
        Decision.PARTLY if decision is Decision.ALLOWED and not _whole(asked, shown) else decision
    )


def _over_one(asked: Access, found: RecordTruths, shown: tuple[FieldExplained, ...]) -> Decision:
    may = found.applies and (found.is_shown or asked.action in SHOWING | {Action.CREATE})
    if not may:
        return Decision.DENIED
    return Decision.ALLOWED if _whole(asked, shown) else Decision.PARTLY


def _whole(asked: Access, shown: tuple[FieldExplained, ...]) -> bool:
    """Whether the action takes in every field that it could."""
    if asked.action in SHOWING:
        return all(field.report.level is FieldLevel.OPEN for field in shown)
    written = (field.report.writable for field in shown if field.name not in KEPT)
    return asked.action not in WRITING or all(written)


def _explained(
    known: KnownPrincipal,
    caller: Caller,
    asked: Access,
    decision: Decision,
    found: RecordTruths | None,
    shown: tuple[FieldExplained, ...],
) -> Explanation:
    snapshot, principal = caller.snapshot, caller.principal
    truths = None if found is None else found.truths
    return Explanation(
        decision=decision,
        handle=known.handle,
        name=principal.name,
        purpose=caller.purpose.name,
        policy_version=snapshot.version,
        roles=tuple(sorted(snapshot.subjects(principal.roles | {principal.name}))),
        rules=rules_behind(snapshot, principal, asked, truths),
        conditions={condition_name(one): is_so for one, is_so in (truths or {}).items()},
        is_read=None if found is None else found.is_shown,
        needs_consent=caller.purpose.needs_consent,
        consent=None if found is None else found.consent,
        fields=shown,
    )
