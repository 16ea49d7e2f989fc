"""What a rule names beyond what its purpose needs."""

import pytest

from domain.entities.registry import BUILT_IN
from domain.policies.uncovered_fields import uncovered
from policy.rules import Rule


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule("A", "customer", "read", "supply", "", ("birth_date", "kind")), ["birth_date"]),
        (Rule("A", "customer", "read", "supply", "", ("emails~",)), ["emails"]),
        (Rule("A", "customer", "update", "supply", "", ("birth_date",)), ["birth_date"]),
        (Rule("A", "customer", "read", "supply", "", ("birth_date",), "deny"), []),
        (Rule("A", "customer", "read", "supply", "", ("organization_name",)), []),
        (Rule("A", "customer", "read", "*", "", ("birth_date",)), []),
        (Rule("A", "customer", "read", "unknown", "", ("birth_date",)), ["birth_date"]),
        (Rule("A", "unknown", "read", "supply", "", ("birth_date",)), []),
        (Rule("A", "customer", "read", "supply", "", ("unknown",)), []),
        (Rule("A", "policy", "administer", "administration", "", ()), []),
    ],
)
def test_what_is_named_and_not_covered_is_said(rule: Rule, said: list[str]) -> None:
    assert uncovered(BUILT_IN, [rule]) == [
        f"the purpose {rule.purpose!r} does not cover {name} of customer: no rule gives that"
        for name in said
    ]
