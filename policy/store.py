"""The current snapshot of each tenant, read from the database and kept until a newer version."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

import structlog

from policy.compiler import Snapshot, compile_policy
from policy.rules import InvalidPolicyError, RoleLink, Rule
from privacy.database import TenantPool

log = structlog.get_logger(__name__)

VERSION_CHECK_SECONDS = 1.0


class PolicyStore:
    """Hands out snapshots; fails closed: without a valid policy there is none to hand out."""

    def __init__(
        self,
        pool: TenantPool,
        *,
        fields: Mapping[str, frozenset[str]],
        purposes: Iterable[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._fields = fields
        self._purposes = frozenset(purposes)
        self._clock = clock
        self._current: dict[str, Snapshot] = {}
        self._checked: dict[str, float] = {}
        self._loading: dict[str, asyncio.Lock] = {}

    async def snapshot(self, tenant: str) -> Snapshot:
        """The newest valid snapshot, at most a second old; raises ``InvalidPolicyError``."""
        if not self._is_fresh(tenant):
            async with self._loading.setdefault(tenant, asyncio.Lock()):
                if not self._is_fresh(tenant):
                    await self._refresh(tenant)
        return self._current[tenant]

    def _is_fresh(self, tenant: str) -> bool:
        checked = self._checked.get(tenant)
        return checked is not None and self._clock() - checked < VERSION_CHECK_SECONDS

    async def _refresh(self, tenant: str) -> None:
        newest = await self._newest(tenant)
        current = self._current.get(tenant)
        if current is None or current.version != newest:
            await self._swap(tenant, newest)
        self._checked[tenant] = self._clock()

    async def _swap(self, tenant: str, version: int) -> None:
        try:
            self._current[tenant] = await self._load(tenant, version)
        except InvalidPolicyError as error:
            log.error("policy.refused", tenant=tenant, version=version, why=str(error))  # noqa: TRY400 - the trace adds nothing
            if tenant not in self._current:
                raise

    async def _newest(self, tenant: str) -> int:
        rows = await self._pool.fetch(
            tenant, "SELECT max(version) FROM policy_versions WHERE tenant_id = $1", tenant
        )
        return int(rows[0][0] or 0)

    async def _load(self, tenant: str, version: int) -> Snapshot:
        rules = await self._pool.fetch(
            tenant,
            "SELECT subject, resource, action, purpose, condition, fields, effect"
            " FROM policy_rules WHERE tenant_id = $1 AND version = $2 ORDER BY number",
            tenant,
            version,
        )
        links = await self._pool.fetch(
            tenant,
            "SELECT member, role FROM policy_role_links WHERE tenant_id = $1 AND version = $2",
            tenant,
            version,
        )
        return await asyncio.to_thread(
            compile_policy,
            tenant,
            version,
            [Rule(s, r, a, p, c, tuple(f), e) for s, r, a, p, c, f, e in rules],
            [RoleLink(*link) for link in links],
            fields=self._fields,
            purposes=self._purposes,
        )
