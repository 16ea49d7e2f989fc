"""Hearing of keys that changed: one connection per process that asks, and that PostgreSQL tells.

The question is the truth, and its answer the lease under which keys are kept (``opened_keys``);
being told only makes the next question come sooner.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from privacy.database import UNAVAILABLE, WAIT_SECONDS
from privacy.vault.opened_keys import OpenedKeys

log = structlog.get_logger(__name__)

CHANNEL = "farley_keys"
ASK_SECONDS = 0.3
ANSWER_SECONDS = 2.0
RECONNECT_SECONDS = 0.3

NEWEST = "SELECT coalesce(max(number), 0) FROM key_changes"
CHANGES = """SELECT number, subject_id::text FROM key_changes WHERE number > $1 ORDER BY number"""


@asynccontextmanager
async def hearing(url: str, opened: OpenedKeys) -> AsyncIterator[None]:
    """Keep the lease for as long as the block runs and the vault database answers."""
    task = asyncio.create_task(_hear(url, opened))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _hear(url: str, opened: OpenedKeys) -> None:
    while True:
        try:
            await _until_lost(url, opened)
        except (*UNAVAILABLE, asyncpg.PostgresError) as error:
            log.warning("keys.unheard", error=type(error).__name__)
        finally:
            opened.forget()
        await asyncio.sleep(RECONNECT_SECONDS)


async def _until_lost(url: str, opened: OpenedKeys) -> None:
    connection = await asyncpg.connect(
        url, timeout=WAIT_SECONDS, server_settings={"application_name": "farley-keys"}
    )
    told = asyncio.Event()
    connection.add_termination_listener(lambda _: told.set())
    try:
        await connection.add_listener(CHANNEL, lambda *_: told.set())
        last = await connection.fetchval(NEWEST, timeout=ANSWER_SECONDS)
        # What was fetched earlier may have changed before the first number that is known.
        opened.forget()
        while not connection.is_closed():
            last = await _ask(connection, opened, last)
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), ASK_SECONDS)
            told.clear()
    finally:
        connection.terminate()


async def _ask(connection: asyncpg.Connection, opened: OpenedKeys, last: int) -> int:
    asked = opened.clock()
    rows = await connection.fetch(CHANGES, last, timeout=ANSWER_SECONDS)
    opened.heard(asked, (subject for _, subject in rows))
    return int(rows[-1][0]) if rows else last
