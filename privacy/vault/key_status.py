"""Status of a tenant's keys: what a rotation has left to do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from privacy.database import TenantPool
from privacy.vault.index_roots import INDEX
from privacy.vault.providers import KeyProvider

TENANT_KEYS = """SELECT t.use, t.version, t.created_at, t.wrapped, t.step,
    (SELECT count(*) FROM subject_keys k WHERE k.tenant_id = $1 AND t.use = 'seal'
        AND k.tenant_key_version = t.version)
    FROM tenant_keys t WHERE t.tenant_id = $1 ORDER BY t.use DESC, t.version"""
PEOPLE = """SELECT count(*), coalesce(sum((numbers > 1)::int), 0)::bigint, min(oldest) FROM (
    SELECT count(*) AS numbers, min(created_at) AS oldest FROM subject_keys
    WHERE tenant_id = $1 GROUP BY subject_id) p"""
DESTROYED = """SELECT subject_id::text FROM tombstones
    WHERE tenant_id = $1 AND subject_id = ANY($2::uuid[])"""


@dataclass(frozen=True, slots=True)
class TenantKey:
    """One version of one of the tenant's keys; ``subject_keys`` are those that it wraps."""

    use: str
    version: int
    created_at: datetime
    is_under_newest_root: bool
    subject_keys: int
    step: str | None = None


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """Counts only. ``unfinished``: people whose older key is not gone yet."""

    tenant_keys: tuple[TenantKey, ...]
    people: int
    unfinished: int
    destroyed: int
    oldest_subject_key: datetime | None

    @property
    def is_settled(self) -> bool:
        """Whether no rotation has anything left to do."""
        uses = [key.use for key in self.tenant_keys]
        roots = all(key.is_under_newest_root for key in self.tenant_keys)
        return uses.count("seal") == uses.count(INDEX) == 1 and roots and not self.unfinished


async def key_status(pool: TenantPool, provider: KeyProvider, tenant: str) -> KeyStatus:
    """How the tenant's keys stand now."""
    keys = await pool.fetch(tenant, TENANT_KEYS, tenant)
    ((people, unfinished, oldest),) = await pool.fetch(tenant, PEOPLE, tenant)
    stones = "SELECT count(*) FROM tombstones WHERE tenant_id = $1"
    ((destroyed,),) = await pool.fetch(tenant, stones, tenant)
    shown = tuple(
        TenantKey(u, v, at, provider.current(w), n, step) for u, v, at, w, step, n in keys
    )
    return KeyStatus(shown, people, unfinished, destroyed, oldest)


async def destroyed_among(pool: TenantPool, tenant: str, subjects: Collection[str]) -> set[str]:
    """Those of these people who were destroyed."""
    rows = await pool.fetch(tenant, DESTROYED, tenant, list(subjects))
    return {row[0] for row in rows}
