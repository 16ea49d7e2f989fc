"""The comparison with Casbin notices what could go wrong in the compiler: each seeded fault is caught."""

from collections.abc import Awaitable, Callable, Iterator

import pytest

from tests.policy.decisions import Comparison
from tests.policy.faults import FAULTS, FAULTS_OF_OPENING, Fault, forget_formulas

pytestmark = pytest.mark.proof

POLICIES_MAX = 100
OPENED_FROM = 1_000
"""What Casbin said is remembered by seed: policies of opening have others."""


@pytest.fixture(autouse=True)
def formulas() -> Iterator[None]:
    """No formula of a faulty parser is kept."""
    yield
    forget_formulas()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.what))
async def test_a_fault_is_caught(
    comparison: Comparison, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault.seed(monkeypatch)
    assert await _caught(comparison, comparison.compare, 0), f"nothing notices that {fault.what}"


@pytest.mark.parametrize("fault", FAULTS_OF_OPENING, ids=lambda fault: str(fault.what))
async def test_a_fault_of_opening_is_caught(
    comparison: Comparison, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault.seed(monkeypatch)
    caught = await _caught(comparison, comparison.compare_openings, OPENED_FROM)
    assert caught, f"nothing notices that {fault.what}"


async def _caught(
    comparison: Comparison, compare: Callable[[int], Awaitable[None]], first: int
) -> list[str]:
    """The first differences that random policies show, taken from the comparison."""
    for seed in range(first, first + POLICIES_MAX):
        await compare(seed)
        if comparison.differences:
            break
    caught, comparison.differences[:] = list(comparison.differences), []
    return caught


async def test_without_a_fault_there_is_nothing_to_catch(comparison: Comparison) -> None:
    for seed in range(POLICIES_MAX):
        await comparison.compare(seed)
    assert not comparison.differences
