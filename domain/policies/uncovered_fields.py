"""Uncovered fields, which a rule names and its purpose does not need: the rule gives less than it says."""

from collections import defaultdict
from collections.abc import Iterable

from domain.declaration.registry import Registry
from policy.rules import ANY_PURPOSE, MASK, Effect, Rule
from privacy.purposes import PURPOSES


def uncovered(registry: Registry, rules: Iterable[Rule]) -> list[str]:
    """A sentence for each purpose and resource; what a rule of an older Farley names may be unknown."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in rules:
        if rule.effect == Effect.ALLOW and (fields := _uncovered(registry, rule)):
            found[rule.purpose, rule.resource].update(fields)
    return [
        f"{_whose(purpose)} {', '.join(sorted(fields))} of {resource}: no rule gives that"
        for (purpose, resource), fields in sorted(found.items())
    ]


def _uncovered(registry: Registry, rule: Rule) -> list[str]:
    purposes = [
        declared for name, declared in PURPOSES.items() if rule.purpose in {name, ANY_PURPOSE}
    ]
    entity = registry.by_name.get(rule.resource)
    known = {} if entity is None else entity.by_name
    return [
        name
        for name in (field.removesuffix(MASK) for field in rule.fields)
        if name in known and not any(purpose.covers(known[name].category) for purpose in purposes)
    ]


def _whose(purpose: str) -> str:
    return (
        "no purpose covers" if purpose == ANY_PURPOSE else f"the purpose {purpose!r} does not cover"
    )
