"""Root steps: those of a newer index root, as the vault database keeps them (see ``index_roots``).

``owner`` is a pool of the vault's owning role: the server's may neither change nor delete a tenant's key.
"""

import asyncio
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.database import TenantPool
from privacy.vault import tenant_keys
from privacy.vault.blind_index import IndexKeys
from privacy.vault.index_roots import INDEX, LEFT, Step
from privacy.vault.providers import KeyProvider

ADD = """INSERT INTO tenant_keys (tenant_id, use, version, wrapped, created_at, step)
    SELECT $1, $2, $3, $4, now(), $5"""
GREATEST = "SELECT max(version) FROM tenant_keys WHERE tenant_id = $1 AND use <> 'seal'"
ENTER = """UPDATE tenant_keys SET step = $3
    WHERE tenant_id = $1 AND use = 'index' AND version = $2 AND step IS NOT NULL"""
OVERWRITE = """UPDATE tenant_keys SET wrapped = $3
    WHERE tenant_id = $1 AND use = 'index' AND version = $2"""
DELETE = "DELETE FROM tenant_keys WHERE tenant_id = $1 AND use = 'index' AND version = $2"


async def announce(owner: TenantPool, provider: KeyProvider, tenant: str, known: int = 0) -> None:
    """Add a newer root, which nothing is made under yet; ``known`` is the newest that anything is under:
    a vault from a backup may have forgotten it.
    """
    key = AESGCM.generate_key(256)
    wrapped = await asyncio.to_thread(provider.wrap, key, tenant_keys.context(tenant, INDEX))
    async with owner.connection(tenant) as connection, connection.transaction():
        version = max(known, await connection.fetchval(GREATEST, tenant)) + 1
        await connection.execute(ADD, tenant, INDEX, version, wrapped, Step.ANNOUNCED)


async def enter(owner: TenantPool, tenant: str, version: int, step: Step) -> None:
    """Go on to that step."""
    async with owner.connection(tenant) as connection:
        await connection.execute(ENTER, tenant, version, step)


async def retire(
    owner: TenantPool, provider: KeyProvider, tenant: str, contexts: Sequence[str]
) -> None:
    """Overwrite and delete the older root; keys of these uses are left of it."""
    keys = await tenant_keys.load(owner, provider, tenant)
    newest, older = sorted((v for use, v in keys.secrets if use == INDEX), reverse=True)
    root = keys.secrets[INDEX, older]
    left = {context: IndexKeys(root).derived(context) or b"" for context in contexts}
    wrapped = await asyncio.to_thread(_wrapped, provider, tenant, left)
    async with owner.connection(tenant) as connection, connection.transaction():
        for use, key in wrapped.items():
            await connection.execute(ADD, tenant, use, older, key, None)
        await connection.execute(OVERWRITE, tenant, older, os.urandom(len(root)))
        await connection.execute(DELETE, tenant, older)
        await connection.execute(ENTER, tenant, newest, None)


def _wrapped(provider: KeyProvider, tenant: str, left: dict[str, bytes]) -> dict[str, bytes]:
    return {
        (use := f"{LEFT}{context}"): provider.wrap(key, tenant_keys.context(tenant, use))
        for context, key in left.items()
    }
