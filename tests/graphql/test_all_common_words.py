"""Words that very many texts have are looked for in turn, and the answer is the same in every mode."""

import pytest

from domain.searching.modes import SearchMode
from tests.api import Api
from tests.graphql.common_words import assert_found_as_rare_ones, company

pytestmark = pytest.mark.proof

__all__ = ["company"]


@pytest.mark.parametrize(("candidates_max", "in_turn_max"), [(500, 20_000), (1, 3), (1, 20_000)])
@pytest.mark.parametrize("mode", SearchMode)
async def test_common_words_find_what_rare_ones_do(
    company: Api,
    monkeypatch: pytest.MonkeyPatch,
    mode: SearchMode,
    candidates_max: int,
    in_turn_max: int,
) -> None:
    await assert_found_as_rare_ones(company, monkeypatch, mode, candidates_max, in_turn_max)
