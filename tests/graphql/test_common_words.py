"""Words that very many texts have are looked for in turn, and the answer is the same."""

import pytest

from domain.searching.modes import SearchMode
from tests.api import Api
from tests.graphql.common_words import assert_found_as_rare_ones, company

__all__ = ["company"]


async def test_common_words_find_what_rare_ones_do(
    company: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await assert_found_as_rare_ones(company, monkeypatch, SearchMode.FUZZY, 1, 3)
