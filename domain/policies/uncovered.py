"""Uncovered fields, which a rule names and its purpose does not need: the rule gives less than it says."""

from collections import defaultdict
from collections.abc import Iterable

from domain.entities.registry import RESOURCES
from policy.rules import ANY_PURPOSE, MASK, Effect, Rule
from privacy.purposes import PURPOSES


def uncovered(rules: Iterable[Rule]) -> list[str]:
    """A sentence for each purpose and resource; what a rule of an older Farley names may be unknown."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in rules:
        if rule.effect == Effect.ALLOW and (fields := _uncovered(rule)):
            found[rule.purpose, rule.resource].update(fields)
    return [
        f"{_whose(purpose)} {', '.join(sorted(fields))} of {resource}: no rule gives that"
        for (purpose, resource), fields in sorted(found.items())
    ]


def _uncovered(rule: Rule) -> list[str]:
    purposes = [
        declared for name, declared in PURPOSES.items() if rule.purpose in {name, ANY_PURPOSE}
    ]
    known = RESOURCES[rule.resource].by_name if rule.resource in RESOURCES else {}
    return [
        name
        for name in (field.removesuffix(MASK) for field in rule.fields)
        if name in known and not any(purpose.covers(known[name].category) for purpose in purposes)
    ]


def _whose(purpose: str) -> str:
    return (
        "no purpose covers" if purpose == ANY_PURPOSE else f"the purpose {purpose!r} does not cover"
    )
