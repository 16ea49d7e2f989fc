"""Keys are made once, belong to one person of one tenant, and are destroyed for good."""

import asyncio
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.runtime.wiring import Services
from api.settings.databases import Urls
from domain.values.ids import new_id
from privacy.database import DatabaseUnavailableError, TenantPool
from privacy.vault import (
    ClosedKey,
    Place,
    SealingKey,
    SubjectDestroyedError,
    UnsealError,
    Vault,
    VaultError,
)
from privacy.vault.opened_keys import CACHE_SECONDS
from privacy.vault.providers import FileKeyProvider, KeyProviderError
from privacy.vault.sealing import associated_data, seal, unseal
from tests.unit.privacy import vectors


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def provider(tmp_path: Path) -> FileKeyProvider:
    return FileKeyProvider(tmp_path / "root.key")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault(services: Services, provider: FileKeyProvider, clock: Clock) -> Vault:
    return Vault(services.vault_pool, provider, clock)


@pytest.fixture
def elsewhere(services: Services, provider: FileKeyProvider, clock: Clock) -> Vault:
    """The vault as another process has it, with a cache of its own."""
    return Vault(services.vault_pool, provider, clock)


@pytest.fixture
async def company(vault: Vault) -> str:
    company = new_id()
    await vault.create_tenant(company)
    return company


def opens(one: SealingKey, other: SealingKey) -> bool:
    """Whether two keys are the same key."""
    return unseal(other, seal(one, b"Ada", b"here").data, b"here") == b"Ada"


async def keys_in(services: Services, company: str, subject: str) -> list[bytes]:
    rows = await services.vault_pool.fetch(
        company,
        "SELECT wrapped FROM subject_keys WHERE tenant_id = $1 AND subject_id = $2",
        company,
        subject,
    )
    return [row[0] for row in rows]


# --- making ---------------------------------------------------------------------------------------


async def test_a_key_is_made_once(vault: Vault, elsewhere: Vault, company: str) -> None:
    ada = new_id()
    first = (await vault.create_keys(company, [ada]))[ada]
    second = (await elsewhere.create_keys(company, [ada]))[ada]
    assert opens(first, second)


async def test_many_who_make_the_same_key_at_once_get_the_same(
    vault: Vault, elsewhere: Vault, company: str
) -> None:
    people = [new_id() for _ in range(5)]
    made = await asyncio.gather(
        *(one.create_keys(company, people) for one in (vault, elsewhere) * 5)
    )
    assert all(opens(keys[person], made[0][person]) for keys in made for person in people)


async def test_each_person_has_another_key(vault: Vault, company: str) -> None:
    ada, bob = new_id(), new_id()
    keys = await vault.create_keys(company, [ada, bob])
    assert seal(keys[ada], b"", b"").data[:6] == seal(keys[bob], b"", b"").data[:6]
    with pytest.raises(Exception, match="does not belong here"):
        opens(keys[ada], keys[bob])


async def test_who_has_no_key_is_absent(vault: Vault, company: str) -> None:
    assert await vault.keys(company, [new_id()]) == {}
    assert await vault.keys(company, []) == {}


async def test_keys_of_another_tenant_are_not_returned(
    vault: Vault, elsewhere: Vault, company: str
) -> None:
    ada, rival = new_id(), new_id()
    await vault.create_tenant(rival)
    await vault.create_keys(company, [ada])
    assert await vault.keys(rival, [ada]) == {}
    assert await elsewhere.keys(rival, [ada]) == {}


async def test_two_tenants_have_other_keys_for_the_same_person_and_value(
    vault: Vault, company: str
) -> None:
    ada, rival = new_id(), new_id()
    await vault.create_tenant(rival)
    ours, theirs = [(await vault.create_keys(t, [ada]))[ada] for t in (company, rival)]
    with pytest.raises(Exception, match="does not belong here"):
        opens(ours, theirs)
    tags = {(await vault.index(t)).tag("customer.emails", "a@b.org") for t in (company, rival)}
    assert len(tags) == 2


async def test_making_a_tenant_again_changes_nothing(
    vault: Vault, elsewhere: Vault, company: str
) -> None:
    before = (await vault.index(company)).cursor_key()
    await vault.create_tenant(company)
    assert (await elsewhere.index(company)).cursor_key() == before


async def test_a_tenant_without_keys_has_no_vault(vault: Vault) -> None:
    with pytest.raises(VaultError):
        await vault.index(new_id())
    with pytest.raises(VaultError):
        await vault.create_keys(new_id(), [new_id()])


async def test_what_version_1_kept_opens(services: Services, tmp_path: Path) -> None:
    root = tmp_path / "old.key"
    root.write_bytes(vectors.ROOT_KEY)
    root.chmod(0o600)
    tenant, subject = vectors.TENANT, vectors.SUBJECT
    async with services.vault_pool.connection(tenant) as connection:
        await connection.executemany(
            "INSERT INTO tenant_keys VALUES ($1, $2, 1, $3, now())",
            [
                (tenant, "seal", vectors.WRAPPED_TENANT_KEY),
                (tenant, "index", vectors.WRAPPED_INDEX_ROOT),
            ],
        )
        await connection.execute(
            "INSERT INTO subject_keys VALUES ($1, $2, $3, 1, $4)",
            tenant,
            subject,
            vectors.DATA_KEY_NUMBER,
            vectors.WRAPPED_DATA_KEY,
        )
    vault = Vault(services.vault_pool, FileKeyProvider(root))
    key = (await vault.keys(tenant, [subject]))[subject]
    aad = associated_data(Place(tenant, "customer").prefix(), vectors.ROW, subject)
    assert unseal(key, vectors.SEALED, aad) == vectors.PLAINTEXT
    assert (await vault.index(tenant)).reference(subject) == vectors.REFERENCE.hex()


# --- keeping --------------------------------------------------------------------------------------


async def test_a_key_is_cached_for_a_minute_and_then_fetched_again(
    services: Services, vault: Vault, elsewhere: Vault, clock: Clock, company: str
) -> None:
    ada = new_id()
    vault.opened.until = math.inf
    await vault.create_keys(company, [ada])
    await elsewhere.destroy(company, ada)
    clock.seconds = CACHE_SECONDS - 0.001
    assert ada in await vault.keys(company, [ada])
    clock.seconds = CACHE_SECONDS
    assert await vault.keys(company, [ada]) == {}


async def test_no_more_keys_are_kept_ready_than_memory_allows(
    monkeypatch: pytest.MonkeyPatch, vault: Vault, company: str
) -> None:
    monkeypatch.setattr("privacy.vault.opened_keys.CACHED_KEYS_MAX", 4)
    rival = new_id()
    await vault.create_tenant(rival)
    people = {tenant: [new_id() for _ in range(6)] for tenant in (company, rival)}
    for tenant, ids in people.items():
        for person in ids:
            await vault.create_keys(tenant, [person])
            assert len(vault.opened) <= 4
    for tenant, ids in people.items():
        for person in ids:
            assert person in await vault.keys(tenant, [person])


async def test_the_vault_database_holds_no_key_in_the_clear(
    services: Services, vault: Vault, company: str
) -> None:
    ada = new_id()
    key = (await vault.create_keys(company, [ada]))[ada]
    (wrapped,) = await keys_in(services, company, ada)
    assert len(wrapped) == 12 + 32 + 16
    guesses = [wrapped[i : i + 32] for i in range(len(wrapped) - 31)]
    sealed = seal(key, b"Ada", b"").data
    for guess in guesses:
        with pytest.raises(Exception, match="does not belong here"):
            unseal(SealingKey(key.number, AESGCM(guess)), sealed, b"")


@pytest.mark.parametrize("change", ["bit", "cut", "empty", "another person's"])
async def test_a_wrapped_key_that_was_changed_or_moved_does_not_open(
    services: Services, vault: Vault, elsewhere: Vault, company: str, change: str
) -> None:
    ada, bob = new_id(), new_id()
    await vault.create_keys(company, [ada, bob])
    (wrapped,), (bobs,) = [await keys_in(services, company, one) for one in (ada, bob)]
    changed = {
        "bit": bytes([wrapped[0] ^ 1]) + wrapped[1:],
        "cut": wrapped[:-1],
        "empty": b"",
        "another person's": bobs,
    }
    async with services.vault_pool.connection(company) as connection:
        await connection.execute(
            "UPDATE subject_keys SET wrapped = $2 WHERE subject_id = $1", ada, changed[change]
        )
    keys = await elsewhere.keys(company, [ada, bob])
    assert isinstance(keys[ada], ClosedKey)
    for use in (lambda: keys[ada].decrypt(b"", b"", b""), lambda: seal(keys[ada], b"", b"")):
        with pytest.raises(UnsealError, match=f"the key of {ada} does not open"):
            use()
    assert unseal(keys[bob], seal(keys[bob], b"his", b"here").data, b"here") == b"his"


async def test_of_several_keys_those_open_values_that_were_not_damaged(
    services: Services, vault: Vault, elsewhere: Vault, company: str
) -> None:
    ada = new_id()
    old = (await vault.create_keys(company, [ada]))[ada]
    sealed = seal(old, b"before", b"here").data
    async with services.vault_pool.connection(company) as connection:
        await connection.execute(
            "INSERT INTO subject_keys (tenant_id, subject_id, number, tenant_key_version, wrapped, seals)"
            " VALUES ($1, $2, 2, 1, $3, true)",
            company,
            ada,
            bytes(60),
        )
    key = (await elsewhere.keys(company, [ada]))[ada]
    assert unseal(key, sealed, b"here") == b"before"
    with pytest.raises(UnsealError, match="does not open"):
        seal(key, b"after", b"here")


# --- destroying -----------------------------------------------------------------------------------


async def test_a_destroyed_key_is_gone_in_this_process_at_once(vault: Vault, company: str) -> None:
    ada = new_id()
    await vault.create_keys(company, [ada])
    assert await vault.destroy(company, ada)
    assert await vault.keys(company, [ada]) == {}


async def test_destroying_leaves_a_tombstone_and_no_key(
    services: Services, vault: Vault, company: str
) -> None:
    ada, bob = new_id(), new_id()
    await vault.create_keys(company, [ada, bob])
    await vault.destroy(company, ada)
    stones = await services.vault_pool.fetch(company, "SELECT subject_id::text FROM tombstones")
    assert [row[0] for row in stones] == [ada]
    assert await keys_in(services, company, ada) == []
    assert set(await vault.keys(company, [ada, bob])) == {bob}


async def test_destroying_again_changes_nothing(vault: Vault, company: str) -> None:
    ada = new_id()
    await vault.create_keys(company, [ada])
    assert [await vault.destroy(company, ada) for _ in range(3)] == [True, False, False]


async def test_whoever_never_had_a_key_can_be_destroyed_too(vault: Vault, company: str) -> None:
    ada = new_id()
    assert not await vault.destroy(company, ada)
    with pytest.raises(SubjectDestroyedError):
        await vault.create_keys(company, [ada])


async def test_no_process_makes_a_key_for_a_destroyed_person_and_none_of_the_batch(
    services: Services, vault: Vault, elsewhere: Vault, company: str
) -> None:
    ada, bob = new_id(), new_id()
    await vault.create_keys(company, [ada])
    await vault.destroy(company, ada)
    for one in (vault, elsewhere):
        with pytest.raises(SubjectDestroyedError) as refused:
            await one.create_keys(company, [bob, ada])
        assert ada not in str(refused.value)
    assert await keys_in(services, company, bob) == []


async def test_the_database_itself_refuses_a_key_for_a_destroyed_person(
    services: Services, vault: Vault, company: str
) -> None:
    ada = new_id()
    await vault.destroy(company, ada)
    async with services.vault_pool.connection(company) as connection:
        with pytest.raises(asyncpg.RaiseError, match="the subject was destroyed"):
            await connection.execute(
                "INSERT INTO subject_keys VALUES ($1, $2, 2, 1, '')", company, ada
            )


async def test_a_key_that_was_being_made_does_not_outlive_its_destruction(
    services: Services, vault: Vault, company: str
) -> None:
    ada = new_id()
    sql = "INSERT INTO subject_keys VALUES ($1, $2, 1, 1, $3)"
    async with services.vault_pool.connection(company) as connection:
        async with connection.transaction():
            await connection.execute(sql, company, ada, os.urandom(60))
            destroying = asyncio.create_task(vault.destroy(company, ada))
            await asyncio.sleep(0.1)
            assert not destroying.done()
        assert await destroying
    assert await keys_in(services, company, ada) == []


async def test_a_key_is_not_made_while_it_is_being_destroyed(
    services: Services, vault: Vault, company: str
) -> None:
    ada = new_id()
    async with services.vault_pool.connection(company) as connection:
        async with connection.transaction():
            await connection.execute("INSERT INTO tombstones VALUES ($1, $2, now())", company, ada)
            making = asyncio.create_task(vault.create_keys(company, [ada]))
            await asyncio.sleep(0.1)
            assert not making.done()
        with pytest.raises(SubjectDestroyedError):
            await making
    assert await keys_in(services, company, ada) == []


class LatePool(TenantPool):
    """Hands its rows over only when it is told to."""

    fetched = asyncio.Event()
    told = asyncio.Event()

    async def fetch(
        self, tenant: str, sql: str, *args: object, **more: Any
    ) -> Sequence[asyncpg.Record]:
        rows = await super().fetch(tenant, sql, *args, **more)
        if "subject_keys" in sql:
            self.fetched.set()
            await self.told.wait()
        return rows


async def test_a_fetch_that_was_under_way_does_not_bring_a_destroyed_key_back(
    urls: Urls, vault: Vault, provider: FileKeyProvider, company: str
) -> None:
    ada = new_id()
    await vault.create_keys(company, [ada])
    pool = await LatePool.open(urls.vault)
    late = Vault(pool, provider)
    late.opened.until = math.inf
    reading = asyncio.create_task(late.keys(company, [ada]))
    await pool.fetched.wait()
    await late.destroy(company, ada)
    pool.told.set()
    await reading
    assert await late.keys(company, [ada]) == {}
    await pool.close()


# --- the root key ---------------------------------------------------------------------------------


async def test_another_root_key_opens_no_tenant(
    services: Services, company: str, tmp_path: Path
) -> None:
    wrong = Vault(services.vault_pool, FileKeyProvider(tmp_path / "other.key"))
    with pytest.raises(KeyProviderError, match="is it the right root key file"):
        await wrong.index(company)
    with pytest.raises(KeyProviderError):
        await wrong.create_keys(company, [new_id()])


async def test_a_tenant_key_moved_to_another_tenant_or_use_does_not_open(
    services: Services, vault: Vault, provider: FileKeyProvider, company: str
) -> None:
    thief = new_id()
    (sealing,) = await services.vault_pool.fetch(
        company, "SELECT wrapped FROM tenant_keys WHERE use = 'seal'"
    )
    for owner, use in ((thief, "seal"), (company, "index")):
        with pytest.raises(KeyProviderError):
            provider.unwrap(sealing[0], f"farley/1|{owner}|{use}".encode())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_root_key_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "root.key"
    FileKeyProvider(path)
    path.chmod(mode)
    with pytest.raises(KeyProviderError, match="chmod 600"):
        FileKeyProvider(path)


def test_a_new_root_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    FileKeyProvider(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_root_key_of_another_length_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "root.key"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(KeyProviderError, match="not 32 bytes"):
        FileKeyProvider(path)


def test_a_root_key_wraps_a_key_anew_each_time(provider: FileKeyProvider) -> None:
    wrapped = {provider.wrap(bytes(32), b"context") for _ in range(3)}
    assert len(wrapped) == 3
    assert {provider.unwrap(one, b"context") for one in wrapped} == {bytes(32)}


# --- the vault database is gone --------------------------------------------------------------------


async def test_a_vault_that_cannot_be_reached_gives_no_keys(
    urls: Urls, provider: FileKeyProvider, vault: Vault, company: str
) -> None:
    ada = new_id()
    await vault.create_keys(company, [ada])
    pool = await TenantPool.open(urls.vault, size_max=1)
    unreachable = Vault(pool, provider)
    await pool.close()
    with pytest.raises(DatabaseUnavailableError):
        await unreachable.keys(company, [ada])
