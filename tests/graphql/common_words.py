"""A company with words that very many texts have, and what is asked about them."""

from typing import Any

import pytest

from domain.keys.apply_search_mode import Remake
from domain.reading.search import search as searching
from domain.searching.modes import SearchMode
from domain.settings.set_search_mode import SetSearchMode, set_search_mode
from tests.api import Api
from tests.builders import a_customer, an_interaction, an_opportunity, another_tenant, as_service

SEARCH = """query($q: String!, $types: [SearchedType!]) { search(query: $q, types: $types, first: 50) {
  candidatesCapped hits { score highlights { field fragment parts { text isMatch } }
    record { __typename ... on Node { id } ... on Interaction { subject body } } } } }"""
CALLERS = ("sales", "support", "compliance", "marketing")
QUERIES = (
    *("sextant", "compass", "sextant compass", "compass sextant sounding", "sext", "sextants"),
    *("extant", "navigat", "navigation", "navigating the sextant", "nothing", "the"),
)
TEXTS = (
    {"subject": "The sextant", "body": "A compass, and soundings were taken."},
    {"subject": "Sextants", "body": "Navigating by stars"},
    {"subject": "Compass", "body": "the SEXTANT of Sir Navigation"},
    {"subject": "Ordinary", "body": "Nothing of that kind"},
    {"body": "compass"},
)


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    company = await another_tenant(api, "common-words")
    customer = await a_customer(company, givenName="A", familyName="B")
    for number, texts in enumerate(TEXTS):
        for as_ in ("sales", "support"):
            at = f"2026-03-0{number + 1}T12:00:00Z"
            await an_interaction(company, customer, as_=as_, occurredAt=at, **texts)
        await an_opportunity(company, customer, "1", title=texts.get("subject", "A sextant"))
    return company


async def answers(company: Api) -> dict[tuple[str, str, str], Any]:
    asked = [
        (who, query, types)
        for who in CALLERS
        for query in QUERIES
        for types in (None, ["INTERACTION"], ["OPPORTUNITY"])
    ]
    return {
        (who, query, str(types)): (await company.ask(SEARCH, as_=who, q=query, types=types))
        for who, query, types in asked
    }


def _forget() -> None:
    """The statements, which were made with other limits."""
    searching._common.cache_clear()
    searching._candidates.cache_clear()


async def assert_found_as_rare_ones(
    company: Api,
    monkeypatch: pytest.MonkeyPatch,
    mode: SearchMode,
    candidates_max: int,
    in_turn_max: int,
) -> None:
    async with as_service(company) as work:
        await set_search_mode(SetSearchMode("interaction.subject", mode), work)
    caller, region = await company.services.acting(company.tenant)
    await Remake(company.services.stores, caller, region).run("interaction.subject")
    monkeypatch.setattr(searching, "CANDIDATES_MAX", candidates_max)
    _forget()
    rare = await answers(company)
    monkeypatch.setattr(searching, "COMMON_MIN", 0)
    monkeypatch.setattr(searching, "IN_TURN_MAX", in_turn_max)
    _forget()
    common = await answers(company)
    _forget()
    assert common == rare
    found = [len(answer["data"]["search"]["hits"]) for answer in rare.values()]
    assert max(found) >= min(len(TEXTS), candidates_max)
    assert min(found) == 0
