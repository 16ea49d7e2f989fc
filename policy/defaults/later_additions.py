"""Later additions to the default policy: the history of consents, erasing staff."""

from collections.abc import Sequence
from dataclasses import replace

from policy.rules import Rule

_SAID = "consent customer purpose status method at dated expires_at author source created_at"
_ERASING = (
    ("ADMIN", "administration"),
    ("SERVICE", "administration"),
    ("COMPLIANCE:MEMBER", "compliance"),
)


def later_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Whoever reads consents reads how they came to be. Staff is erased by those who administer it, and by
    compliance, who shuts nobody out otherwise.
    """
    history = [
        replace(rule, resource="consent_event", fields=tuple(_SAID.split()))
        for rule in rules
        if (rule.resource, rule.action) == ("consent", "read")
    ]
    return [
        *history,
        *(Rule(who, "member", "delete", purpose, "", ()) for who, purpose in _ERASING),
    ]
