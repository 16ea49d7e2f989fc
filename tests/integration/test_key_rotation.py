"""Newer keys in the place of older ones: nothing is lost, nothing half done, nobody comes back."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from api.runtime.wiring import Services
from api.settings.databases import Urls
from domain.settings.provisioning import provision
from domain.values.ids import new_id
from privacy.database import DatabaseUnavailableError, TenantPool
from privacy.tombstones.witnesses import Witness
from privacy.vault import (
    SealingKey,
    SubjectDestroyedError,
    UnsealError,
    Vault,
    VaultError,
    key_numbers,
    rotation,
)
from privacy.vault.key_status import key_status
from privacy.vault.providers import FileKeyProvider, KeyProviderError
from privacy.vault.root_keys.ring import RootKeyRing
from privacy.vault.rotation import KeyWorkRunningError, Rotated, rewrap_tenant
from privacy.vault.sealing import seal, unseal

SOON_SECONDS = 60.0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root.key"


@pytest.fixture
def provider(root: Path) -> FileKeyProvider:
    return FileKeyProvider(root)


@pytest.fixture
def vault(services: Services, provider: FileKeyProvider, witness: Witness) -> Vault:
    return Vault(services.vault_pool, provider, witness=witness)


@pytest.fixture
def elsewhere(services: Services, provider: FileKeyProvider, witness: Witness) -> Vault:
    """The vault as another process has it."""
    return Vault(services.vault_pool, provider, witness=witness)


@pytest.fixture
async def company(vault: Vault) -> str:
    company = new_id()
    await vault.create_tenant(company)
    return company


@pytest.fixture
async def owner(urls: Urls) -> AsyncIterator[TenantPool]:
    """The owning role: the server's may not change a tenant's key."""
    pool = await TenantPool.open(urls.owner_vault)
    yield pool
    await pool.close()


class Tenant:
    """Some people, and a value sealed with the key of each."""

    def __init__(self, owner: TenantPool, vault: Vault, company: str) -> None:
        self.pool, self.vault, self.id = owner, vault, company
        self.sealed: dict[str, bytes] = {}

    async def takes_in(self, count: int) -> list[str]:
        people = [new_id() for _ in range(count)]
        keys = await self.vault.create_keys(self.id, people)
        self.sealed |= {one: seal(keys[one], one.encode(), b"").data for one in people}
        return people

    async def rotate(self, batch: int = 3) -> Rotated:
        provider = self.vault.provider
        return await rotation.rotate_tenant(self.pool, provider, self.id, print, batch=batch)

    async def versions(self) -> dict[int, int]:
        """How many keys name each version of the tenant's key."""
        found = await key_status(self.pool, self.vault.provider, self.id)
        return {key.version: key.subject_keys for key in found.tenant_keys if key.use == "seal"}

    async def opens_all(self, vault: Vault, *, but: Sequence[str] = ()) -> bool:
        keys = await vault.keys(self.id, self.sealed)
        assert keys.keys() == self.sealed.keys() - set(but)
        return all(unseal(keys[one], self.sealed[one], b"") == one.encode() for one in keys)


@pytest.fixture
def tenant(owner: TenantPool, vault: Vault, company: str) -> Tenant:
    return Tenant(owner, vault, company)


def opens(one: SealingKey, other: SealingKey) -> bool:
    return unseal(other, seal(one, b"Ada", b"here").data, b"here") == b"Ada"


# --- the tenant's key -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "given"),
    [
        (rotation.PENDING, (rotation.FIRST_ID, 0, 2, rotation.BATCH)),
        (key_numbers.OUTDATED, (rotation.FIRST_ID, datetime(2026, 1, 1, tzinfo=UTC), 500)),
    ],
    ids=["rotating", "resealing"],
)
async def test_the_next_batch_is_read_off_the_index_and_no_other_key_is_looked_at(
    tenant: Tenant, sql: str, given: Sequence[object]
) -> None:
    """To put them in order first would take a rotation of a million keys half an hour."""
    await tenant.takes_in(3)
    async with tenant.pool.connection(tenant.id) as connection, connection.transaction():
        await connection.execute(rotation.BY_INDEX)
        await connection.execute(
            "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashagg = off"
        )
        plan = await connection.fetch(f"EXPLAIN {sql}", tenant.id, *given)
    shown = "\n".join(row[0] for row in plan)
    assert "Sort" not in shown
    assert "Index Cond" in shown


async def test_after_a_rotation_all_keys_are_the_same_under_a_newer_one_and_the_older_is_gone(
    tenant: Tenant, elsewhere: Vault, provider: FileKeyProvider
) -> None:
    await tenant.takes_in(10)
    await elsewhere.tenant(tenant.id)
    assert await tenant.rotate() == Rotated(version=2, rewrapped=10, retired=1)
    assert await tenant.versions() == {2: 10}
    for vault in (tenant.vault, elsewhere, Vault(tenant.pool, provider)):
        assert await tenant.opens_all(vault)


async def test_rotation_after_rotation(tenant: Tenant, elsewhere: Vault) -> None:
    await tenant.takes_in(4)
    for version in (2, 3, 4):
        assert (await tenant.rotate()).version == version
        await tenant.takes_in(1)
        assert await tenant.opens_all(elsewhere)
    assert await tenant.versions() == {4: 7}


async def test_a_tenant_without_people_is_rotated_too(tenant: Tenant) -> None:
    assert await tenant.rotate() == Rotated(version=2, rewrapped=0, retired=1)
    await tenant.takes_in(1)
    assert await tenant.versions() == {2: 1}


async def test_making_the_tenant_again_after_a_rotation_brings_no_older_key_back(
    tenant: Tenant, elsewhere: Vault
) -> None:
    await tenant.rotate()
    await elsewhere.create_tenant(tenant.id)
    assert await tenant.versions() == {2: 0}


async def test_a_process_that_has_not_heard_of_the_rotation_makes_no_key_under_the_older_one(
    tenant: Tenant, elsewhere: Vault
) -> None:
    await elsewhere.tenant(tenant.id)
    await tenant.rotate()
    ada = new_id()
    made = (await elsewhere.create_keys(tenant.id, [ada]))[ada]
    assert await tenant.versions() == {2: 1}
    assert opens(made, (await tenant.vault.keys(tenant.id, [ada]))[ada])


async def test_a_key_that_was_being_made_while_the_newer_one_came_is_rewrapped(
    tenant: Tenant, services: Services
) -> None:
    people = await tenant.takes_in(1)
    keys, ada = await tenant.vault.tenant(tenant.id), new_id()
    wrapped = keys.wrap(tenant.id, ada, 1, bytes(32))
    async with services.vault_pool.connection(tenant.id) as connection:
        async with connection.transaction():
            sql = "INSERT INTO subject_keys VALUES ($1, $2, 1, 1, $3)"
            await connection.execute(sql, tenant.id, ada, wrapped)
            rotating = asyncio.create_task(tenant.rotate())
            await asyncio.sleep(0.1)
            assert not rotating.done()
        assert await rotating == Rotated(version=2, rewrapped=2, retired=1)
    assert set(await tenant.vault.keys(tenant.id, [ada, *people])) == {ada, *people}


async def test_everything_is_served_and_taken_in_while_it_rotates(
    tenant: Tenant, elsewhere: Vault
) -> None:
    people = await tenant.takes_in(60)
    rotating = asyncio.create_task(tenant.rotate(batch=2))
    served = 0
    while not rotating.done():
        assert set(await elsewhere.keys(tenant.id, people)) == set(people)
        people += await tenant.takes_in(1)
        served += 1
    assert served > 3
    await rotating
    assert await tenant.opens_all(elsewhere)
    assert await tenant.versions() == {2: len(people)}


async def test_who_is_destroyed_while_it_rotates_stays_destroyed(
    tenant: Tenant, elsewhere: Vault
) -> None:
    people = await tenant.takes_in(60)
    rotating = asyncio.create_task(tenant.rotate(batch=2))
    gone = people[::3]
    for one in gone:
        assert await elsewhere.destroy(tenant.id, one)
        await asyncio.sleep(0.001)
    await rotating
    assert await tenant.opens_all(elsewhere, but=gone)
    assert sum((await tenant.versions()).values()) == len(people) - len(gone)


async def test_who_is_destroyed_between_reading_and_writing_a_batch_stays_destroyed(
    tenant: Tenant, elsewhere: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, replace = await tenant.takes_in(6), rotation._replace
    destroying: list[asyncio.Task[bool]] = []

    async def late(*given: object) -> None:
        if not destroying:
            destroying.append(asyncio.create_task(elsewhere.destroy(tenant.id, people[0])))
            await asyncio.sleep(0.1)
        await replace(*given)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(rotation, "_replace", late)
    await tenant.rotate(batch=6)
    assert await destroying[0]
    assert await tenant.opens_all(elsewhere, but=people[:1])


async def test_of_two_rotations_at_once_one_is_refused_and_nothing_is_harmed(
    tenant: Tenant, elsewhere: Vault
) -> None:
    await tenant.takes_in(20)
    done = await asyncio.gather(tenant.rotate(), tenant.rotate(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["KeyWorkRunningError", "Rotated"]
    assert await tenant.versions() == {2: 20}
    assert await tenant.opens_all(elsewhere)
    assert (await tenant.rotate()).version == 3


async def test_an_interrupted_rotation_is_gone_on_with(
    tenant: Tenant, elsewhere: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tenant.takes_in(10)
    replace, batches = rotation._replace, 0

    async def stops(*given: object) -> None:
        nonlocal batches
        batches += 1
        if batches == 3:
            raise DatabaseUnavailableError
        await replace(*given)  # type: ignore[arg-type]  # handed on as they came

    with monkeypatch.context() as patched:
        patched.setattr(rotation, "_replace", stops)
        with pytest.raises(DatabaseUnavailableError):
            await tenant.rotate()
    assert await tenant.versions() == {1: 4, 2: 6}
    assert await tenant.opens_all(elsewhere)
    assert await tenant.rotate() == Rotated(version=2, rewrapped=4, retired=1)
    assert await tenant.opens_all(elsewhere)


async def test_a_key_that_does_not_open_stops_the_rotation_and_nothing_is_lost(
    tenant: Tenant, elsewhere: Vault, services: Services
) -> None:
    people = sorted(await tenant.takes_in(5))
    change = "UPDATE subject_keys SET wrapped = $2 WHERE subject_id = $1 RETURNING wrapped"
    async with services.vault_pool.connection(tenant.id) as connection:
        kept = await connection.fetchval(
            "SELECT wrapped FROM subject_keys WHERE subject_id = $1", people[2]
        )
        await connection.execute(change, people[2], os.urandom(60))
        with pytest.raises(VaultError, match=f"the key of {people[2]} does not open"):
            await tenant.rotate()
        assert 1 in await tenant.versions()
        await connection.execute(change, people[2], kept)
    await tenant.rotate()
    assert await tenant.opens_all(elsewhere)


async def test_a_version_that_nobody_has_is_looked_for_once_and_not_at_each_request(
    tenant: Tenant, services: Services, provider: FileKeyProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ada,) = await tenant.takes_in(1)
    async with services.vault_pool.connection(tenant.id) as connection:
        await connection.execute(
            "UPDATE subject_keys SET tenant_key_version = 9 WHERE subject_id = $1", ada
        )
    vault, loads = Vault(services.vault_pool, provider), 0
    newer = vault.newer

    async def counted(*given: object) -> object:
        nonlocal loads
        loads += 1
        return await newer(*given)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(vault, "newer", counted)
    for _ in range(5):
        key = (await vault.keys(tenant.id, [ada]))[ada]
        with pytest.raises(UnsealError, match="names version 9"):
            key.decrypt(b"", b"", b"")
    assert loads == 2  # The first load, and one look for version 9.


async def test_the_database_refuses_a_key_under_a_retired_version(
    tenant: Tenant, services: Services
) -> None:
    await tenant.rotate()
    async with services.vault_pool.connection(tenant.id) as connection:
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="not the newest"):
            await connection.execute(
                "INSERT INTO subject_keys VALUES ($1, $2, 1, 1, '')", tenant.id, new_id()
            )


async def test_with_a_wrong_root_key_nothing_is_rotated(
    tenant: Tenant, services: Services, tmp_path: Path
) -> None:
    await tenant.takes_in(2)
    wrong = FileKeyProvider(tmp_path / "wrong.key")
    with pytest.raises(KeyProviderError, match="is it the right root key file"):
        await rotation.rotate_tenant(tenant.pool, wrong, tenant.id, print)
    with pytest.raises(KeyProviderError):
        await rewrap_tenant(tenant.pool, wrong, tenant.id)
    assert await tenant.versions() == {1: 2}
    assert await tenant.opens_all(tenant.vault)


async def test_without_the_vault_database_nothing_is_rotated(
    tenant: Tenant, urls: Urls, provider: FileKeyProvider
) -> None:
    pool = await TenantPool.open(urls.vault, size_max=1)
    await pool.close()
    with pytest.raises(DatabaseUnavailableError):
        await rotation.rotate_tenant(pool, provider, tenant.id, print)


# --- the root key -----------------------------------------------------------------------------------


async def test_after_rewrapping_the_older_root_key_is_needed_no_more(
    tenant: Tenant, services: Services, root: Path
) -> None:
    await tenant.takes_in(3)
    index = (await tenant.vault.index(tenant.id)).cursor_key()
    older = root.rename(root.with_name("older.key"))  # noqa: ASYNC240 - a file of 32 bytes
    both = RootKeyRing(FileKeyProvider(root), FileKeyProvider(older))
    assert await tenant.opens_all(Vault(services.vault_pool, both))
    assert not (await key_status(services.vault_pool, both, tenant.id)).is_settled
    assert await rewrap_tenant(tenant.pool, both, tenant.id) == 2
    assert await rewrap_tenant(tenant.pool, both, tenant.id) == 0
    older.unlink()
    newest = Vault(services.vault_pool, FileKeyProvider(root))
    assert await tenant.opens_all(newest)
    assert (await newest.index(tenant.id)).cursor_key() == index
    assert (await key_status(services.vault_pool, newest.provider, tenant.id)).is_settled


async def test_of_two_kinds_of_key_work_at_once_one_is_refused(
    tenant: Tenant, provider: FileKeyProvider
) -> None:
    async with rotation.alone(tenant.pool, tenant.id):
        with pytest.raises(KeyWorkRunningError):
            await tenant.rotate()
        with pytest.raises(KeyWorkRunningError):
            await rewrap_tenant(tenant.pool, provider, tenant.id)
    await tenant.rotate()


# --- a crash ----------------------------------------------------------------------------------------


@pytest.fixture
async def many(services: Services, owner: TenantPool) -> Tenant:
    """The tenant that the commands serve."""
    company = await provision(services.stores, services.registry, "killed", "Killed", "DE")
    many = Tenant(owner, services.vault, company)
    for _ in range(12):
        await many.takes_in(2_500)
    return many


async def test_a_rotation_that_was_killed_loses_nothing_and_is_gone_on_with(
    many: Tenant, services: Services, urls: Urls
) -> None:
    process = subprocess.Popen(  # noqa: ASYNC220 - our own command, killed below
        [sys.executable, "-m", "api.cli", "keys", "rotate", "tenant"],
        env={
            **os.environ,
            "FARLEY_DATA_DIR": str(services.settings.data_dir),
            "FARLEY_DATABASE_URL": urls.main,
            "FARLEY_VAULT_URL": urls.vault,
            "FARLEY_MIGRATE_VAULT_URL": urls.owner_vault,
            "FARLEY_TENANT": "killed",
        },
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + SOON_SECONDS
    try:
        while (await many.versions()).get(2, 0) == 0:
            assert process.poll() is None, "it ended before it was killed"
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    halfway = await many.versions()
    assert halfway[1], "it was done before it was killed"
    assert halfway[2] % rotation.BATCH == 0
    assert await many.opens_all(services.vault)
    gone = list(many.sealed)[::3_000]
    for one in gone:
        await services.vault.destroy(many.id, one)
    async with asyncio.timeout(SOON_SECONDS):
        done = await many.rotate(batch=rotation.BATCH)
    assert (done.version, done.retired) == (2, 1)
    assert await many.opens_all(services.vault, but=gone)
    with pytest.raises(SubjectDestroyedError):
        await services.vault.create_keys(many.id, gone[:1])
