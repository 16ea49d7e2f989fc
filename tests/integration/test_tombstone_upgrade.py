"""Databases from before there were ledgers: who was erased then is known to all three afterwards."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from alembic import command

from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from api.settings.roles_and_databases import APP, OWNER, bootstrap
from migrations.run import Database, _config
from privacy.database import TenantPool
from privacy.tombstones.findings import TombstoneReason, TombstoneRecords
from privacy.tombstones.guard import Guard, RestoreNeededError
from privacy.tombstones.journal import Journal
from privacy.tombstones.ledger import Ledger
from privacy.tombstones.tombstone import Extent, TombstoneKind, digest

TENANT = str(uuid.UUID(int=1))
ERASED, HALF, FORGOTTEN, KEPT = (str(uuid.UUID(int=number)) for number in (11, 12, 13, 14))
DONE = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEPS = {ERASED: "COMPLETED", HALF: "KEY_DESTROYED", KEPT: "SUPPRESSED"}
"""Only the vault knows of the prospect of a deal that was forgotten."""
DESTROYED = (ERASED, HALF, FORGOTTEN)


def _before(cluster: EmbeddedCluster, in_vault: Sequence[str]) -> Urls:
    """Both databases as the version before had them, with people erased, ``in_vault`` in the vault."""
    main, vault = (f"{kind}_{uuid.uuid4().hex[:8]}" for kind in ("main", "vault"))
    asyncio.run(bootstrap(cluster.url("postgres"), main, vault))
    urls = Urls(
        main=cluster.url(main, APP),
        vault=cluster.url(vault, APP),
        owner_main=cluster.url(main, OWNER),
        owner_vault=cluster.url(vault, OWNER),
    )
    command.upgrade(_config(Database.MAIN, urls.owner_main), "0016_restriction_informed")
    command.upgrade(_config(Database.VAULT, urls.owner_vault), "0003")
    asyncio.run(_filled(cluster.url(main), cluster.url(vault), in_vault))
    command.upgrade(_config(Database.MAIN, urls.owner_main), "head")
    command.upgrade(_config(Database.VAULT, urls.owner_vault), "head")
    return urls


async def _filled(main: str, vault: str, in_vault: Sequence[str]) -> None:
    connection = await asyncpg.connect(main)
    await connection.executemany(
        "INSERT INTO erasures VALUES ($1, $2, $3, $4, 'member:1', $5, $6)",
        [
            (TENANT, str(uuid.uuid4()), subject, step, DONE, DONE if subject == ERASED else None)
            for subject, step in STEPS.items()
        ],
    )
    await connection.close()
    connection = await asyncpg.connect(vault)
    await connection.executemany(
        "INSERT INTO tombstones (tenant_id, subject_id, destroyed_at) VALUES ($1, $2, $3)",
        [(TENANT, subject, DONE) for subject in in_vault],
    )
    await connection.close()


async def _asked(urls: Urls, journal: Path) -> TombstoneRecords:
    """The records after a guard looked at them; raises ``RestoreNeededError``."""
    main, vault = await TenantPool.open(urls.main), await TenantPool.open(urls.vault)
    try:
        records = TombstoneRecords(Ledger(main), Ledger(vault), Journal(journal))
        await Guard(records, lambda: 1).require()
        wanted = _extent(*DESTROYED)
        marks = await records.glance()
        assert [marks[0].extent, marks[1].extent, marks[2]] == [wanted] * 3
        return records
    finally:
        await main.close()
        await vault.close()


def _extent(*subjects: str) -> Extent:
    combined = 0
    for subject in subjects:
        combined ^= digest((TENANT, subject))
    return Extent(len(subjects), combined)


def test_who_was_erased_before_the_upgrade_is_known_to_all_three_after_it(
    cluster: EmbeddedCluster, tmp_path: Path
) -> None:
    urls = _before(cluster, DESTROYED)
    records = asyncio.run(_asked(urls, tmp_path / "journal"))
    entries = records.journal.entries()
    assert {(one.tenant, one.subject, one.at) for one in entries.values()} == {
        (TENANT, subject, DONE) for subject in DESTROYED
    }
    assert {one.kind for one in entries.values()} == {TombstoneKind.ERASED}
    asyncio.run(_asked(urls, tmp_path / "journal"))


def test_a_vault_that_was_restored_before_the_upgrade_is_found_out(
    cluster: EmbeddedCluster, tmp_path: Path
) -> None:
    urls = _before(cluster, DESTROYED[1:])
    with pytest.raises(RestoreNeededError) as refused:
        asyncio.run(_asked(urls, tmp_path / "journal"))
    assert TombstoneReason.VAULT_LACKS in refused.value.reasons
