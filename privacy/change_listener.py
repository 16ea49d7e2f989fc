"""Change listener: what PostgreSQL tells, over a connection that is made again when it is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from privacy.database import WAIT_SECONDS

log = structlog.get_logger(__name__)

Listen = Callable[[asyncpg.Connection, asyncio.Event], Awaitable[None]]
"""Listens until the connection is lost, which sets the event; whatever it raises is a loss as well."""


@asynccontextmanager
async def change_listener(
    url: str, name: str, listen: Listen, pause_seconds: float
) -> AsyncIterator[None]:
    """Listen in the background until the block ends; after a loss, once more behind a pause."""
    task = asyncio.create_task(_again_and_again(url, name, listen, pause_seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _again_and_again(url: str, name: str, listen: Listen, pause_seconds: float) -> None:
    while True:
        try:
            await _until_lost(url, name, listen)
        except Exception as error:  # noqa: BLE001 - whatever it was, to listen no more would be worse
            log.warning("listening.lost", to=name, error=type(error).__name__)
        await asyncio.sleep(pause_seconds)


async def _until_lost(url: str, name: str, listen: Listen) -> None:
    connection = await asyncpg.connect(
        url, timeout=WAIT_SECONDS, server_settings={"application_name": f"farley-{name}"}
    )
    told = asyncio.Event()
    connection.add_termination_listener(lambda _: told.set())
    try:
        await listen(connection, told)
    finally:
        connection.terminate()
