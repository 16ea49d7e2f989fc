"""Key numbers: a person's next key is made, made known, used, and alone in the end.

1. ``add``: a key of the next number is there, with which nothing is sealed yet. Once every process has
   forgotten what it kept (``Vault.forgotten_everywhere``), each can open what will be sealed with it.
2. ``activate``: from then on, again once every process has forgotten, nothing is sealed with an older one.
3. ``drop_older``: after the caller has resealed what was sealed with the older ones, and made sure of it.

Each step can be run again. None makes a key for a destroyed person: a new number stands beside an older one
or not at all, and the database refuses it behind a tombstone.
"""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.cooperative_turns import in_parts
from privacy.database import TenantPool
from privacy.vault.tenant_keys import TenantKeys
from privacy.vault.vault import SubjectDestroyedError, Vault

CHUNK = 500
"""So few that whoever is destroyed meanwhile waits for some hundredths of a second at most."""
ATTEMPTS_MAX = 10

# INVARIANT: the order is that of the column, which the index has, and not of its text beside it.
OUTDATED = """SELECT k.subject_id::text FROM subject_keys k WHERE tenant_id = $1 AND k.subject_id > $2
    GROUP BY k.subject_id HAVING max(created_at) < $3 OR count(*) > 1
    ORDER BY k.subject_id LIMIT $4"""
SINGLE = """SELECT subject_id::text, max(number) + 1 FROM subject_keys
    WHERE tenant_id = $1 AND subject_id = ANY($2::uuid[])
    GROUP BY subject_id HAVING count(*) = 1"""
ADD = """INSERT INTO subject_keys (tenant_id, subject_id, number, tenant_key_version, wrapped, seals)
    SELECT $1, n.subject, n.number, $2, n.wrapped, false
    FROM unnest($3::uuid[], $4::bigint[], $5::bytea[]) AS n(subject, number, wrapped)
    JOIN subject_keys k ON k.tenant_id = $1 AND k.subject_id = n.subject AND k.number = n.number - 1
    WHERE NOT EXISTS (SELECT FROM tombstones t WHERE t.tenant_id = $1 AND t.subject_id = n.subject)
    ON CONFLICT DO NOTHING"""
ACTIVATE = """UPDATE subject_keys SET seals = true
    WHERE tenant_id = $1 AND subject_id = ANY($2::uuid[]) AND NOT seals"""
DROP = """DELETE FROM subject_keys k WHERE k.tenant_id = $1 AND k.subject_id = ANY($2::uuid[])
    AND EXISTS (SELECT FROM subject_keys newer WHERE newer.tenant_id = $1
        AND newer.subject_id = k.subject_id AND newer.number > k.number AND newer.seals)"""


class KeyNumbers:
    """The numbers of one tenant's people's keys."""

    def __init__(self, pool: TenantPool, vault: Vault, tenant: str) -> None:
        self._pool = pool
        self._vault = vault
        self._tenant = tenant

    async def outdated(self, before: datetime, after: str, limit: int) -> list[str]:
        """People behind the id ``after`` whose key is older, or whose older key is not gone yet."""
        rows = await self._pool.fetch(self._tenant, OUTDATED, self._tenant, after, before, limit)
        return [row[0] for row in rows]

    async def add(self, subjects: Sequence[str]) -> int:
        """A key of the next number for each of these people who has one alone; returns how many.

        Raises ``SubjectDestroyedError`` where people are destroyed again and again meanwhile.
        """
        added = 0
        for chunk in in_parts(subjects, CHUNK):
            added += await self._add_undestroyed(chunk)
        return added

    async def activate(self, subjects: Sequence[str]) -> None:
        """Seal with the newest key from now on."""
        await self._each(ACTIVATE, subjects)

    async def drop_older(self, subjects: Sequence[str]) -> int:
        """Delete all keys but the one that seals; what was sealed with them is lost."""
        return await self._each(DROP, subjects)

    async def _add_undestroyed(self, subjects: Sequence[str]) -> int:
        keys = await self._vault.tenant(self._tenant)
        for _ in range(ATTEMPTS_MAX):
            try:
                return await self._add(subjects, keys)
            except asyncpg.ObjectNotInPrerequisiteStateError:  # The tenant's key was rotated.
                keys = await self._vault.newer(self._tenant, keys)
            except asyncpg.RaiseError:  # One of them was destroyed meanwhile: now it is left out.
                continue
        message = "people are destroyed again and again"
        raise SubjectDestroyedError(message)

    async def _add(self, subjects: Sequence[str], keys: TenantKeys) -> int:
        tenant = self._tenant
        rows = await self._pool.fetch(tenant, SINGLE, tenant, subjects)
        people, numbers = [row[0] for row in rows], [row[1] for row in rows]
        wrapped = [keys.wrap(tenant, s, n, AESGCM.generate_key(256)) for s, n in rows]
        async with self._pool.connection(tenant) as connection:
            status = await connection.execute(ADD, tenant, keys.current, people, numbers, wrapped)
        return int(status.split()[-1])

    async def _each(self, sql: str, subjects: Sequence[str]) -> int:
        count = 0
        for chunk in in_parts(subjects, CHUNK):
            async with self._pool.connection(self._tenant) as connection:
                status = await connection.execute(sql, self._tenant, chunk)
            count += int(status.split()[-1])
        return count
