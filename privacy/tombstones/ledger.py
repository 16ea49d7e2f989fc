"""Ledger: the tombstones as each of the two databases knows them, and which database it is.

A ledger is of all tenants together, like the changes of keys: ids, nothing else. What it holds is
counted by a trigger in one row of ``tombstone_marks``, so that two ledgers are compared by two numbers.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from privacy.database import TenantPool
from privacy.tombstones.tombstone import Extent, Key, Tombstone, TombstoneKind

RESTORING = "restoring"
"""The identity of a database in which tombstones are being replayed: none has it."""

# What no copy has: another cluster has another identifier, a database that was made anew another oid, and
# one that was recovered up to a point in time, or promoted, another timeline.
IS = """(SELECT system_identifier::text FROM pg_control_system())
    || '/' || (SELECT oid::text FROM pg_database WHERE datname = current_database())
    || '/' || CASE WHEN pg_is_in_recovery() THEN 'standby'
        ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END"""
MARKS = f"SELECT count, digest, identity, {IS} FROM tombstone_marks"  # noqa: S608 - our own text
ALL = "SELECT tenant::text, subject::text, kind, destroyed_at FROM tombstone_log"
ANNOUNCE = """INSERT INTO tombstone_log (tenant, subject, kind) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING"""
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('farley tombstones', 0))"
CONFIRM = """INSERT INTO tombstone_log AS known (tenant, subject, kind, destroyed_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])
    ON CONFLICT (tenant, subject) DO UPDATE SET destroyed_at = excluded.destroyed_at
    WHERE known.destroyed_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Marks:
    """How much a ledger holds; the database that it was written in, if any; the one that it is in."""

    extent: Extent
    written_in: str | None
    is_in: str

    @property
    def is_new(self) -> bool:
        """Whether nobody has begun to watch this database."""
        return self.written_in is None

    @property
    def is_moved(self) -> bool:
        """Whether it was restored or moved, or is being restored."""
        return self.written_in != self.is_in


class Ledger:
    """One database's."""

    def __init__(self, pool: TenantPool) -> None:
        self._pool = pool

    async def marks(self) -> Marks:
        """What a glance shows; raises ``DatabaseUnavailableError``."""
        async with self._pool.unbound() as connection:
            ((count, number, written_in, is_in),) = await connection.fetch(MARKS, timeout=2)
        return Marks(Extent(count, number), written_in, is_in)

    async def destroyed(self) -> dict[Key, Tombstone]:
        """Everybody whose key is known to be destroyed."""
        rows = await self._rows(f"{ALL} WHERE destroyed_at IS NOT NULL")
        found = (
            Tombstone(tenant, subject, TombstoneKind(kind), at)
            for tenant, subject, kind, at in rows
        )
        return {one.key: one for one in found}

    async def announced(self) -> set[Key]:
        """Everybody whose key was destroyed or was about to be."""
        return {(tenant, subject) for tenant, subject, _, _ in await self._rows(ALL)}

    async def announce(self, tenant: str, subject: str, kind: TombstoneKind) -> None:
        """Somebody's key is about to be destroyed."""
        async with self._pool.unbound() as connection:
            await connection.execute(ANNOUNCE, tenant, subject, kind)

    async def confirm(self, tombstones: Iterable[Tombstone]) -> None:
        """These people's keys are destroyed; what is known already stays as it is."""
        rows = [(one.tenant, one.subject, one.kind, one.at) for one in tombstones]
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            async with self._pool.unbound() as connection:
                await connection.execute(CONFIRM, *columns)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Wait until no other process begins to watch the two databases, and keep them from it."""
        async with self._pool.unbound() as connection, connection.transaction():
            await connection.execute(ALONE)
            yield

    async def settle(self) -> None:
        """From now on this is the database that the ledger belongs to."""
        async with self._pool.unbound() as connection:
            await connection.execute(f"UPDATE tombstone_marks SET identity = {IS}")  # noqa: S608 - our own text

    async def unsettle(self) -> None:
        """Tombstones are being replayed: nobody may serve it until it is settled again."""
        async with self._pool.unbound() as connection:
            await connection.execute("UPDATE tombstone_marks SET identity = $1", RESTORING)

    async def _rows(self, sql: str) -> Iterable[tuple[str, str, str, datetime]]:
        async with self._pool.unbound() as connection:
            rows = await connection.fetch(sql)
        return [(tenant, subject, kind, at) for tenant, subject, kind, at in rows]
