"""The pool lends each tenant a connection that serves it, and never one that is still at work."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from api.settings.databases import Urls
from privacy import database
from privacy.database import DatabaseUnavailableError, TenantPool

ONE, OTHER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
WHO = "SELECT pg_backend_pid(), current_setting('farley.tenant')"


@pytest.fixture
async def pool(urls: Urls) -> AsyncIterator[TenantPool]:
    pool = await TenantPool.open(urls.main, size_max=2)
    yield pool
    await pool.close()


async def served(pool: TenantPool, tenant: str) -> tuple[int, str]:
    ((pid, bound),) = await pool.fetch(tenant, WHO)
    return pid, bound


async def test_a_tenant_gets_the_connection_that_serves_it_already(pool: TenantPool) -> None:
    async with pool.connection(ONE), pool.connection(OTHER):
        pass
    first, second = await served(pool, ONE), await served(pool, OTHER)
    assert first[0] != second[0]
    assert (first[1], second[1]) == (ONE, OTHER)
    assert [await served(pool, tenant) for tenant in (ONE, OTHER, ONE)] == [first, second, first]


async def test_whoever_comes_when_all_are_lent_waits(pool: TenantPool) -> None:
    async with pool.connection(ONE):
        async with pool.connection(ONE):
            waiting = asyncio.create_task(served(pool, OTHER))
            await asyncio.sleep(0.05)
            assert not waiting.done()
        assert (await waiting)[1] == OTHER


async def test_who_waits_too_long_is_told(
    pool: TenantPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    async with pool.connection(ONE), pool.connection(ONE):
        with pytest.raises(DatabaseUnavailableError):
            await pool.fetch(ONE, "SELECT 1")
    assert await pool.fetch(ONE, "SELECT 1")


async def test_who_gives_up_waiting_takes_no_turn_away(pool: TenantPool) -> None:
    async with pool.connection(ONE):
        async with pool.connection(ONE):
            gone = asyncio.create_task(served(pool, ONE))
            stays = asyncio.create_task(served(pool, ONE))
            await asyncio.sleep(0.05)
            gone.cancel()
        assert (await stays)[1] == ONE


async def test_an_interrupted_statement_is_cancelled_and_its_connection_not_lent_again(
    pool: TenantPool,
) -> None:
    pid, _ = await served(pool, ONE)
    slow = asyncio.create_task(pool.fetch(ONE, "SELECT pg_sleep(30)"))
    await asyncio.sleep(0.2)
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)
    for _ in range(100):
        if not await pool.fetch(OTHER, "SELECT 1 FROM pg_stat_activity WHERE pid = $1", pid):
            break
        await asyncio.sleep(0.05)
    assert await pool.fetch(OTHER, "SELECT 1 FROM pg_stat_activity WHERE pid = $1", pid) == []


async def test_a_connection_left_in_a_transaction_is_not_lent_again(pool: TenantPool) -> None:
    async with pool.connection(ONE) as connection:
        await connection.execute("BEGIN")
        left = connection
    async with pool.connection(ONE) as connection:
        assert connection is not left


async def test_a_wrong_statement_leaves_the_connection_usable(pool: TenantPool) -> None:
    pid, _ = await served(pool, ONE)
    with pytest.raises(asyncpg.UndefinedTableError):
        await pool.fetch(ONE, "SELECT * FROM nothing")
    assert (await served(pool, ONE))[0] == pid
