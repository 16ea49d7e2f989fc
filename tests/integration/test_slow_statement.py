from collections.abc import AsyncIterator

import pytest

from api.settings.databases import Urls
from privacy.database import TenantPool, TooSlowError

TENANT = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
async def pool(urls: Urls) -> AsyncIterator[TenantPool]:
    pool = await TenantPool.open(urls.main, statement_timeout_ms=100)
    yield pool
    await pool.close()


async def test_a_statement_that_takes_too_long_is_stopped(pool: TenantPool) -> None:
    with pytest.raises(TooSlowError):
        await pool.fetch(TENANT, "SELECT pg_sleep(5)")
    assert await pool.fetch(TENANT, "SELECT 1")
