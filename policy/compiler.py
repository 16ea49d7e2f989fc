"""From Casbin's rules to an immutable snapshot that decides in microseconds."""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

from policy.access import Access, Denial, Grant
from policy.conditions import parse
from policy.principals import Principal
from policy.rules import (
    ANY_PURPOSE,
    MASK,
    Action,
    Effect,
    InvalidPolicyError,
    RoleLink,
    Rule,
    casbin_model,
    validate,
)


class Snapshot:
    """One version of one tenant's policy, compiled. Never changes; a new version is a new snapshot."""

    def __init__(
        self, version: int, rules: Iterable[Rule], parents: Mapping[str, frozenset[str]]
    ) -> None:
        self.version = version
        self._rules = tuple(rules)
        self._parents = parents
        self._named = frozenset(rule.subject for rule in self._rules) | frozenset(parents)
        self.plan_for = lru_cache(maxsize=4096)(self._compile)

    @cached_property
    def needs(self) -> frozenset[str]:
        """What rows must bring beside their columns wherever a rule decides about more than reading."""
        deciding = (rule for rule in self._rules if rule.action != Action.READ)
        return frozenset().union(*(parse(rule.condition).needs for rule in deciding))

    def plan(self, principal: Principal, resource: str, action: str, purpose: str) -> Access:
        """What the principal may do; a falsy ``Access`` where no rule allows anything."""
        return self.plan_for(self.named(principal), resource, action, purpose)

    def named(self, principal: Principal) -> frozenset[str]:
        """The principal's roles and name as far as the policy names them: callers who are alike in
        this have the same access.
        """
        return (principal.roles | {principal.name}) & self._named

    def subjects(self, names: Iterable[str]) -> frozenset[str]:
        """The names and all roles they have through links, however long the chain."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._parents.get(name, ()))
        return frozenset(found)

    def _compile(self, names: frozenset[str], resource: str, action: str, purpose: str) -> Access:
        subjects = self.subjects(names)
        matching = [
            rule
            for rule in self._rules
            if rule.resource == resource
            and rule.action == action
            and rule.purpose in {ANY_PURPOSE, purpose}
            and rule.subject in subjects
        ]
        return Access(
            resource=resource,
            action=action,
            purpose=purpose,
            grants=tuple(map(_grant, (r for r in matching if r.effect == Effect.ALLOW))),
            denials=tuple(map(_denial, (r for r in matching if r.effect == Effect.DENY))),
            policy_version=self.version,
        )


def compile_policy(
    tenant: str,
    version: int,
    rules: Iterable[Rule],
    links: Iterable[RoleLink],
    *,
    fields: Mapping[str, frozenset[str]],
    purposes: Iterable[str],
) -> Snapshot:
    """Check the policy as a whole and compile it from its Casbin form.

    Raises ``InvalidPolicyError`` for an empty policy, an unknown word, or a cycle of roles.
    """
    model = casbin_model(tenant, rules, links)
    authored = [Rule.from_casbin(line) for line in model["p"]["p"].policy]
    if not authored:
        message = "the policy is empty, so nothing would be allowed"
        raise InvalidPolicyError(message)
    known_purposes = frozenset(purposes)
    for rule in authored:
        validate(rule, fields, known_purposes)
    return Snapshot(version, authored, _parents(model["g"]["g"].policy))


def _parents(links: Iterable[Iterable[str]]) -> dict[str, frozenset[str]]:
    parents: dict[str, frozenset[str]] = {}
    for member, role, *_ in links:
        parents[member] = parents.get(member, frozenset()) | {role}
    for member in parents:
        _refuse_cycle(member, parents)
    return parents


def _refuse_cycle(start: str, parents: Mapping[str, frozenset[str]]) -> None:
    seen: set[str] = set()
    waiting = list(parents[start])
    while waiting:
        name = waiting.pop()
        if name == start:
            message = f"the role {start} contains itself"
            raise InvalidPolicyError(message)
        if name not in seen:
            seen.add(name)
            waiting.extend(parents.get(name, ()))


def _grant(rule: Rule) -> Grant:
    return Grant(
        formula=parse(rule.condition),
        fields=frozenset(name for name in rule.fields if not name.endswith(MASK)),
        masked=frozenset(name.removesuffix(MASK) for name in rule.fields if name.endswith(MASK)),
        rule=rule.id,
    )


def _denial(rule: Rule) -> Denial:
    return Denial(parse(rule.condition), frozenset(rule.fields), rule.id)
