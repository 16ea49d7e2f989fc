"""The policies that the bench decides by."""

from random import Random

from domain.entities.registry import BUILT_IN
from domain.policies.policy_check import compiled
from tests.bench.policy import TENANT, made_up


def test_what_the_bench_makes_up_is_a_policy() -> None:
    """Every condition of the registry is given what it takes."""
    assert compiled(BUILT_IN, TENANT, 1, made_up(1_000, Random(1))).version == 1
