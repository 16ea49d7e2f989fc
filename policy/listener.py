"""Change listener for policies: one connection per process that PostgreSQL tells of each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from policy.snapshots import PolicySnapshots
from privacy.change_listener import change_listener

CHANNEL = "farley_policy"
RECONNECT_SECONDS = 1.0


@asynccontextmanager
async def listening(url: str, store: PolicySnapshots) -> AsyncIterator[None]:
    """Tell the store of each new version for as long as the block runs.

    Without a connection the store still finds them, by looking (``VERSION_CHECK_SECONDS``).
    """

    async def listen(connection: asyncpg.Connection, lost: asyncio.Event) -> None:
        await connection.add_listener(CHANNEL, lambda *told: store.told_of(str(told[-1])))
        store.expire()
        await lost.wait()

    try:
        async with change_listener(url, "policy", listen, RECONNECT_SECONDS):
            yield
    finally:
        await store.settle()
