"""Default denials: what no rule that is added later gives an outside business, in a new tenant's policy."""

from policy.rules import ANY_PURPOSE, Effect, Rule

OUTSIDE = ("PARTNER", "SUPPLIER")
"""Roles of other businesses."""


def without_internal_notes(subject: str) -> list[Rule]:
    """What staff notes for itself is neither seen nor written."""
    return [
        Rule(subject, "interaction", action, ANY_PURPOSE, "internal", (), Effect.DENY)
        for action in ("read", "create", "update")
    ]


def without_references() -> list[Rule]:
    """Nothing that is unique is written: the refusal of a reference that is taken would tell of the
    record that has it.
    """
    return [
        Rule(subject, resource, action, ANY_PURPOSE, "", ("external_references",), Effect.DENY)
        for subject in OUTSIDE
        for resource in ("customer", "interaction", "opportunity")
        for action in ("create", "update")
    ]
