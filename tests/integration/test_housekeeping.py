"""Whoever writes many records leaves no list of tokens that each search would read through."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio.from_thread
import anyio.to_thread
import asyncpg
import pytest
from sqlalchemy.engine import make_url

from api.cli.records import import_, reindex
from api.runtime.wiring import Services
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from domain.demo.load import load_demo
from domain.keys.apply_search_mode import Remake
from domain.searching.modes import SearchMode
from domain.settings.set_search_mode import SetSearchMode, set_search_mode
from domain.storage.housekeeping import tidy_tokens
from tests.api import Api
from tests.builders import a_customer, an_interaction, another_tenant, as_service
from tests.integration.test_import_command import MAPPING

INDEXES = ("ix_search_tokens_tokens", "ix_search_texts_text")

Pending = Callable[[], Awaitable[list[int]]]


@pytest.fixture
async def pending(cluster: EmbeddedCluster, urls: Urls) -> AsyncIterator[Pending]:
    """The pages of the newest tokens and texts that are not filed."""
    connection = await asyncpg.connect(cluster.url(make_url(urls.main).database or ""))
    await connection.execute("CREATE EXTENSION IF NOT EXISTS pgstattuple")

    async def pages() -> list[int]:
        query = "SELECT pending_pages FROM pgstatginindex($1::text::regclass)"
        return [await connection.fetchval(query, index) for index in INDEXES]

    yield pages
    await connection.close()


async def in_mode(api: Api, mode: SearchMode, field: str = "customer.person_name") -> None:
    caller, region = await api.services.acting(api.tenant)
    async with as_service(api) as work:
        await set_search_mode(SetSearchMode(field, mode), work)
    await Remake(api.services.stores, caller, region).run(field)


async def test_tokens_and_texts_are_filed(api: Api, pending: Pending) -> None:
    company = await another_tenant(api, "tidying")
    await in_mode(company, SearchMode.PLAIN)
    await a_customer(company, givenName="Wilhelmina", familyName="Müller")
    before = await pending()
    assert all(before)
    assert await tidy_tokens(company.services.stores.engine) == sum(before)
    assert await pending() == [0, 0]
    assert await tidy_tokens(company.services.stores.engine) == 0


async def test_whoever_makes_records_anew_files_them(api: Api, pending: Pending) -> None:
    company = await another_tenant(api, "tidied")
    await a_customer(company, givenName="Wilhelmina", familyName="Müller")
    await in_mode(company, SearchMode.PLAIN)
    assert await pending() == [0, 0]


async def test_the_commands_do_so(
    services: Services,
    api: Api,
    pending: Pending,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def on_test_databases(work: Callable[[Services], Any]) -> Any:
        return anyio.from_thread.run(work, services)

    for command in (import_, reindex):
        monkeypatch.setattr(command, "with_services", on_test_databases)
    mapping, people = tmp_path / "mapping.yaml", tmp_path / "people.csv"
    mapping.write_text(MAPPING)
    people.write_text("id,name,mail\n1,Abelard,a@example.org\n")
    await anyio.to_thread.run_sync(lambda: import_.import_files([people], mapping, None))
    assert await pending() == [0, 0]
    await an_interaction(api, await a_customer(api, givenName="A", familyName="B"), body="b")
    assert (await pending())[0] > 0
    await anyio.to_thread.run_sync(lambda: reindex.reindex_search(again=True))
    assert await pending() == [0, 0]
    caller, region = await services.acting(api.tenant)
    await load_demo(services.stores, caller, region, customers=3, seed=1, progress=lambda _: None)
    assert await pending() == [0, 0]
