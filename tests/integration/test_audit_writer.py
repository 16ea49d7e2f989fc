"""Reading leaves a durable trace, and many readers share one commit."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from api.runtime.wiring import Services
from api.settings.databases import Urls
from domain.values.ids import new_id
from privacy.audit import AuditEntry, AuditWriter, leaf_hash
from privacy.database import DatabaseUnavailableError, TenantPool


@pytest.fixture
async def watcher(urls: Urls, reader: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection of its own, which sees only what was committed."""
    connection = await asyncpg.connect(urls.main, server_settings={"farley.tenant": reader})
    yield connection
    await connection.close()


@pytest.fixture
def reader() -> str:
    """A tenant of whom nothing was read yet."""
    return new_id()


def an_entry(purpose: str = "sales") -> AuditEntry:
    return AuditEntry(datetime.now(UTC), "member:ada", "read", "customer", purpose, 1, ("emails",))


async def test_a_leaf_is_durable_when_its_writing_returns(
    services: Services, watcher: "asyncpg.Connection[asyncpg.Record]", reader: str
) -> None:
    leaf = an_entry()
    await services.audit.write(reader, leaf)
    row = await watcher.fetchrow("SELECT at, leaf, leaf_hash FROM audit_leaves")
    assert row is not None
    assert tuple(row) == (leaf.at, leaf.encoded(), leaf_hash(leaf.encoded()))


async def test_leaves_that_come_together_share_commits_and_all_are_durable(
    services: Services, watcher: "asyncpg.Connection[asyncpg.Record]", reader: str
) -> None:
    leaves = [an_entry(f"p{number}") for number in range(200)]
    async with asyncio.timeout(10):
        await asyncio.gather(*(services.audit.write(reader, leaf) for leaf in leaves))
    rows = await watcher.fetch("SELECT leaf, xmin::text FROM audit_leaves ORDER BY number")
    assert [row[0] for row in rows] == [leaf.encoded() for leaf in leaves]
    assert len({row[1] for row in rows}) <= 2


async def test_leaves_that_come_while_others_are_written_are_not_forgotten(
    services: Services, watcher: "asyncpg.Connection[asyncpg.Record]", reader: str
) -> None:
    async def late(number: int) -> None:
        await asyncio.sleep(number / 5_000)
        await services.audit.write(reader, an_entry(f"p{number}"))

    async with asyncio.timeout(10):
        await asyncio.gather(*map(late, range(100)))
    assert await watcher.fetchval("SELECT count(*) FROM audit_leaves") == 100


async def test_each_tenant_has_its_own_leaves(services: Services, reader: str) -> None:
    other = new_id()
    await asyncio.gather(
        *(services.audit.write(who, an_entry(who)) for who in (reader, other) for _ in range(3))
    )
    rows = await services.pool.fetch(reader, "SELECT leaf FROM audit_leaves")
    assert len(rows) == 3
    assert all(other.encode() not in row[0] for row in rows)


async def test_a_failure_reaches_everybody_who_waits(urls: Urls, reader: str) -> None:
    pool = await TenantPool.open(urls.main, size_max=1)
    audit = AuditWriter(pool)
    await pool.close()
    writing = [audit.write(reader, an_entry()) for _ in range(20)]
    async with asyncio.timeout(10):
        outcomes = await asyncio.gather(*writing, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailableError}


async def test_one_failure_is_not_the_end_of_writing(services: Services, reader: str) -> None:
    with pytest.raises(asyncpg.DataError):
        await services.audit.write("no tenant's id", an_entry())
    await services.audit.write(reader, an_entry())
    await services.audit.close()


async def test_a_reader_who_went_away_takes_no_other_leaf_along(
    services: Services, watcher: "asyncpg.Connection[asyncpg.Record]", reader: str
) -> None:
    staying = [asyncio.create_task(services.audit.write(reader, an_entry())) for _ in range(3)]
    leaving = asyncio.create_task(services.audit.write(reader, an_entry()))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(*staying)
    assert await watcher.fetchval("SELECT count(*) FROM audit_leaves") >= 3
    assert leaving.cancelled()


async def test_closing_waits_for_what_is_being_written(
    services: Services, watcher: "asyncpg.Connection[asyncpg.Record]", reader: str
) -> None:
    audit = AuditWriter(services.pool)
    writing = asyncio.create_task(audit.write(reader, an_entry()))
    await asyncio.sleep(0)
    await audit.close()
    assert await watcher.fetchval("SELECT count(*) FROM audit_leaves") == 1
    await writing
