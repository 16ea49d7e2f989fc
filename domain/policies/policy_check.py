"""Policy check: one may become the tenant's if it is valid, speaks of somebody, and locks nobody out."""

from collections.abc import Iterable
from dataclasses import replace

from domain.access.caller import Caller
from domain.declaration.registry import Registry
from domain.policies.subjects import Subjects
from domain.values.errors import ForbiddenError, InvalidInputError
from policy.changes import Policy
from policy.compiler import Snapshot, compile_policy
from policy.rules import POLICY, Action, InvalidPolicyError, Rule
from policy.subjects.principals import EVERYBODY, Principal, PrincipalKind
from privacy.purposes import PURPOSES

INVALID_POLICY = "INVALID_POLICY"


def compiled(registry: Registry, tenant: str, version: int, policy: Policy) -> Snapshot:
    """Raises ``InvalidPolicyError``."""
    return compile_policy(
        tenant, version, policy.rules, policy.links, shapes=registry.shapes, purposes=PURPOSES
    )


def repairing(registry: Registry, tenant: str) -> Snapshot:
    """What Farley itself may do where no version is valid, and only that: put another in its place."""
    right = Rule("SERVICE", POLICY, Action.ADMINISTER, "administration", "", ())
    return compiled(registry, tenant, 0, Policy((right,), ()))


def refuse_unknown_names(policy: Policy, known: Iterable[str]) -> None:
    """Raise ``InvalidPolicyError`` for a rule or link about nobody: a misspelt role would never hold."""
    names = frozenset(known)
    for rule in policy.rules:
        if rule.subject not in names | {EVERYBODY}:
            raise InvalidPolicyError(f"the rule “{rule.id}” is refused: {_nobody(rule.subject)}")
    for link in policy.links:
        for name in (link.member, link.role):
            if name not in names:
                text = f"{link.member} → {link.role}"
                raise InvalidPolicyError(f"the link “{text}” is refused: {_nobody(name)}")


def _nobody(name: str) -> str:
    return f"no role, member or partner is called {name!r}"


def may_administer(snapshot: Snapshot, principal: Principal) -> bool:
    """Whether the principal may change the policy for some purpose."""
    return any(
        snapshot.plan(principal, POLICY, Action.ADMINISTER, purpose).is_everywhere
        for purpose in PURPOSES
    )


def refuse_lockout(tenant: str, after: Snapshot, subjects: Subjects, *, needed: int) -> None:
    """Raise ``InvalidPolicyError`` where too few could change the policy again.

    ``needed`` members of staff must be able to; where there is no administrator among the staff at
    all, the role itself must.
    """
    able = sum(may_administer(after, one) for one in subjects.staff)
    if able >= needed:
        return
    if not any("ADMIN" in one.roles for one in subjects.staff):
        role = Principal(tenant, PrincipalKind.MEMBER, "", frozenset({"ADMIN"}), "administration")
        if may_administer(after, role):
            return
    who = "nobody" if not able else "only one member of staff"
    raise InvalidPolicyError(f"{who} could administer the policy afterwards")


def confirm_right(caller: Caller, version: int, current: Policy) -> None:
    """Raise ``ForbiddenError`` for who lost the right a moment ago, in the newest version.

    A version that is invalid is in force nowhere: whoever has the right in the running one may repair it.
    """
    try:
        snapshot = compiled(caller.registry, caller.principal.tenant_id, version, current)
    except InvalidPolicyError:
        return
    if not replace(caller, snapshot=snapshot).may(Action.ADMINISTER, POLICY):
        raise ForbiddenError("you may not administer this policy for this purpose")


def refusal(error: InvalidPolicyError, argument: str) -> InvalidInputError:
    """What the caller is told of a policy that cannot be."""
    return InvalidInputError(str(error), (argument,), code=INVALID_POLICY)
