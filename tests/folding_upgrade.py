"""The migration that has customers' names, tokens and tags made anew, run on a database of today."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic import command

from api.settings.databases import Urls
from domain.writing.jobs import REMAKE, Job
from migrations.run import Database, _config

BEFORE, REVISION = "0025_sealed_statistics", "0026_folding"
QUEUED = (
    "SELECT payload FROM pgqueuer WHERE entrypoint = 'remake' AND status = 'queued' ORDER BY id"
)


@pytest.fixture
async def admin(urls: Urls) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The owner, for what no version of the application does."""
    connection = await asyncpg.connect(urls.owner_main)
    yield connection
    await connection.close()


async def upgraded(urls: Urls, admin: "asyncpg.Connection[asyncpg.Record]") -> list[Job]:
    """Run the migration anew; the jobs that it leaves."""
    await admin.execute("DELETE FROM pgqueuer")
    config = _config(Database.MAIN, urls.owner_main)
    await asyncio.to_thread(command.stamp, config, BEFORE)
    await asyncio.to_thread(command.upgrade, config, REVISION)
    await asyncio.to_thread(command.stamp, config, "head")
    return [Job.from_payload(REMAKE, row["payload"]) for row in await admin.fetch(QUEUED)]
