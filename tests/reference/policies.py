"""Policies made up at random, over all resources, for callers who stand in the data."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.entities.registry import ALL, SHAPES
from policy.compiler import Snapshot, compile_policy
from policy.conditions import CONDITIONS
from policy.rules import MASK, Effect, RoleLink, Rule
from policy.subjects.principals import Principal
from privacy.purposes import PURPOSES
from tests.reference.choices import Choices

ROLES = ("SALES:MEMBER", "MEMBER", "PARTNER", "ELSE")
LINKS = (RoleLink("SALES:MEMBER", "MEMBER"), RoleLink("PARTNER", "ELSE"))
WRITING = ("update", "create", "delete", "administer")
# What is named twice is drawn twice as often: every category, those that need consent, a few.
CALLED_FOR = ("compliance", "compliance", "sales", "marketing", "marketing", "partner", "billing")


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules, and who asks for what under them."""

    rules: tuple[Rule, ...]
    links: tuple[RoleLink, ...]
    principal: Principal
    purpose: str

    def explained(self) -> str:
        """All of it, to find out why an answer is wrong."""
        rules = (f"{rule.id}: {' '.join(rule.fields)}" for rule in self.rules)
        links = (f"{link.member} has {link.role}" for link in self.links)
        return "\n".join([f"{self.principal!r} for {self.purpose}", *links, *rules])

    def compiled(self) -> Snapshot:
        """The snapshot, as it is compiled from a stored policy."""
        return compile_policy(
            self.principal.tenant_id, 1, self.rules, self.links, shapes=SHAPES, purposes=PURPOSES
        )


def policy(choices: Choices, principals: Sequence[Principal]) -> Policy:
    """A policy under which one of the principals sees most resources somehow."""
    principal, purpose = choices.one(principals), choices.one(CALLED_FOR)
    rules = [
        rule
        for resource in ALL
        if choices.mostly(12)
        for rule in _rules(choices, resource.name, principal, purpose)
    ]
    rules = rules or [Rule("NOBODY", "customer", "read", "*", "", ("kind",))]
    return Policy(tuple(rules), tuple(choices.part(LINKS)), principal, purpose)


def _rules(choices: Choices, resource: str, principal: Principal, purpose: str) -> list[Rule]:
    makes_masks = choices.rarely(3)
    mine = [*sorted(principal.roles), principal.name]
    first = Rule(
        subject=choices.one(mine),
        resource=resource,
        action="read",
        purpose="*",
        condition=condition(choices, resource) if choices.rarely(3) else "",
        fields=_fields(choices, resource, makes_masks=makes_masks),
    )
    more = [
        Rule(
            subject=choices.one([*mine, *ROLES, "*"]),
            resource=resource,
            action=choices.one(WRITING) if choices.rarely(6) else "read",
            purpose=choices.one(["*", purpose, "support"]),
            condition=condition(choices, resource) if choices.mostly(3) else "",
            fields=_fields(choices, resource, makes_masks=makes_masks),
        )
        for _ in range(choices.below(3))
    ]
    if choices.rarely(4):
        more.append(_denial(choices, resource, [*mine, "*"]))
    return [first, *more]


def _denial(choices: Choices, resource: str, subjects: Sequence[str]) -> Rule:
    names = sorted(SHAPES[resource].fields)
    return Rule(
        subject=choices.one(subjects),
        resource=resource,
        action=choices.one(WRITING) if choices.rarely(6) else "read",
        purpose="*",
        condition=_denying(choices, resource),
        fields=tuple(choices.several(names, 0, 4)),
        effect=Effect.DENY,
    )


def _fields(choices: Choices, resource: str, *, makes_masks: bool) -> tuple[str, ...]:
    names = sorted(SHAPES[resource].fields)
    kept = set(names)
    if choices.rarely(3):
        kept -= set(choices.several(names, 1, 3))
    elif choices.rarely(4):
        kept = set(choices.part(names))
    masked = choices.part(names) if makes_masks and choices.mostly(3) else []
    return tuple(f"{name}{MASK}" if name in masked else name for name in names if name in kept)


def _denying(choices: Choices, resource: str) -> str:
    """At times that processing is restricted, which is a reason of its own."""
    drawn = choices.below(5)
    if drawn == 1 and CONDITIONS["not_restricted"].fits(SHAPES[resource]):
        return "not not_restricted"
    return condition(choices, resource) if drawn < 4 else ""


def condition(choices: Choices, resource: str) -> str:
    """Up to two clauses of up to two conditions that fit the resource."""
    fitting = [one.example for one in CONDITIONS.values() if one.fits(SHAPES[resource])]
    clauses = []
    for _ in range(1 + choices.below(2)):
        literals = choices.several(fitting, 1, 2)
        clauses.append(" and ".join(f"{choices.one(('', 'not '))}{one}" for one in literals))
    return " or ".join(clauses)
