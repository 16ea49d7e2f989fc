"""Upgrades of statistics: what ANALYZE had copied of sealed and wrapped columns is gone afterwards."""

import asyncio
import os
import uuid
from collections.abc import Sequence

import asyncpg
import pytest
from alembic import command

from api.settings.embedded import EmbeddedCluster
from api.settings.roles_and_databases import OWNER, bootstrap
from migrations.run import Database, _config

TENANT = str(uuid.UUID(int=1))
COPIES = "SELECT count(*) FROM pg_stats WHERE attname IN ('sealed', 'wrapped')"
OTHERS = "SELECT count(*) FROM pg_stats WHERE tablename IN ('customers', 'subject_keys')"
FILLED = {
    Database.MAIN: (
        "INSERT INTO customers (tenant_id, id, kind, lifecycle, sealed, version, created_at, updated_at)"
        " VALUES ($1, $2, 'PERSON', 'LEAD', $3, 1, now(), now())"
    ),
    Database.VAULT: (
        "INSERT INTO subject_keys (tenant_id, subject_id, number, tenant_key_version, wrapped)"
        " VALUES ($1, $2, 1, 1, $3)"
    ),
}
BEFORE = {Database.MAIN: "0024_common_words", Database.VAULT: "0005"}


async def _counts(url: str, *statements: str) -> Sequence[int]:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("ANALYZE")
        return [await connection.fetchval(statement) for statement in statements]
    finally:
        await connection.close()


async def _filled(url: str, database: Database) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")  # No tenant, no key of one.
    rows = [(TENANT, str(uuid.uuid4()), os.urandom(60)) for _ in range(300)]
    await connection.executemany(FILLED[database], rows)
    await connection.close()


@pytest.mark.parametrize("database", Database)
def test_an_upgrade_drops_the_copies_that_analyze_made(
    cluster: EmbeddedCluster, database: Database
) -> None:
    names = {d: f"{d}_{uuid.uuid4().hex[:8]}" for d in Database}
    asyncio.run(bootstrap(cluster.url("postgres"), names[Database.MAIN], names[Database.VAULT]))
    admin, owner = cluster.url(names[database]), cluster.url(names[database], OWNER)
    command.upgrade(_config(database, owner), BEFORE[database])
    asyncio.run(_filled(admin, database))
    copies, others = asyncio.run(_counts(admin, COPIES, OTHERS))
    assert copies
    command.upgrade(_config(database, owner), "head")
    after, left = asyncio.run(_counts(admin, COPIES, OTHERS))
    assert after == 0
    assert left >= others - copies, "other columns keep theirs, which the planner needs"
