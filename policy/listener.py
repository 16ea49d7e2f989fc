"""Hearing of new policies: one connection per process that PostgreSQL tells of each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from policy.store import PolicyStore
from privacy.listening import kept_listening

CHANNEL = "farley_policy"
RECONNECT_SECONDS = 1.0


@asynccontextmanager
async def listening(url: str, store: PolicyStore) -> AsyncIterator[None]:
    """Tell the store of each new version for as long as the block runs.

    Without a connection the store still finds them, by looking (``VERSION_CHECK_SECONDS``).
    """

    async def hear(connection: asyncpg.Connection, lost: asyncio.Event) -> None:
        await connection.add_listener(CHANNEL, lambda *told: store.told_of(str(told[-1])))
        store.expire()
        await lost.wait()

    try:
        async with kept_listening(url, "policy", hear, RECONNECT_SECONDS):
            yield
    finally:
        await store.settle()
