"""Wait for transactions that began before a key changed."""

import asyncio
import time

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

LOCKED_SECONDS = 0.1

OLDER = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND usename = current_user AND pid <> pg_backend_pid() AND xact_start < :began"""


class StillWritingError(Exception):
    """A transaction, or a lock on a row, does not end: the older keys are kept. Run it again."""


async def writers_gone(engine: AsyncEngine, patience_s: float) -> None:
    """Return when no transaction goes on that may have fetched keys before this call; raises
    ``StillWritingError``.
    """
    began = await _scalar(engine, "SELECT clock_timestamp()", {})
    deadline = time.monotonic() + patience_s
    while await _scalar(engine, OLDER, {"began": began}):
        if time.monotonic() > deadline:
            raise StillWritingError
        await asyncio.sleep(LOCKED_SECONDS)


async def _scalar(engine: AsyncEngine, sql: str, values: dict[str, object]) -> object:
    """In a transaction of its own: what others do is the same throughout one."""
    async with engine.connect() as connection:
        return (await connection.execute(sa.text(sql), values)).scalar_one()
