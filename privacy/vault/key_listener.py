"""Change listener for keys: one connection per process that asks, and that PostgreSQL tells.

The question is the truth, and its answer the lease under which keys are kept (``opened_keys``);
a notification only makes the next question come sooner.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from privacy.change_listener import change_listener
from privacy.vault.opened_keys import OpenedKeys

CHANNEL = "farley_keys"
ASK_SECONDS = 0.3
ANSWER_SECONDS = 2.0
RECONNECT_SECONDS = 0.3

NEWEST = "SELECT coalesce(max(number), 0) FROM key_changes"
CHANGES = """SELECT number, subject_id::text FROM key_changes WHERE number > $1 ORDER BY number"""


@asynccontextmanager
async def listening_for_keys(url: str, opened: OpenedKeys) -> AsyncIterator[None]:
    """Keep the lease for as long as the block runs and the vault database answers."""

    async def listen(connection: asyncpg.Connection, told: asyncio.Event) -> None:
        try:
            await _listen(connection, told, opened)
        finally:
            opened.forget()

    async with change_listener(url, "keys", listen, RECONNECT_SECONDS):
        yield


async def _listen(connection: asyncpg.Connection, told: asyncio.Event, opened: OpenedKeys) -> None:
    await connection.add_listener(CHANNEL, lambda *_: told.set())
    last = await connection.fetchval(NEWEST, timeout=ANSWER_SECONDS)
    # What was fetched earlier may have changed before the first number that is known.
    opened.forget()
    while not connection.is_closed():
        last = await _ask(connection, opened, last)
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), ASK_SECONDS)
        told.clear()


async def _ask(connection: asyncpg.Connection, opened: OpenedKeys, last: int) -> int:
    asked = opened.clock()
    rows = await connection.fetch(CHANGES, last, timeout=ANSWER_SECONDS)
    opened.heard(asked, (subject for _, subject in rows))
    return int(rows[-1][0]) if rows else last
