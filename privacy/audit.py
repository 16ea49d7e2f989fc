"""Audit trail: one entry for every change and for every request that opened sealed fields.

An entry commits to metadata only (who, what, which fields, for which purpose, under which policy
version) and to keyed references of the people concerned, never to values. Its hash is that of a
Merkle tree leaf (RFC 6962, section 2.1), over the canonical bytes that are stored.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import msgspec

from privacy.database import TenantPool

OPENED = "open"
"""The action of an entry that tells what was opened."""

INSERT_ENTRIES = (
    "INSERT INTO audit_leaves (tenant_id, at, leaf, leaf_hash)"
    " SELECT $1, at, leaf, hash FROM unnest($2::timestamptz[], $3::bytea[], $4::bytea[])"
    " AS new(at, leaf, hash)"
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry. ``subjects`` are keyed references (hexadecimal), ``entities`` ids of records."""

    at: datetime
    actor: str
    action: str
    resource: str
    purpose: str
    policy_version: int
    fields: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()

    def encoded(self) -> bytes:
        """Canonical bytes: JSON with sorted keys and times in UTC."""
        return msgspec.json.encode(replace(self, at=self.at.astimezone(UTC)), order="sorted")


@dataclass(frozen=True, slots=True)
class ReasonedAuditEntry(AuditEntry):
    """An entry about something that took a reason: which one, in clear and never a free text, and the ids
    of the rules that allowed it.
    """

    reason: str = ""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InformedAuditEntry(AuditEntry):
    """An entry about something of which the person had to be told before: when, in UTC."""

    informed_at: datetime = field(kw_only=True)


def leaf_hash(encoded: bytes) -> bytes:
    """SHA-256(0x00 || leaf), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + encoded).digest()


def columns(entries: Sequence[AuditEntry]) -> tuple[list[datetime], list[bytes], list[bytes]]:
    """The arguments of ``INSERT_ENTRIES`` after the tenant."""
    encoded = [entry.encoded() for entry in entries]
    return [entry.at.astimezone(UTC) for entry in entries], encoded, [leaf_hash(e) for e in encoded]


class AuditWriter:
    """Writes the entries of reading requests; many requests that come together share one commit.

    ``write`` returns when the entry is durable, so that an answer is sent only after its trace.
    """

    def __init__(self, pool: TenantPool) -> None:
        self._pool = pool
        self._waiting: dict[str, list[tuple[AuditEntry, asyncio.Future[None]]]] = defaultdict(list)
        self._writers: dict[str, asyncio.Task[None]] = {}

    async def write(self, tenant: str, entry: AuditEntry) -> None:
        """Make one entry durable; raises ``DatabaseUnavailableError``."""
        done = asyncio.get_running_loop().create_future()
        self._waiting[tenant].append((entry, done))
        if tenant not in self._writers:
            self._writers[tenant] = asyncio.create_task(self._drain(tenant))
        await done

    async def close(self) -> None:
        """Wait for what is being written."""
        with suppress(Exception):  # Each failure was handed to the request that waited for it.
            await asyncio.gather(*self._writers.values())

    async def _drain(self, tenant: str) -> None:
        try:
            while batch := self._waiting.pop(tenant, []):
                await self._commit(tenant, batch)
        finally:
            del self._writers[tenant]

    async def _commit(
        self, tenant: str, batch: list[tuple[AuditEntry, "asyncio.Future[None]"]]
    ) -> None:
        failure: BaseException | None = None
        try:
            async with self._pool.connection(tenant) as connection:
                await connection.execute(
                    INSERT_ENTRIES, tenant, *columns([entry for entry, _ in batch])
                )
        except Exception as error:  # noqa: BLE001 - handed on to every request that waits
            failure = error
        for _, done in batch:
            if done.done():
                continue
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)
