"""Records from before addresses had tags for `search`: found throughout, and without tokens at the end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import asyncpg
import pytest
import sqlalchemy as sa
from alembic import command

from api.runtime.worker import _remake
from api.settings.databases import Urls
from domain.declaration.entity import Entity
from domain.entities.customers import CUSTOMER
from domain.entities.directory import MEMBER
from domain.importing.records.records import MemberRecord, Reference
from domain.importing.write.batches import BulkWriter
from domain.keys.apply_search_mode import Remake
from domain.searching.chosen import all_choices
from domain.searching.modes import Modes, SearchMode
from domain.searching.tokens import row_tokens
from domain.settings.set_search_mode import SetSearchMode, set_search_mode
from domain.tables import search_modes, search_tokens
from domain.writing.jobs import REMAKE, Job
from migrations.run import Database, _config
from tests.api import Api
from tests.builders import a_customer, another_tenant, as_service

BEFORE, REVISION = "0022_locations", "0023_address_tokens"
EMAILS, EMAIL = "customer.emails", "member.email"
EXACT, FUZZY, _ = SearchMode
SEARCH = (
    "query($q: String!) { search(query: $q, first: 9) { hits { record { ... on Node { id } } } } }"
)
ADDRESSES = ("wilhelmina@north.example", "grace@south.example")
QUEUED = (
    "SELECT payload FROM pgqueuer WHERE entrypoint = 'remake' AND status = 'queued' ORDER BY id"
)

Admin: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def admin(urls: Urls) -> AsyncIterator[Admin]:
    """The owner, for what no version of the application does."""
    connection = await asyncpg.connect(urls.owner_main)
    yield connection
    await connection.close()


async def filled(api: Api, admin: Admin, slug: str) -> Api:
    """A tenant whose records are as the version before left them."""
    company = await another_tenant(api, slug)
    point = {"kind": "EMAIL", "value": ADDRESSES[0]}
    await a_customer(company, givenName="A", familyName="B", contactPoints=[point])
    caller, region = await company.services.acting(company.tenant)
    grace = MemberRecord(
        reference=Reference("hr", "1"),
        handle="grace",
        role="MEMBER",
        department="SALES",
        values={"name": "C D", "email": ADDRESSES[1]},
    )
    await BulkWriter(company.services.stores, caller, region).write([grace])
    for field in (EMAILS, EMAIL):
        async with as_service(company) as work:
            await set_search_mode(SetSearchMode(field, FUZZY), work)
        await Remake(company.services.stores, caller, region).run(field)
    await admin.execute("SELECT set_config('farley.tenant', $1, false)", company.tenant)
    await admin.execute("DELETE FROM lookup_tags WHERE field = $1", EMAIL)
    await admin.execute("DELETE FROM search_modes")
    return company


async def upgraded(urls: Urls, admin: Admin) -> list[Job]:
    """Run the migration anew; the jobs that it leaves."""
    await admin.execute("DELETE FROM pgqueuer")
    for function in (
        *("farley_find_tagged(uuid, text, bytea[], bigint[])", "farley_tidy_tokens()"),
        "lookup_tagged(uuid, uuid, text, bytea[])",
    ):
        await admin.execute(f"DROP FUNCTION {function}")
    config = _config(Database.MAIN, urls.owner_main)
    await asyncio.to_thread(command.stamp, config, BEFORE)
    await asyncio.to_thread(command.upgrade, config, REVISION)
    await asyncio.to_thread(command.stamp, config, "head")
    return [Job.from_payload(REMAKE, row["payload"]) for row in await admin.fetch(QUEUED)]


async def with_address_tokens(api: Api) -> int:
    """How many rows have a token of an address."""
    keys = await api.services.vault.index(api.tenant)
    modes = Modes({EMAILS: FUZZY, EMAIL: FUZZY})
    known: set[int] = set()
    given: tuple[tuple[Entity, dict[str, Any]], ...] = (
        (CUSTOMER, {"emails": [{"value": ADDRESSES[0]}]}),
        (MEMBER, {"email": ADDRESSES[1]}),
    )
    for resource, values in given:
        known.update(row_tokens(keys, resource, {}, values, None, modes))
    query = sa.select(search_tokens.c.tokens).where(search_tokens.c.tenant_id == api.tenant)
    async with as_service(api) as work:
        rows = (await work.execute(query)).scalars().all()
    return sum(not known.isdisjoint(tokens) for tokens in rows)


async def found(api: Api, *queries: str) -> list[int]:
    answers = [await api.data(SEARCH, as_="sales", q=q) for q in queries]
    return [len(data["search"]["hits"]) for data in answers]


async def pending(api: Api) -> set[str]:
    async with as_service(api) as work:
        return {
            c.field
            for c in await all_choices(work.connection, work.registry, work.tenant)
            if c.is_pending
        }


PARTS = ("wilhelm", "north", "grace@so", "south.example")


async def test_no_token_of_an_address_is_left_after_the_upgrade(
    api: Api, urls: Urls, admin: Admin
) -> None:
    company = await filled(api, admin, "upgraded")
    assert await with_address_tokens(company) == 2
    jobs = await upgraded(urls, admin)
    mine = [job for job in jobs if job.tenant == company.tenant]
    assert sorted(field for job in mine for field in job.ids) == [EMAILS, EMAIL]
    assert await pending(company) == {EMAILS, EMAIL}
    assert await with_address_tokens(company) == 2
    assert await found(company, *ADDRESSES, *PARTS) == [1, 1, 0, 0, 0, 0]
    for job in mine:
        await _remake(company.services, job)
        assert await found(company, *ADDRESSES, *PARTS) == [1, 1, 0, 0, 0, 0]
    assert await with_address_tokens(company) == 0
    assert await pending(company) == set()


async def test_who_chose_before_keeps_it(api: Api, urls: Urls, admin: Admin) -> None:
    fuzzy, exact = (
        await filled(api, admin, "upgraded-fuzzy"),
        await filled(api, admin, "upgraded-exact"),
    )
    for company, mode in ((fuzzy, FUZZY), (exact, EXACT)):
        async with as_service(company) as work:
            for field in (EMAILS, EMAIL):
                await work.insert(
                    search_modes, [{"tenant_id": work.tenant, "field": field, "mode": mode.value}]
                )
    jobs = {job.tenant for job in await upgraded(urls, admin)}
    assert exact.tenant in jobs
    assert fuzzy.tenant not in jobs
    assert await pending(fuzzy) == set()
    assert await pending(exact) == {EMAILS, EMAIL}  # Rows have a token of the whole address.
    assert await found(fuzzy, "wilhelm") == [1]
    assert await found(exact, "wilhelm", ADDRESSES[0]) == [0, 1]
