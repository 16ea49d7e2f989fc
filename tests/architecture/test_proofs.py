"""A test module is a proof as a whole or not at all, so that ``make test`` or ``make proof`` runs it."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
MODULES = sorted(set(TESTS.rglob("test_*.py")) - {Path(__file__)})
MARK = re.compile(r"mark\.proof\b")
OF_THE_MODULE = "\npytestmark = pytest.mark.proof\n"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(TESTS)))
def test_a_module_is_a_proof_as_a_whole_or_not_at_all(module: Path) -> None:
    text = module.read_text()
    assert len(MARK.findall(text)) == text.count(OF_THE_MODULE) <= 1


def test_there_is_something_of_both_kinds() -> None:
    proofs = [module for module in MODULES if OF_THE_MODULE in module.read_text()]
    assert 10 < len(proofs) < len(MODULES) // 4
