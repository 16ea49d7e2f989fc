"""What a caller may not see matches nothing, is shown in no highlight and moves nothing in an answer."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from api.settings.databases import Urls
from domain.entities.customers import CUSTOMER
from domain.entities.interactions import INTERACTION
from domain.entities.opportunities import OPPORTUNITY
from domain.entities.registry import BUILT_IN
from domain.keys.make_tokens import indexed, reindex
from domain.reading.search import search as searching
from domain.searching.modes import USUAL_MODES, SearchMode
from domain.searching.query import parsed
from domain.searching.sources import sources_of
from domain.searching.tokens import merged, word_tokens
from domain.tables import search_tokens
from domain.values.ids import FIRST_ID
from domain.writing.unit_of_work import UnitOfWork
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    an_interaction,
    another_tenant,
    as_service,
)
from tests.security.searches import NAMES, SEARCH, SORTED, assert_tells_nothing_hidden, hits
from tests.security.zephirine import EMAIL, FAMILY, NAME, NOTE, zephirine


@pytest.mark.parametrize(
    ("as_", "place", "sees"), [("admin", "name", "sales"), ("partner", "name", "sales")]
)
async def test_no_search_tells_a_hidden_name(api: Api, as_: str, place: str, sees: str) -> None:
    await assert_tells_nothing_hidden(api, as_, place, sees)


async def test_consent_decides_row_by_row(api: Api) -> None:
    company = await another_tenant(api, "consent")
    agreed = await a_customer(company, givenName="Wilhelmina", familyName="Yes")
    await a_customer(company, givenName="Wilhelmina", familyName="No")
    assert await hits(company, "marketing", "wilhelmina") == []
    await a_consent(company, agreed)
    assert await hits(company, "marketing", "wilhelm") == [agreed]
    assert await hits(company, "marketing", "wilhelmina yes") == [agreed]
    assert await hits(company, "marketing", "wilhelmina no") == []
    for name in (
        *({"startsWith": "wil"}, {"hasWords": "wil ye"}, {"eq": "wilhelmina yes"}),
        *({"matches": "vilhelmina"}, {"matches": "yse wilhelmna"}),
    ):
        data = await company.data(NAMES, as_="marketing", f={"name": name})
        assert [node["id"] for node in data["customers"]["nodes"]] == [agreed]
    data = await company.data(SORTED, as_="marketing")
    assert data["customers"]["nodes"] == [{"id": agreed}]
    assert data["customers"]["totalCount"] == 2


async def test_a_highlight_is_of_what_is_shown(api: Api) -> None:
    """The subject may be seen in the own department only, so the word in it does not count elsewhere."""
    company = await another_tenant(api, "highlights")
    customer = await a_customer(company, givenName="A", familyName="B")
    own = await an_interaction(company, customer, subject="telescope")
    await an_interaction(company, customer, as_="support", subject="telescope")
    assert await hits(company, "sales", "telescope") == [own]
    assert len(await hits(company, "support", "telescope")) == 2


async def test_words_in_a_hidden_and_in_an_open_field_do_not_meet(api: Api) -> None:
    company = await another_tenant(api, "meeting")
    customer = await a_customer(company, givenName="A", familyName="B")
    await an_interaction(company, customer, as_="support", subject="sextant", body="compass")
    assert await hits(company, "sales", "sextant compass") == []
    assert len(await hits(company, "support", "sextant compass")) == 1


async def test_hidden_matches_do_not_use_up_the_candidates(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "CANDIDATES_MAX", 2)
    searching._candidates.cache_clear()
    company = await another_tenant(api, "capped")
    customer = await a_customer(company, givenName="A", familyName="B")
    mine = [await an_interaction(company, customer, subject="sextant") for _ in range(2)]
    theirs = [
        await an_interaction(company, customer, as_="support", subject="sextant") for _ in range(2)
    ]
    asked: dict[str, Any] = {"q": "sextant", "types": ["INTERACTION"], "first": 9}
    sales = (await company.data(SEARCH, as_="sales", **asked))["search"]
    support = (await company.data(SEARCH, as_="support", **asked))["search"]
    searching._candidates.cache_clear()
    assert {hit["record"]["id"] for hit in sales["hits"]} == set(mine)
    assert sales["candidatesCapped"] is False
    assert {hit["record"]["id"] for hit in support["hits"]} <= {*mine, *theirs}
    assert len(support["hits"]) == 2
    assert support["candidatesCapped"] is True


async def test_an_erased_person_is_not_found(api: Api, urls: Urls) -> None:
    company = await another_tenant(api, "erased-search")
    id_ = await zephirine(company)
    for query in (NAME, FAMILY, EMAIL, "Kleinkleckersdorf", " ".join(NOTE.split()[:3])):
        assert await hits(company, "compliance", query) != [], query
    await company.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=id_)
    for query in (NAME, FAMILY, EMAIL, "Kleinkleckersdorf", " ".join(NOTE.split()[:3])):
        assert await hits(company, "compliance", query) == [], query
    async with as_service(company) as work:
        left = sa.select(search_tokens.c.row_id).where(
            search_tokens.c.tenant_id == company.tenant, search_tokens.c.customer_id == id_[4:]
        )
        assert (await work.execute(left)).all() == []


@pytest.fixture
async def stranger(urls: Urls) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The application's role on a connection of its own."""
    connection = await asyncpg.connect(urls.main)
    yield connection
    await connection.close()


async def test_the_function_returns_no_row_of_another_tenant(
    api: Api, stranger: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    here = await another_tenant(api, "here")
    there = await another_tenant(api, "there")
    await a_customer(there, givenName="Wilhelmina", familyName="Y")
    keys = await api.services.vault.index(there.tenant)
    query = parsed("wilhelmina")
    tokens = merged(
        [
            word_tokens(keys, source, query, USUAL_MODES.of(source))
            for source in sources_of(CUSTOMER)
        ]
    )
    call = "SELECT * FROM farley_search($1, $2)"
    await stranger.execute("SELECT set_config('farley.tenant', $1, false)", there.tenant)
    assert len(await stranger.fetch(call, there.tenant, tokens)) == 1
    assert await stranger.fetch(call, here.tenant, tokens) == []
    for setting in (here.tenant, ""):
        await stranger.execute("SELECT set_config('farley.tenant', $1, false)", setting)
        for tenant in (there.tenant, here.tenant, None):
            assert await stranger.fetch(call, tenant, tokens) == []


async def test_tenants_have_unlike_tokens(api: Api) -> None:
    query = parsed("wilhelmina")
    found: list[int] = []
    for slug in ("here", "there"):
        company = await another_tenant(api, slug)
        keys = await api.services.vault.index(company.tenant)
        for resource in (CUSTOMER, INTERACTION, OPPORTUNITY):
            for source in sources_of(resource):
                found += set(word_tokens(keys, source, query, SearchMode.FUZZY)[0])
    assert len(found) == len(set(found))


async def _reindexed(company: Api, *, again: bool = False) -> int:
    done = 0
    for resource in indexed(BUILT_IN):
        after: str | None = FIRST_ID
        while after is not None:
            async with as_service(company) as work:
                count, after = await reindex(work, resource, after, again=again)
            done += count
    return done


async def test_what_was_there_before_is_found_after_indexing(api: Api) -> None:
    company = await another_tenant(api, "reindex")
    customer = await a_customer(company, givenName="Wilhelmina", familyName="Y")
    interaction = await an_interaction(company, customer, body="a sextant")
    async with as_service(company) as work:
        before = await _tokens(work, company)
        await work.execute(
            sa.delete(search_tokens).where(search_tokens.c.tenant_id == company.tenant)
        )
    assert await hits(company, "sales", "wilhelmina") == []
    assert await _reindexed(company) == len(before)
    assert await _reindexed(company) == 0
    assert await hits(company, "sales", "wilhelmina") == [customer]
    assert await hits(company, "sales", "sextants") == [interaction]
    assert await _reindexed(company, again=True) == len(before)
    async with as_service(company) as work:
        assert await _tokens(work, company) == before


async def _tokens(work: UnitOfWork, company: Api) -> list[Any]:
    query = sa.select(search_tokens).where(search_tokens.c.tenant_id == company.tenant)
    rows = await work.execute(query.order_by(search_tokens.c.row_id))
    return [tuple(row) for row in rows]
