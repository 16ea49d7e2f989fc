"""Hearing of new policies: one connection per process that PostgreSQL tells of each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from policy.store import PolicyStore
from privacy.database import UNAVAILABLE, WAIT_SECONDS

log = structlog.get_logger(__name__)

CHANNEL = "farley_policy"
RECONNECT_SECONDS = 1.0


@asynccontextmanager
async def listening(url: str, store: PolicyStore) -> AsyncIterator[None]:
    """Tell the store of each new version for as long as the block runs.

    Without a connection the store still finds them, by looking (``VERSION_CHECK_SECONDS``).
    """
    task = asyncio.create_task(_listen(url, store))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await store.settle()


async def _listen(url: str, store: PolicyStore) -> None:
    while True:
        try:
            await _until_lost(url, store)
        except (*UNAVAILABLE, asyncpg.PostgresError) as error:
            log.warning("policy.unheard", error=type(error).__name__)
        await asyncio.sleep(RECONNECT_SECONDS)


async def _until_lost(url: str, store: PolicyStore) -> None:
    connection = await asyncpg.connect(
        url, timeout=WAIT_SECONDS, server_settings={"application_name": "farley-policy"}
    )
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    try:
        await connection.add_listener(CHANNEL, lambda *told: store.told_of(str(told[-1])))
        store.expire()
        await lost.wait()
    finally:
        connection.terminate()
