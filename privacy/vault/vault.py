"""The vault: root key → tenant keys → one random key per person.

Keys live in a database of their own, so that a dump of the main one opens nothing. Destroying a
person's key makes everything sealed under it unreadable, wherever a copy lies (GDPR Art. 17).
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.database import TenantPool
from privacy.vault.blind_index import IndexKeys
from privacy.vault.providers import KeyProvider
from privacy.vault.sealing import NONCE_BYTES, SealingKey

CACHE_SECONDS = 60.0
CACHED_KEYS_MAX = 15_000
"""Of all tenants together: a key that is ready for use takes about 3 kB: 45 MB."""
FIRST = 1


class VaultError(Exception):
    """The vault has no keys for this tenant, or one of its keys was changed; carries ids only."""


class SubjectDestroyedError(Exception):
    """The person was erased; nothing may be sealed for them again."""


@dataclass(frozen=True, slots=True)
class _TenantKeys:
    sealing: Mapping[int, AESGCM]
    current: int
    index: IndexKeys

    def __repr__(self) -> str:
        return "_TenantKeys(***)"


class Vault:
    """Hands out keys that are ready for use. Opening a value with one is the caller's explicit act."""

    def __init__(
        self,
        pool: TenantPool,
        provider: KeyProvider,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._provider = provider
        self._clock = clock
        self._tenants: dict[str, _TenantKeys] = {}
        self._cache: dict[str, dict[str, tuple[float, SealingKey]]] = defaultdict(dict)
        self._destroyed: set[tuple[str, str]] = set()

    async def create_tenant(self, tenant: str) -> None:
        """Make the tenant's first sealing key and index root; a second call changes nothing."""
        rows = [
            (tenant, use, await asyncio.to_thread(self._wrap_tenant_key, tenant, use))
            for use in ("seal", "index")
        ]
        async with self._pool.connection(tenant) as connection:
            await connection.executemany(
                "INSERT INTO tenant_keys (tenant_id, use, version, wrapped, created_at)"
                " VALUES ($1, $2, 1, $3, now()) ON CONFLICT DO NOTHING",
                rows,
            )

    async def index(self, tenant: str) -> IndexKeys:
        """The tenant's tag keys."""
        return (await self._tenant(tenant)).index

    async def keys(self, tenant: str, subjects: Iterable[str]) -> dict[str, SealingKey]:
        """The keys of these people, in one round trip; who was erased is absent."""
        now, known = self._clock(), self._cache[tenant]
        found: dict[str, SealingKey] = {}
        missing: list[str] = []
        for subject in set(subjects):
            cached = known.get(subject)
            if cached is not None and cached[0] > now:
                found[subject] = cached[1]
            else:
                missing.append(subject)
        if missing:
            found |= await self._fetch(tenant, missing, now)
        return found

    async def create_keys(self, tenant: str, subjects: Iterable[str]) -> dict[str, SealingKey]:
        """A new key for each person that has none; raises ``SubjectDestroyedError``.

        The keys are committed before anything is sealed under them: a crash in between leaves a key
        without data, never data without a key.
        """
        wanted = sorted(set(subjects))
        keys = await self._tenant(tenant)
        wrapped = [self._wrap_subject_key(keys, tenant, subject) for subject in wanted]
        try:
            async with self._pool.connection(tenant) as connection:
                await connection.execute(
                    "INSERT INTO subject_keys (tenant_id, subject_id, number, tenant_key_version, wrapped)"
                    " SELECT $1, s, 1, $2, w FROM unnest($3::uuid[], $4::bytea[]) AS new(s, w)"
                    " ON CONFLICT DO NOTHING",
                    tenant,
                    keys.current,
                    wanted,
                    wrapped,
                )
        except asyncpg.RaiseError:
            message = "a person among them was erased"
            raise SubjectDestroyedError(message) from None
        return await self.keys(tenant, wanted)

    async def destroy(self, tenant: str, subject: str) -> bool:
        """Overwrite and delete the person's keys and leave a tombstone; true where there was a key.

        Final: no later call makes or returns a key for this person. A second call changes nothing.
        """
        # Before the keys are deleted, so that a fetch which is under way does not bring one back.
        self._destroyed.add((tenant, subject))
        async with self._pool.connection(tenant) as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO tombstones (tenant_id, subject_id, destroyed_at)"
                " VALUES ($1, $2, now()) ON CONFLICT DO NOTHING",
                tenant,
                subject,
            )
            await connection.execute(
                "UPDATE subject_keys SET wrapped = $3 WHERE tenant_id = $1 AND subject_id = $2",
                tenant,
                subject,
                os.urandom(NONCE_BYTES + 32 + 16),
            )
            status = await connection.execute(
                "DELETE FROM subject_keys WHERE tenant_id = $1 AND subject_id = $2", tenant, subject
            )
        self._cache[tenant].pop(subject, None)
        return status != "DELETE 0"

    async def _tenant(self, tenant: str) -> _TenantKeys:
        keys = self._tenants.get(tenant)
        if keys is None:
            keys = self._tenants[tenant] = await self._load_tenant(tenant)
        return keys

    async def _load_tenant(self, tenant: str) -> _TenantKeys:
        rows = await self._pool.fetch(
            tenant,
            "SELECT use, version, wrapped FROM tenant_keys WHERE tenant_id = $1 ORDER BY version",
            tenant,
        )
        opened = [
            (
                use,
                version,
                await asyncio.to_thread(self._provider.unwrap, wrapped, _context(tenant, use)),
            )
            for use, version, wrapped in rows
        ]
        sealing = {version: AESGCM(key) for use, version, key in opened if use == "seal"}
        roots = [key for use, _, key in opened if use == "index"]
        if not sealing or not roots:
            message = "the vault holds no keys for this tenant"
            raise VaultError(message)
        return _TenantKeys(sealing, max(sealing), IndexKeys(roots[-1]))

    async def _fetch(self, tenant: str, subjects: list[str], now: float) -> dict[str, SealingKey]:
        keys = await self._tenant(tenant)
        rows = await self._pool.fetch(
            tenant,
            "SELECT subject_id::text, number, tenant_key_version, wrapped FROM subject_keys"
            " WHERE tenant_id = $1 AND subject_id = ANY($2::uuid[]) ORDER BY number",
            tenant,
            subjects,
        )
        found: dict[str, SealingKey] = {}
        for subject, number, version, wrapped in rows:
            aad = _subject_aad(tenant, subject, number, version)
            data_key = _unwrap(keys.sealing[version], wrapped, aad, subject)
            found[subject] = SealingKey(number, AESGCM(data_key))
        self._remember(tenant, found, now + CACHE_SECONDS)
        return found

    def _remember(self, tenant: str, keys: Mapping[str, SealingKey], expires: float) -> None:
        known = self._cache[tenant]
        if len(keys) + sum(map(len, self._cache.values())) > CACHED_KEYS_MAX:
            self._forget_older_half()
        for subject, key in keys.items():
            if (tenant, subject) not in self._destroyed:
                known[subject] = (expires, key)

    def _forget_older_half(self) -> None:
        for known in self._cache.values():
            for subject in list(islice(known, (len(known) + 1) // 2)):
                del known[subject]

    def _wrap_tenant_key(self, tenant: str, use: str) -> bytes:
        return self._provider.wrap(AESGCM.generate_key(256), _context(tenant, use))

    @staticmethod
    def _wrap_subject_key(keys: _TenantKeys, tenant: str, subject: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        aad = _subject_aad(tenant, subject, FIRST, keys.current)
        return nonce + keys.sealing[keys.current].encrypt(nonce, AESGCM.generate_key(256), aad)


def _unwrap(tenant_key: AESGCM, wrapped: bytes, aad: bytes, subject: str) -> bytes:
    try:
        return tenant_key.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError):
        message = f"the key of {subject} does not open: it was changed or belongs to another"
        raise VaultError(message) from None


def _context(tenant: str, use: str) -> bytes:
    return f"farley/1|{tenant}|{use}".encode()


def _subject_aad(tenant: str, subject: str, number: int, version: int) -> bytes:
    return f"farley/1|{tenant}|{subject}|{number}|{version}".encode()
