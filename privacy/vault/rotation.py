"""Rotation of a tenant's key and of the root key, while everything goes on being served.

``owner`` is a pool of the vault's owning role: the server's may neither change nor delete a tenant's key.
Each step can be run again, and what a crash interrupted is gone on with by the next run. No step makes
a key: wrapped keys are replaced where they still stand, so that a destroyed one stays destroyed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.database import TenantConnection, TenantPool
from privacy.vault import tenant_keys
from privacy.vault.providers import KeyProvider
from privacy.vault.tenant_keys import TenantKeys

BATCH = 2_000
"""So few that whoever is destroyed meanwhile waits for some hundredths of a second at most."""
LOCKED_SECONDS = 0.05
FIRST_ID = "00000000-0000-0000-0000-000000000000"

Told = Callable[[int], None]
"""Is told how many keys are done."""

# Without statistics (a vault that was just filled) each batch would scan the whole table.
BY_INDEX = """SET LOCAL enable_seqscan = off;
    SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"""
# INVARIANT: the order is that of the column, which the index has, and not of its text beside it.
PENDING = """SELECT k.subject_id::text, number, tenant_key_version, wrapped FROM subject_keys k
    WHERE tenant_id = $1 AND (k.subject_id, number) > ($2, $3) AND tenant_key_version < $4
    ORDER BY k.subject_id, number LIMIT $5 FOR UPDATE SKIP LOCKED"""
REWRAP = """UPDATE subject_keys k SET wrapped = n.wrapped, tenant_key_version = $2
    FROM unnest($3::uuid[], $4::bigint[], $5::bytea[]) AS n(subject, number, wrapped)
    WHERE k.tenant_id = $1 AND k.subject_id = n.subject AND k.number = n.number"""
LEFT = "SELECT count(*) FROM subject_keys WHERE tenant_id = $1 AND tenant_key_version < $2"
RETIRE = """DELETE FROM tenant_keys t WHERE t.tenant_id = $1 AND t.use = 'seal' AND t.version < $2
    AND NOT EXISTS (SELECT FROM subject_keys k
        WHERE k.tenant_id = $1 AND k.tenant_key_version = t.version)"""


class KeyWorkRunningError(Exception):
    """Another process rotates this tenant's keys at this moment."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the newest version, the keys that it rewrapped, the versions that are gone."""

    version: int
    rewrapped: int
    retired: int


@asynccontextmanager
async def alone(pool: TenantPool, tenant: str) -> AsyncIterator[None]:
    """Let nobody else rotate keys of this tenant; raises ``KeyWorkRunningError``.

    The lock is the connection's: it goes with the process, however that ends.
    """
    async with pool.connection(tenant) as connection:
        key = "hashtextextended('key work ' || $1, 0)"
        if not await connection.fetchval(f"SELECT pg_try_advisory_lock({key})", tenant):
            raise KeyWorkRunningError
        try:
            yield
        finally:
            await connection.execute(f"SELECT pg_advisory_unlock({key})", tenant)


async def rotate_tenant(
    owner: TenantPool, provider: KeyProvider, tenant: str, told: Told, *, batch: int = BATCH
) -> Rotated:
    """A new tenant key, all people's keys under it, and the old one gone.

    Where an earlier run stopped half way, this one brings it to its end and makes no other version.
    Raises ``KeyWorkRunningError``.
    """
    async with alone(owner, tenant):
        keys = await tenant_keys.load(owner, provider, tenant)
        if len(keys.sealing) == 1:
            await _add_version(owner, provider, tenant, keys.current + 1)
            keys = await tenant_keys.load(owner, provider, tenant, keys)
        rewrapped = await _rewrap_all(owner, tenant, keys, told, batch)
        async with owner.connection(tenant) as connection:
            retired = await connection.execute(RETIRE, tenant, keys.current)
    return Rotated(keys.current, rewrapped, int(retired.split()[1]))


async def rewrap_tenant(owner: TenantPool, provider: KeyProvider, tenant: str) -> int:
    """Have the tenant's own keys wrapped under the newest root key; returns how many were not."""
    async with alone(owner, tenant):
        rows = await owner.fetch(
            tenant, "SELECT use, version, wrapped FROM tenant_keys WHERE tenant_id = $1", tenant
        )
        old = [row for row in rows if not provider.current(row[2])]
        for use, version, wrapped in old:
            context = tenant_keys.context(tenant, use)
            newer = await asyncio.to_thread(provider.rewrap, wrapped, context)
            async with owner.connection(tenant) as connection:
                await connection.execute(
                    "UPDATE tenant_keys SET wrapped = $4 WHERE tenant_id = $1 AND use = $2"
                    " AND version = $3",
                    tenant,
                    use,
                    version,
                    newer,
                )
    return len(old)


async def _add_version(owner: TenantPool, provider: KeyProvider, tenant: str, version: int) -> None:
    context = tenant_keys.context(tenant, "seal")
    wrapped = await asyncio.to_thread(provider.wrap, AESGCM.generate_key(256), context)
    async with owner.connection(tenant) as connection:
        await connection.execute(
            "INSERT INTO tenant_keys (tenant_id, use, version, wrapped, created_at)"
            " VALUES ($1, 'seal', $2, $3, now())",
            tenant,
            version,
            wrapped,
        )


async def _rewrap_all(
    owner: TenantPool, tenant: str, keys: TenantKeys, told: Told, batch: int
) -> int:
    """Go through the keys until none names an older version; those that are locked come last."""
    done, left = 0, 1
    while left:
        after: tuple[str, int] | None = (FIRST_ID, 0)
        while after is not None:
            count, after = await _rewrap(owner, tenant, keys, after, batch)
            done += count
            told(done)
        left = (await owner.fetch(tenant, LEFT, tenant, keys.current))[0][0]
        if left:
            await asyncio.sleep(LOCKED_SECONDS)
    return done


async def _rewrap(
    owner: TenantPool, tenant: str, keys: TenantKeys, after: tuple[str, int], batch: int
) -> tuple[int, tuple[str, int] | None]:
    """One batch in one transaction: how many, and where the next begins."""
    async with owner.connection(tenant) as connection, connection.transaction():
        await connection.execute(BY_INDEX)
        rows = await connection.fetch(PENDING, tenant, *after, keys.current, batch)
        if not rows:
            return 0, None
        await _replace(connection, tenant, keys, rows)
    return len(rows), (rows[-1][0], rows[-1][1])


async def _replace(
    connection: TenantConnection,
    tenant: str,
    keys: TenantKeys,
    rows: Sequence[asyncpg.Record],
) -> None:
    wrapped = await asyncio.to_thread(_rewrapped, tenant, keys, rows)
    subjects, numbers = [row[0] for row in rows], [row[1] for row in rows]
    await connection.execute(REWRAP, tenant, keys.current, subjects, numbers, wrapped)


def _rewrapped(tenant: str, keys: TenantKeys, rows: Sequence[asyncpg.Record]) -> list[bytes]:
    """Raises ``VaultError`` for a key that does not open, before any of the batch is replaced."""
    return [
        keys.wrap(tenant, subject, number, keys.unwrap(tenant, subject, number, version, old))
        for subject, number, version, old in rows
    ]
