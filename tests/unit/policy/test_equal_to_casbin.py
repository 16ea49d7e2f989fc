"""The compiler decides what Casbin decides: its rules are the single source."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.access import Access
from policy.compiler import compile_policy
from policy.rules import MASK
from policy.subjects.principals import Principal
from tests.unit.policy.oracle import ROW, TENANT, Oracle
from tests.unit.policy.policies import (
    ACTIONS,
    FIELDS,
    PURPOSES,
    RESOURCES,
    SHAPES,
    Policy,
    callers,
    policies,
    rows,
)

pytestmark = pytest.mark.proof


def decided(access: Access, field: str, row: dict[str, Any], principal: Principal) -> bool:
    """What the gate of reading makes of an access, field by field."""
    shown = access.allows(row, principal)
    if field == ROW or not shown:
        return shown
    guard = access.field(field.removesuffix(MASK))
    if guard.hidden.holds(row, principal, access.shape):
        return False
    formula = guard.masked if field.endswith(MASK) else guard.open
    return formula.holds(row, principal, access.shape)


@settings(max_examples=150, deadline=None)
@given(policies(), callers, rows, st.sampled_from(RESOURCES), st.sampled_from(PURPOSES))
def test_an_opening_shows_what_casbin_allows_to_read_or_to_open_and_what_neither_denies(
    policy: Policy, caller: Principal, row: dict[str, Any], resource: str, purpose: str
) -> None:
    """To Casbin rules of reading that are rules of opening as well are one heap, in which a denial wins."""
    rules = tuple(replace(one, action=_OPENED[one.action]) for one in policy.rules)
    heap = tuple(replace(rule, action="open") for rule in rules)
    snapshot = compile_policy(TENANT, 1, rules, policy.links, shapes=SHAPES, purposes=PURPOSES)
    apart, together = (Oracle(some, policy.links, caller) for some in (rules, heap))
    access = snapshot.plan(caller, resource, "open", purpose)
    is_opened = all(
        apart.allows(resource, action, purpose, ROW, row) for action in ("read", "open")
    )
    assert access.allows(row, caller) is is_opened
    assert access or not is_opened
    names = sorted(FIELDS[resource])
    for field in (*names, *(name + MASK for name in names)):
        allowed = is_opened and together.allows(resource, "open", purpose, field, row)
        assert decided(access, field, row, caller) is allowed
    assert access.writable(row, caller) <= {n for n in names if decided(access, n, row, caller)}


_OPENED = {"read": "read", "update": "open"}


def test_every_decision_equals_casbins() -> None:
    seen: Counter[bool] = Counter()

    @settings(max_examples=150, deadline=None)
    @given(
        policies(),
        callers,
        st.tuples(rows, rows, rows),
        st.sampled_from(RESOURCES),
        st.sampled_from(ACTIONS),
        st.sampled_from(PURPOSES),
    )
    def check(
        policy: Policy,
        caller: Principal,
        some: tuple[dict[str, Any], ...],
        resource: str,
        action: str,
        purpose: str,
    ) -> None:
        snapshot = compile_policy(
            TENANT, 1, policy.rules, policy.links, shapes=SHAPES, purposes=PURPOSES
        )
        oracle = Oracle(policy.rules, policy.links, caller)
        access = snapshot.plan(caller, resource, action, purpose)
        names = sorted(FIELDS[resource])
        for row in some:
            expected = {
                field: oracle.allows(resource, action, purpose, field, row)
                for field in (ROW, *names, *(name + MASK for name in names))
            }
            assert {field: decided(access, field, row, caller) for field in expected} == expected
            assert access.writable(row, caller) == {name for name in names if expected[name]}
            assert access or not any(expected.values())
            seen.update(expected.values())

    check()
    assert seen.total() > 4_000
    assert seen[True] > 0.2 * seen.total()
