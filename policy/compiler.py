"""Compiler from Casbin's rules to an immutable snapshot that decides in microseconds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from policy.access import Access, Denial, Grant, break_glass
from policy.conditions import parse
from policy.rules import (
    ANY_PURPOSE,
    MASK,
    Action,
    Effect,
    InvalidPolicyError,
    RoleLink,
    Rule,
    validate,
)
from policy.shapes.row_shape import RowShape
from policy.subjects.principals import EVERYBODY, Principal
from policy.subjects.scopes import permitted
from privacy import caches


class Snapshot:
    """One version of one tenant's policy, compiled. Never changes; a new version is a new snapshot."""

    def __init__(
        self,
        version: int,
        rules: Iterable[Rule],
        parents: Mapping[str, frozenset[str]],
        shapes: Mapping[str, RowShape],
    ) -> None:
        self.version = version
        self._rules = tuple(rules)
        self._parents = parents
        self._shapes = shapes
        self._numbers = _numbered(self._rules)
        self._named = frozenset(rule.subject for rule in self._rules) | frozenset(parents)
        self.plan_for = lru_cache(maxsize=caches.PLANS)(self._decide)
        self.with_roles = lru_cache(maxsize=caches.ROLES)(self._with_roles)
        self.needs_for = lru_cache(maxsize=caches.NEEDS)(self._needs)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules as they were authored."""
        return self._rules

    @property
    def links(self) -> tuple[RoleLink, ...]:
        """Who has what which role has, link by link."""
        return tuple(
            RoleLink(member, role)
            for member, roles in sorted(self._parents.items())
            for role in sorted(roles)
        )

    def path(self, names: Iterable[str], subject: str) -> tuple[str, ...]:
        """The shortest way through links from one of the names to the subject, both included; empty
        where there is none.
        """
        ways: dict[str, tuple[str, ...]] = {name: (name,) for name in sorted(names)}
        waiting = list(ways)
        for name in waiting:
            if name == subject:
                return ways[name]
            for role in sorted(self._parents.get(name, frozenset()) - ways.keys()):
                ways[role] = (*ways[name], role)
                waiting.append(role)
        return ()

    def _needs(self, purpose: str) -> frozenset[str]:
        """What rows must bring beside their columns wherever a rule decides about more than showing."""
        shown, purposes = {Action.READ, Action.OPEN}, {ANY_PURPOSE, purpose}
        deciding = (
            rule for rule in self._rules if rule.action not in shown and rule.purpose in purposes
        )
        return frozenset().union(*(parse(rule.condition).needs for rule in deciding))

    def plan(self, principal: Principal, resource: str, action: str, purpose: str) -> Access:
        """What the principal may do; a falsy ``Access`` where no rule allows anything."""
        return self.plan_for(self.named(principal), resource, action, purpose)

    def named(self, principal: Principal) -> frozenset[str]:
        """The principal's roles and name as far as the policy names them: callers who are alike in
        this, and in what their credentials permit, have the same access.
        """
        return principal.names & self._named | principal.marks

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

    def _with_roles(self, principal: Principal) -> Principal:
        """The principal with the roles that this version gives it through others, and no other's."""
        own = principal.roles | {principal.name}
        return replace(principal, inherited=self.subjects(own) - own)

    def _decide(self, names: frozenset[str], resource: str, action: str, purpose: str) -> Access:
        """What rules of the action say; of opening a record together with those of reading it."""
        found = self._compile(names, resource, action, purpose)
        if action != Action.OPEN:
            return found
        return break_glass(self.plan_for(names, resource, Action.READ, purpose), found)

    def _compile(self, names: frozenset[str], resource: str, action: str, purpose: str) -> Access:
        subjects = self.subjects(permitted(names, resource, action))
        found = [
            number
            for subject in subjects
            for number in self._numbers.get((subject, resource, action), ())
        ]
        rules = (self._rules[number] for number in sorted(found))
        matching = [rule for rule in rules if rule.purpose in {ANY_PURPOSE, purpose}]
        return Access(
            shape=self._shapes.get(resource) or RowShape(resource=resource),
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
    shapes: Mapping[str, RowShape],
    purposes: Iterable[str],
) -> Snapshot:
    """Check the tenant's policy as a whole and compile it.

    Raises ``InvalidPolicyError`` for an empty policy, an unknown word, a link of everybody, or a cycle of
    roles.
    """
    authored = tuple(rules)
    if not authored:
        message = f"the policy of {tenant} is empty, so nothing would be allowed"
        raise InvalidPolicyError(message)
    known_purposes = frozenset(purposes)
    for rule in authored:
        validate(rule, shapes, known_purposes)
    return Snapshot(version, authored, _parents(links), shapes)


def _numbered(rules: Iterable[Rule]) -> Mapping[tuple[str, str, str], list[int]]:
    """The places of the rules by subject, resource and action."""
    numbers: dict[tuple[str, str, str], list[int]] = {}
    for number, rule in enumerate(rules):
        numbers.setdefault((rule.subject, rule.resource, rule.action), []).append(number)
    return numbers


def _parents(links: Iterable[RoleLink]) -> dict[str, frozenset[str]]:
    roles: dict[str, set[str]] = {}
    for link in links:
        if EVERYBODY in (link.member, link.role):
            raise InvalidPolicyError("everybody is no role: a rule may name them, a link may not")
        roles.setdefault(link.member, set()).add(link.role)
    try:
        TopologicalSorter(roles).prepare()
    except CycleError as error:
        message = f"the role {error.args[1][0]} contains itself"
        raise InvalidPolicyError(message) from None
    return {member: frozenset(found) for member, found in roles.items()}


def _grant(rule: Rule) -> Grant:
    return Grant(
        formula=parse(rule.condition),
        fields=frozenset(name for name in rule.fields if not name.endswith(MASK)),
        masked=frozenset(name.removesuffix(MASK) for name in rule.fields if name.endswith(MASK)),
        rule=rule.id,
        subject=rule.subject,
    )


def _denial(rule: Rule) -> Denial:
    return Denial(parse(rule.condition), frozenset(rule.fields), rule.id, rule.subject)
