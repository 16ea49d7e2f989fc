"""What PostgreSQL tells a process, over a connection of its own that is made again when it is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from privacy.database import WAIT_SECONDS

log = structlog.get_logger(__name__)

Hearing = Callable[[asyncpg.Connection, asyncio.Event], Awaitable[None]]
"""Hears until the connection is lost, which sets the event; whatever it raises is a loss as well."""


@asynccontextmanager
async def kept_listening(
    url: str, name: str, hear: Hearing, pause_seconds: float
) -> AsyncIterator[None]:
    """Hear in the background until the block ends; after a loss, once more behind a pause."""
    task = asyncio.create_task(_again_and_again(url, name, hear, pause_seconds))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _again_and_again(url: str, name: str, hear: Hearing, pause_seconds: float) -> None:
    while True:
        try:
            await _until_lost(url, name, hear)
        except Exception as error:  # noqa: BLE001 - whatever it was, to hear no more would be worse
            log.warning("listening.lost", to=name, error=type(error).__name__)
        await asyncio.sleep(pause_seconds)


async def _until_lost(url: str, name: str, hear: Hearing) -> None:
    connection = await asyncpg.connect(
        url, timeout=WAIT_SECONDS, server_settings={"application_name": f"farley-{name}"}
    )
    told = asyncio.Event()
    connection.add_termination_listener(lambda _: told.set())
    try:
        await hear(connection, told)
    finally:
        connection.terminate()
