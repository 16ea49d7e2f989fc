"""Decision on a proposed change: approved by a second person, rejected, or taken back."""

from dataclasses import dataclass

from domain.entities.policies import POLICY
from domain.policies import versions
from domain.policies.change_policy import check, policy_event
from domain.policies.policy_check import confirm_right, refusal
from domain.values.errors import ConflictError, ForbiddenError
from domain.values.refusals import absent
from domain.writing.unit_of_work import UnitOfWork
from policy.changes import Change, changed
from policy.rules import Action, InvalidPolicyError
from policy.subjects.principals import PrincipalKind


@dataclass(frozen=True, slots=True)
class ApprovePolicyChange:
    """By another member of staff than the one who proposed it."""

    change_id: str


@dataclass(frozen=True, slots=True)
class RejectPolicyChange:
    """By whoever may approve; by the one who proposed it, it is a withdrawal."""

    change_id: str


async def approve_policy_change(command: ApprovePolicyChange, work: UnitOfWork) -> str:
    """The id of the change, which is now applied.

    Raises ``ForbiddenError`` for the one who proposed it and for programs, ``ConflictError`` where it is
    closed, expired, or the policy was changed since, and ``InvalidInputError``.
    """
    work.require(Action.ADMINISTER, POLICY)
    version, approval = await versions.hold(work)
    proposal = await _proposal(work, command.change_id)
    principal = work.caller.principal
    if principal.kind is not PrincipalKind.MEMBER or principal.author == proposal.author:
        raise ForbiddenError("another member of staff has to approve it", code="SAME_PERSON")
    if proposal.base_version != version:
        message = "the policy was changed since; propose it again"
        raise ConflictError(message, ("changeId",))
    current, found = await versions.load(work, version), proposal.difference
    confirm_right(work.caller, version, current)
    try:
        change = Change(
            found.added, tuple(rule.id for rule in found.removed), found.linked, found.unlinked
        )
        wanted = changed(current, change)
        await check(work, version + 1, wanted, approval=approval)
    except InvalidPolicyError as error:
        raise refusal(error, "changeId") from None
    made = versions.Version(version + 1, proposal.author, proposal.reason, work.stores.now())
    await versions.add(work, made, wanted)
    await versions.decide(work, proposal, "APPLIED", made.number)
    work.happened(policy_event("PolicyChangeApproved", proposal.id))
    return proposal.id


async def reject_policy_change(command: RejectPolicyChange, work: UnitOfWork) -> str:
    """The id of the change, which is now closed. Raises ``ConflictError`` where it was closed before."""
    work.require(Action.ADMINISTER, POLICY)
    await versions.hold(work)
    proposal = await _proposal(work, command.change_id)
    is_own = proposal.author == work.caller.principal.author
    await versions.decide(work, proposal, "WITHDRAWN" if is_own else "REJECTED")
    name = "PolicyChangeWithdrawn" if is_own else "PolicyChangeRejected"
    work.happened(policy_event(name, proposal.id))
    return proposal.id


async def _proposal(work: UnitOfWork, id_: str) -> versions.StoredChange:
    found = await versions.changes(work, [id_], lock=True)
    if not found:
        raise absent("change", "changeId")
    status = found[0].status_at(work.stores.now())
    if status != "PROPOSED":
        raise ConflictError(f"the change is {status.lower()} already", ("changeId",))
    return found[0]
