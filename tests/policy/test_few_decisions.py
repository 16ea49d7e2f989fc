"""The compiler decides what Casbin decides of a few random policies; of many in ``test_differential``."""

from tests.policy.decisions import Comparison
from tests.policy.formulas import untaught

POLICIES = 12
OPENED_FROM = 1_000
"""What Casbin said is remembered by seed: policies of opening have others."""


def test_the_test_knows_every_condition() -> None:
    """Their arguments stand in ``formulas.ARGUMENTS``."""
    assert untaught() == set()


async def test_every_decision_equals_casbins(comparison: Comparison) -> None:
    for seed in range(POLICIES):
        await comparison.compare(seed)
        await comparison.compare_openings(OPENED_FROM + seed)
        assert not comparison.differences, comparison.differences[0]
    assert comparison.seen["allowed"] > 0
