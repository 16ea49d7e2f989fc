"""Vault: root key → tenant keys → one random key per person.

Keys live in a database of their own, so that a dump of the main one opens nothing. Destroying a
person's key makes everything sealed under it unreadable, wherever a copy lies (GDPR Art. 17).
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.cooperative_turns import in_parts, in_turns
from privacy.database import WAIT_SECONDS, DatabaseUnavailableError, TenantPool
from privacy.tombstones.tombstone import TombstoneKind
from privacy.tombstones.witnesses import Witness
from privacy.vault import tenant_keys
from privacy.vault.blind_index import IndexKeys
from privacy.vault.opened_keys import OpenedKey, OpenedKeys
from privacy.vault.providers import KeyProvider
from privacy.vault.sealing import NONCE_BYTES, ClosedKey, SealingKey
from privacy.vault.tenant_keys import KEY_BYTES, TenantKeys, VaultError

Suppression = tuple[str, bytes, datetime, datetime | None]
"""Field, keyed hash, since when it keeps somebody out, and when they were let in again."""

FIRST = 1
AT_ONCE = 100
"""Of so many keys the work is short."""
MISSING_SECONDS = 5.0
"""How long a version of a tenant's key that was looked for in vain is not looked for again."""

__all__ = ["SubjectDestroyedError", "Vault", "VaultError"]


class SubjectDestroyedError(Exception):
    """The person was erased; nothing may be sealed for them again."""


class Vault:
    """Hands out keys that are ready for use. Opening a value with one is the caller's explicit act."""

    def __init__(
        self,
        pool: TenantPool,
        provider: KeyProvider,
        clock: Callable[[], float] = time.monotonic,
        witness: Witness | None = None,
    ) -> None:
        """Whom a vault destroys without a witness the guard misses in main: nothing is served then."""
        self._pool = pool
        self._witness = witness
        self.provider = provider
        self._clock = clock
        self._tenants: dict[str, TenantKeys] = {}
        self._missing: dict[tuple[str, int], float] = {}
        self._asked: set[str] = set()
        self._changes = 0
        """Counts what was heard of tenants' keys: those that were fetched before it are fetched anew."""
        self._fetched_at: dict[str, int] = {}
        self.opened = OpenedKeys(clock, self._heard)
        """Unless somebody keeps its lease (``key_listener``), every key is fetched each time."""

    async def create_tenant(self, tenant: str) -> None:
        """Make the tenant's first sealing key and index root; a second call changes nothing."""
        rows = [
            (tenant, use, await asyncio.to_thread(self._wrap_tenant_key, tenant, use))
            for use in ("seal", "index")
        ]
        async with self._pool.connection(tenant) as connection:
            await connection.executemany(
                "INSERT INTO tenant_keys (tenant_id, use, version, wrapped, created_at)"
                " SELECT $1::uuid, $2::text, 1, $3::bytea, now() WHERE NOT EXISTS"
                " (SELECT FROM tenant_keys WHERE tenant_id = $1 AND use = $2)"
                " ON CONFLICT DO NOTHING",
                rows,
            )

    async def index(self, tenant: str) -> IndexKeys:
        """The tenant's tag keys.

        INVARIANT: they are as they stood less than ``LEASE_SECONDS`` before this call, or later.
        """
        keys = self._tenants.get(tenant)
        is_old = self._fetched_at.get(tenant) != self._changes
        if keys is None or is_old or self._clock() >= self.opened.until:
            keys = await self.newer(tenant, keys)
        return keys.index

    async def keys(self, tenant: str, subjects: Iterable[str]) -> dict[str, SealingKey]:
        """The keys of these people, in one round trip; who was erased is absent, and whose key was
        damaged has a ``ClosedKey``.
        """
        now, wanted = self._clock(), set(subjects)
        parts = in_parts(list(wanted), AT_ONCE)
        ready = await in_turns(parts, lambda part: self.opened.ready(tenant, part, now))
        found = _together(ready)
        if len(found) < len(wanted):
            found |= await self._fetch(tenant, wanted - found.keys(), now)
        return found

    async def create_keys(self, tenant: str, subjects: Iterable[str]) -> dict[str, SealingKey]:
        """A new key for each person that has none; raises ``SubjectDestroyedError``.

        The keys are committed before anything is sealed under them: a crash in between leaves a key
        without data, never data without a key.
        """
        wanted = sorted(set(subjects))
        keys = await self.tenant(tenant)
        try:
            made = await self._create(tenant, wanted, keys)
        except asyncpg.ObjectNotInPrerequisiteStateError:  # The tenant's key was rotated meanwhile.
            made = await self._create(tenant, wanted, await self.newer(tenant, keys))
        if len(made) < len(wanted):
            made |= await self.keys(tenant, set(wanted) - made.keys())
        return made

    async def destroy(
        self, tenant: str, subject: str, kind: TombstoneKind = TombstoneKind.ERASED
    ) -> bool:
        """Overwrite and delete the person's keys and leave a tombstone; true where there was a key.

        Final: no later call makes or returns a key for this person; a second call changes nothing. When
        it returns, the main database and the journal know of it too; raises ``JournalError``.
        Other processes hear of it within ``opened_keys.LEASE_SECONDS``: ``forgotten_everywhere`` waits.
        """
        if self._witness:
            await self._witness.announce(tenant, subject, kind)
        had_key = await self.destroy_again(tenant, subject, kind)
        if self._witness:
            await self._witness.confirm(tenant, subject, kind)
        return had_key

    async def destroy_again(self, tenant: str, subject: str, kind: TombstoneKind) -> bool:
        """The same for a person whom the journal names: the main database is told by ``destroy``, later."""
        async with self._pool.connection(tenant) as connection:
            noise = os.urandom(NONCE_BYTES + 32 + 16)
            had_key = await connection.fetchval(
                "SELECT destroy_subject($1, $2, $3, $4)", tenant, subject, noise, kind
            )
        self.opened.drop(subject)
        return bool(had_key)

    async def keep_out(self, tenant: str, kept: Iterable[Suppression]) -> None:
        """Keep suppressions here too, and when they were lifted: an older main database forgot some."""
        columns = [list(column) for column in zip(*kept, strict=True)]
        if columns:
            async with self._pool.connection(tenant) as connection:
                await connection.execute(
                    "INSERT INTO kept_out (tenant_id, field, tag, created_at, lifted_at) SELECT $1, new.*"
                    " FROM unnest($2::text[], $3::bytea[], $4::timestamptz[], $5::timestamptz[]) AS new"
                    " ORDER BY 2, 3 ON CONFLICT (tenant_id, field, tag) DO UPDATE SET"
                    " created_at = greatest(kept_out.created_at, excluded.created_at),"
                    " lifted_at = greatest(kept_out.lifted_at, excluded.lifted_at)",
                    tenant,
                    *columns,
                )

    async def kept_out(self, tenant: str) -> list[Suppression]:
        """All suppressions that were kept here."""
        sql = "SELECT field, tag, created_at, lifted_at FROM kept_out WHERE tenant_id = $1"
        return [(*row,) for row in await self._pool.fetch(tenant, sql, tenant)]

    async def forgotten_everywhere(self) -> None:
        """Return when no process uses a key any more whose destruction was committed before this call."""
        await self.opened.forgotten_everywhere(self._clock())

    async def tenant(self, tenant: str) -> TenantKeys:
        """The tenant's own keys."""
        keys = self._tenants.get(tenant)
        return keys or await self.newer(tenant, None)

    async def newer(self, tenant: str, known: TenantKeys | None) -> TenantKeys:
        """The tenant's own keys as they stand now; the provider opens those that are not ``known``."""
        self._asked.add(tenant)
        changes = self._changes
        keys = await tenant_keys.load(self._pool, self.provider, tenant, known)
        self._tenants[tenant], self._fetched_at[tenant] = keys, changes
        return keys

    def _heard(self, changed: str | None) -> None:
        if changed is None or changed in self._asked:
            self._changes += 1

    async def _create(
        self, tenant: str, wanted: list[str], keys: TenantKeys
    ) -> dict[str, SealingKey]:
        """Those that were made here: who had a key already is absent."""
        now, changes = self._clock(), self.opened.changes
        new = {subject: OpenedKey(FIRST, bytearray(os.urandom(KEY_BYTES))) for subject in wanted}
        wrapped = [keys.wrap(tenant, one, FIRST, key.secret) for one, key in new.items()]
        try:
            async with self._pool.connection(tenant) as connection:
                rows = await connection.fetch(
                    "INSERT INTO subject_keys (tenant_id, subject_id, number, tenant_key_version, wrapped)"
                    " SELECT $1, s, 1, $2, w FROM unnest($3::uuid[], $4::bytea[]) AS new(s, w)"
                    " WHERE NOT EXISTS (SELECT FROM subject_keys k"
                    " WHERE k.tenant_id = $1 AND k.subject_id = s)"
                    " ON CONFLICT DO NOTHING RETURNING subject_id::text",
                    tenant,
                    keys.current,
                    wanted,
                    wrapped,
                )
        except asyncpg.RaiseError:
            message = "a person among them was erased"
            raise SubjectDestroyedError(message) from None
        return self.opened.remember(tenant, {one: new[one] for (one,) in rows}, now, changes)

    async def _fetch(self, tenant: str, subjects: set[str], now: float) -> dict[str, SealingKey]:
        keys, changes = await self.tenant(tenant), self.opened.changes
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                rows = await self._pool.fetch(
                    tenant,
                    "SELECT subject_id::text, number, tenant_key_version, wrapped, seals"
                    " FROM subject_keys WHERE tenant_id = $1 AND subject_id = ANY($2::uuid[])"
                    " ORDER BY number",
                    tenant,
                    list(subjects),
                )
        except TimeoutError as error:
            raise DatabaseUnavailableError from error
        keys = await self._with_versions(tenant, keys, {row[2] for row in rows})
        found: dict[str, OpenedKey] = {}
        damaged: dict[str, tuple[int, str]] = {}

        def unwrap(part: Sequence[asyncpg.Record]) -> None:
            for subject, number, version, wrapped, seals in part:
                try:
                    key = OpenedKey(number, keys.unwrap(tenant, subject, number, version, wrapped))
                except VaultError as error:
                    if seals or subject not in damaged:
                        damaged[subject] = number, str(error)
                    continue
                known = found.get(subject)
                found[subject] = key if known is None else _joined(known, key, seals=seals)

        def remember(part: Sequence[str]) -> dict[str, SealingKey]:
            return self.opened.remember(tenant, {one: found[one] for one in part}, now, changes)

        await in_turns(in_parts(rows, AT_ONCE), unwrap)
        closed = {one: _closed(*told, found.pop(one, None)) for one, told in damaged.items()}
        return _together(await in_turns(in_parts(list(found), AT_ONCE), remember)) | closed

    async def _with_versions(self, tenant: str, keys: TenantKeys, versions: set[int]) -> TenantKeys:
        """The tenant's keys, loaded once more where a version among these is unknown."""
        unknown = versions - keys.sealing.keys()
        now = self._clock()
        if not any(self._missing.get((tenant, version), now) <= now for version in unknown):
            return keys
        keys = await self.newer(tenant, keys)
        for version in unknown - keys.sealing.keys():
            self._missing[tenant, version] = now + MISSING_SECONDS
        return keys

    def _wrap_tenant_key(self, tenant: str, use: str) -> bytes:
        return self.provider.wrap(AESGCM.generate_key(256), tenant_keys.context(tenant, use))


def _together(parts: Sequence[dict[str, SealingKey]]) -> dict[str, SealingKey]:
    return parts[0] if len(parts) == 1 else dict(chain.from_iterable(one.items() for one in parts))


def _closed(number: int, reason: str, open_: OpenedKey | None) -> ClosedKey:
    """What is left of a person's keys of which one was damaged: nothing is sealed for them until it is
    mended.
    """
    if open_ is None:
        return ClosedKey(number, reason)
    ready = open_.made_ready()
    return ClosedKey(number, reason, (ready, *ready.others))


def _joined(known: OpenedKey, newer: OpenedKey, *, seals: bool) -> OpenedKey:
    """The one that seals, with the others to open what was sealed with them."""
    first, second = (newer, known) if seals else (known, newer)
    first.others, second.others = (second, *known.others), ()
    return first
