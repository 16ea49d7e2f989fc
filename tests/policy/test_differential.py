"""The compiler decides what Casbin decides, row by row and field by field, in Python and in PostgreSQL."""

import time

import pytest

from domain.entities.registry import SHAPES
from tests.policy.decisions import Comparison
from tests.policy.formulas import atoms
from tests.policy.world import ASKED_OF

pytestmark = pytest.mark.proof

POLICIES = 270
OPENINGS = 60
DECISIONS_MIN = 100_000
ALLOWED_MIN = 0.3


async def test_every_opening_equals_what_casbin_allows_to_read_or_to_open(
    comparison: Comparison,
) -> None:
    for seed in range(POLICIES, POLICIES + OPENINGS):
        await comparison.compare_openings(seed)
        assert not comparison.differences, comparison.differences[0]
    assert comparison.seen["allowed"] >= 0.15 * comparison.seen["decided"] > 0
    comparison.seen.clear()


async def test_every_decision_equals_casbins(comparison: Comparison) -> None:
    started = time.process_time()
    for seed in range(POLICIES):
        await comparison.compare(seed)
        assert not comparison.differences, comparison.differences[0]
    seen = comparison.seen
    print(dict(seen), f"{time.process_time() - started:.0f} s CPU")  # noqa: T201 - the figures are the proof
    assert seen["decided"] >= DECISIONS_MIN
    assert seen["allowed"] >= ALLOWED_MIN * seen["decided"]
    assert seen["refused"] > 10, "too few policies with a cycle"
    assert 0.2 * seen["writes"] < seen["writes allowed"] < 0.8 * seen["writes"]
    asked = {text for resource in ASKED_OF for text in atoms(SHAPES[resource])}
    assert {(text, true) for text in asked for true in (True, False)} <= set(comparison.truths)
