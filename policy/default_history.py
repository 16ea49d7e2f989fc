"""Consent history, in the policy that a new tenant begins with."""

from collections.abc import Sequence
from dataclasses import replace

from policy.rules import Rule

_SAID = "consent customer purpose status method at dated expires_at author source created_at"


def history_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Whoever reads consents reads how they came to be."""
    return [
        replace(rule, resource="consent_event", fields=tuple(_SAID.split()))
        for rule in rules
        if (rule.resource, rule.action) == ("consent", "read")
    ]
