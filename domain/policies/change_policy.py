"""Policy change: each makes a version, or a proposal where the tenant asks for two people."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.declaration.registry import Registry
from domain.entities.policies import POLICY
from domain.policies import versions
from domain.policies.policy_check import (
    compiled,
    confirm_right,
    refusal,
    refuse_lockout,
    refuse_unknown_names,
)
from domain.policies.subjects import subjects
from domain.validation.values import text
from domain.values.errors import InvalidInputError
from domain.values.refusals import stale
from domain.writing.unit_of_work import Event, UnitOfWork
from policy.changes import Change, Difference, Policy, changed, difference
from policy.csv_form import at_line, from_csv
from policy.rules import Action, InvalidPolicyError

REASON_LENGTH_MAX = 500
PROPOSAL_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """``new_roles`` are names that no rule, department or link has yet, and that are meant."""

    change: Change
    reason: str
    expected_version: int | None = None
    new_roles: tuple[str, ...] = ()
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ImportPolicy:
    """The whole policy is to be that of a CSV file."""

    csv: str
    reason: str
    expected_version: int | None = None
    new_roles: tuple[str, ...] = ()
    key: str | None = None


@dataclass(frozen=True, slots=True)
class RestorePolicy:
    """The whole policy is to be that of an earlier version."""

    version: int
    reason: str
    expected_version: int | None = None
    key: str | None = None


Command = ChangePolicy | ImportPolicy | RestorePolicy


async def change_policy(command: Command, work: UnitOfWork) -> str:
    """The id of the change, which was applied, or is proposed where two people are needed.

    Raises ``ForbiddenError``, ``InvalidInputError`` (code ``INVALID_POLICY`` with the rule or line and the
    reason), ``StaleVersionError`` and ``NotFoundError``; then nothing was changed.
    """
    work.require(Action.ADMINISTER, POLICY)
    earlier = await work.idempotency.earlier(command.key, command)
    if earlier is not None:
        return earlier
    reason = text("reason", command.reason, length_max=REASON_LENGTH_MAX)
    version, approval = await versions.hold(work)
    if command.expected_version not in {None, version}:
        raise stale("policy")
    current = await versions.load(work, version)
    confirm_right(work.caller, version, current)
    argument = {ImportPolicy: "csv", RestorePolicy: "version"}.get(type(command), "change")
    try:
        wanted = await _wanted(work, command, current)
        await check(work, version + 1, wanted, approval=approval)
    except InvalidPolicyError as error:
        raise refusal(error, argument) from None
    found = difference(current, wanted)
    if not found:
        raise InvalidInputError("it would change nothing", (argument,))
    id_ = await _keep(work, version, (reason, found, wanted), approval=approval)
    await work.idempotency.remember(command.key, command, id_)
    return id_


async def _wanted(work: UnitOfWork, command: Command, current: Policy) -> Policy:
    if isinstance(command, RestorePolicy):
        return await versions.load(work, command.version)
    known = {*(await subjects(work)).names, *_names(current), *command.new_roles}
    if isinstance(command, ChangePolicy):
        wanted = changed(current, command.change)
        refuse_unknown_names(wanted, known)
        return wanted
    return await asyncio.to_thread(_read, work.registry, command.csv, work.tenant, known)


def _names(policy: Policy) -> Iterable[str]:
    yield from (rule.subject for rule in policy.rules)
    yield from (name for link in policy.links for name in (link.member, link.role))


def _read(registry: Registry, csv: str, tenant: str, known: Iterable[str]) -> Policy:
    """The file's policy; its first bad line is named."""
    policy, lines = from_csv(csv, tenant)
    names = frozenset(known)
    for rule, line in zip(policy.rules, lines, strict=True):
        try:
            refuse_unknown_names(Policy((rule,), ()), names)
            compiled(registry, tenant, 0, Policy((rule,), ()))
        except InvalidPolicyError as error:
            raise at_line(line.number, str(error)) from None
    refuse_unknown_names(policy, names)
    return policy


async def check(work: UnitOfWork, version: int, policy: Policy, *, approval: bool) -> None:
    """Raise ``InvalidPolicyError`` unless the policy may become the tenant's."""
    snapshot = await asyncio.to_thread(compiled, work.registry, work.tenant, version, policy)
    refuse_lockout(work.tenant, snapshot, await subjects(work), needed=2 if approval else 1)


async def _keep(
    work: UnitOfWork, version: int, what: tuple[str, Difference, Policy], *, approval: bool
) -> str:
    reason, found, wanted = what
    id_, now, author = work.stores.new_id(), work.stores.now(), work.caller.principal.author
    made: dict[str, Any] = {
        "status": "PROPOSED",
        "version": None,
        "expires_at": now + PROPOSAL_LASTS,
    }
    if not approval:
        made = {"status": "APPLIED", "version": version + 1, "expires_at": None}
        await versions.add(work, versions.Version(version + 1, author, reason, now), wanted)
    change = versions.StoredChange(
        id=id_,
        author=author,
        reason=reason,
        base_version=version,
        difference=found,
        created_at=now,
        decided_by=None,
        decided_at=None,
        **made,
    )
    await versions.keep_change(work, change)
    work.happened(policy_event("PolicyChangeProposed" if approval else "PolicyChanged", id_))
    return id_


def policy_event(name: str, change: str) -> Event:
    """Something that happened to the policy, by the id of the change."""
    return Event(name, "policy", (change,), ())
