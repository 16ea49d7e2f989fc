"""Policies made up at random: twelve roles deep, with denials, masks, purposes and now and then a cycle."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Any

from domain.entities.registry import SHAPES
from policy.conditions.entries.restriction import NOT_RESTRICTED
from policy.rules import ANY_PURPOSE, MASK, Action, Effect, RoleLink, Rule
from policy.subjects.principals import EVERYBODY, Principal
from tests.policy.formulas import Atom, Not, Tree, a_tree, atoms, text_of
from tests.policy.world import ASKED_OF, Row, World

DEPTH = 12
CHAIN = [f"ROLE:{number}" for number in range(DEPTH + 1)]
ASIDE = [f"ASIDE:{number}" for number in range(3)]
# What stands here twice is drawn twice as often, so that rules and requests meet.
ACTIONS = (Action.READ, Action.READ, Action.READ, Action.UPDATE, Action.UPDATE, Action.DELETE)
PURPOSES = ("sales", "sales", "sales", "support", "marketing")
FIELDS_EACH, ROWS_EACH, REQUESTS_EACH = 5, 10, 5


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants to do what for what, decided for all rows and all fields at once."""

    principal: Principal
    resource: str
    action: str
    purpose: str
    fields: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules and links, what the conditions' texts mean, and what is asked."""

    seed: int
    rules: tuple[Rule, ...]
    links: tuple[RoleLink, ...]
    trees: Mapping[str, Tree]
    requests: tuple[Request, ...]
    has_cycle: bool

    def explained(self) -> str:
        """All of it, to find out why a decision is wrong."""
        rules = (f"  {rule.id}: {' '.join(rule.fields)}" for rule in self.rules)
        links = (f"  {link.member} has {link.role}" for link in self.links)
        return "\n".join([f"policy {self.seed}", *rules, *links])


def a_policy(seed: int, world: World) -> Policy:
    """The same policy for the same seed."""
    return _Making(seed, world).policy()


def opening_for_updating(policy: Policy) -> Policy:
    """The same policy, in which what was about updating is about opening."""

    def action(one: str) -> str:
        return Action.OPEN if one == Action.UPDATE else one

    return replace(
        policy,
        rules=tuple(replace(rule, action=action(rule.action)) for rule in policy.rules),
        requests=tuple(replace(one, action=action(one.action)) for one in policy.requests),
    )


class _Making:
    def __init__(self, seed: int, world: World) -> None:
        self._world = world
        self._seed = seed
        self._chance = Random(seed)
        self._trees: dict[str, Tree] = {}
        self._fields = {
            name: tuple(
                self._chance.sample(sorted(shape.fields), min(FIELDS_EACH, len(shape.fields)))
            )
            for name, shape in sorted(SHAPES.items())
        }
        self._resources = list(dict.fromkeys(self._one(ASKED_OF) for _ in range(2)))
        self._principals = [self._with_roles(one) for one in world.principals]

    def policy(self) -> Policy:
        has_cycle = self._rarely(0.1)
        rules = [*self._broad(), *(self._rule() for _ in range(self._chance.randint(3, 8)))]
        return Policy(
            seed=self._seed,
            rules=tuple({_key(rule): rule for rule in rules}.values()),
            links=tuple(self._links(has_cycle=has_cycle)),
            trees=self._trees,
            requests=tuple(self._request(rules) for _ in range(REQUESTS_EACH)),
            has_cycle=has_cycle,
        )

    def _one(self, things: Sequence[Any]) -> Any:
        return self._chance.choice(things)

    def _rarely(self, share: float) -> bool:
        return self._chance.random() < share

    # --- roles --------------------------------------------------------------------------------------

    def _with_roles(self, principal: Principal) -> Principal:
        """Most stand at the top of the chain, twelve links above the rules."""
        roles = {self._one((CHAIN[0], CHAIN[0], CHAIN[0], CHAIN[0], CHAIN[5], ASIDE[0]))}
        if self._rarely(0.3):
            roles.add(self._one(ASIDE))
        return replace(principal, roles=frozenset(roles))

    def _links(self, *, has_cycle: bool) -> list[RoleLink]:
        links = {RoleLink(above, below) for above, below in pairwise(CHAIN)}
        for _ in range(self._chance.randint(0, 3)):
            above, below = sorted(self._chance.sample(range(DEPTH + 1), 2))
            links.add(RoleLink(CHAIN[above], CHAIN[below]))
        if self._rarely(0.5):
            links.add(RoleLink(self._one(CHAIN), self._one(ASIDE[1:])))
        if self._rarely(0.3):
            links.add(RoleLink(self._one(self._principals).name, self._one(ASIDE)))
        if has_cycle:
            links.add(RoleLink(CHAIN[-1], self._one(CHAIN)))
        return self._chance.sample(ordered := sorted(links, key=str), len(ordered))

    # --- rules --------------------------------------------------------------------------------------

    def _broad(self) -> Iterator[Rule]:
        """What lets most see something, so that there is something to deny."""
        for resource in self._resources:
            for action in (Action.READ, Action.UPDATE):
                yield Rule(
                    subject=CHAIN[-1],
                    resource=resource,
                    action=action,
                    purpose=ANY_PURPOSE,
                    condition=self._condition(resource, 0.15),
                    fields=self._shown(self._fields[resource], 0.1),
                )

    def _rule(self) -> Rule:
        resource = self._one(self._resources)
        effect = Effect.DENY if self._rarely(0.2) else Effect.ALLOW
        some = self._some(self._fields[resource])
        denied = () if self._rarely(0.4) else some
        return Rule(
            subject=self._one(
                (CHAIN[-1], CHAIN[-1], CHAIN[0], CHAIN[7], *ASIDE, EVERYBODY, self._named())
            ),
            resource=resource,
            action=self._one(ACTIONS),
            purpose=self._one((ANY_PURPOSE, ANY_PURPOSE, *PURPOSES)),
            condition=self._condition_of(resource, denied if effect == Effect.DENY else ()),
            fields=self._shown(some, 0.2) if effect == Effect.ALLOW else denied,
            effect=effect,
        )

    def _named(self) -> str:
        return str(self._one(self._principals).name)

    def _some(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(self._chance.sample(names, self._chance.randint(1, len(names))))

    def _shown(self, names: Sequence[str], masked: float) -> tuple[str, ...]:
        return tuple(name + MASK if self._rarely(masked) else name for name in names)

    def _condition_of(self, resource: str, denied: Sequence[str]) -> str:
        """Where fields are denied, at times that processing is restricted: a reason of its own."""
        fits = NOT_RESTRICTED in atoms(SHAPES[resource])
        if denied and fits and self._rarely(0.25):
            return self._written(Not(Atom(NOT_RESTRICTED)))
        return self._condition(resource, 0.92)

    def _condition(self, resource: str, share: float) -> str:
        if not self._rarely(share):
            return ""
        return self._written(a_tree(self._chance, atoms(SHAPES[resource])))

    def _written(self, tree: Tree) -> str:
        text = text_of(tree)
        self._trees[text] = tree
        return text

    # --- requests -----------------------------------------------------------------------------------

    def _request(self, rules: Sequence[Rule]) -> Request:
        """About what a rule speaks of, most of the time."""
        rule = self._one(rules)
        named = [one for one in self._principals if one.name == rule.subject]
        resource = rule.resource if self._rarely(0.97) else self._one(ASKED_OF)
        purpose = rule.purpose if self._rarely(0.7) else ANY_PURPOSE
        asked = self._one(PURPOSES) if purpose == ANY_PURPOSE else purpose
        rows = self._world.rows(resource, asked)
        return Request(
            principal=self._one(named or self._principals),
            resource=resource,
            action=rule.action if self._rarely(0.97) else self._one(ACTIONS),
            purpose=asked,
            fields=self._fields[resource],
            rows=tuple(self._chance.sample(rows, min(ROWS_EACH, len(rows)))),
        )


def _key(rule: Rule) -> tuple[str, ...]:
    """Of which a policy has one rule only."""
    return rule.subject, rule.resource, rule.action, rule.purpose, rule.condition, rule.effect
