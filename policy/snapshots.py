"""Snapshots of policies: the current one of each tenant, read from the database and kept until a newer
version.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence

import asyncpg
import structlog

from policy.compiler import Snapshot, compile_policy
from policy.rules import InvalidPolicyError, RoleLink, Rule
from policy.shapes.row_shape import RowShape
from privacy.database import DatabaseUnavailableError, TenantPool

log = structlog.get_logger(__name__)

VERSION_CHECK_SECONDS = 0.5
"""How long a snapshot is taken for the newest where nobody told of another; with the time it takes to load
one this stays below a second.
"""

PAGE = 1_000


class PolicySnapshots:
    """Hands out snapshots; fails closed: without a valid policy there is none to hand out."""

    def __init__(
        self,
        pool: TenantPool,
        *,
        shapes: Mapping[str, RowShape],
        purposes: Iterable[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._shapes = shapes
        self._purposes = frozenset(purposes)
        self._clock = clock
        self._current: dict[str, Snapshot] = {}
        self._refused: dict[str, int] = {}
        self._checked: dict[str, float] = {}
        self._loading: dict[str, asyncio.Lock] = {}
        self._expiries = 0
        self._swapping: set[asyncio.Task[None]] = set()

    def expire(self, tenant: str | None = None) -> None:
        """Look for a newer version (of every tenant) at the next request."""
        self._expiries += 1
        if tenant is None:
            self._checked.clear()
        else:
            self._checked.pop(tenant, None)

    def told_of(self, tenant: str) -> None:
        """There is a new version: have it before the next request asks, where any ever asked."""
        self.expire(tenant)
        if tenant in self._current:
            task = asyncio.create_task(self._swap_ahead(tenant))
            self._swapping.add(task)
            task.add_done_callback(self._swapping.discard)

    async def settle(self) -> None:
        """Wait for what ``told_of`` began."""
        await asyncio.gather(*self._swapping)

    async def _swap_ahead(self, tenant: str) -> None:
        try:
            await self.snapshot(tenant)
        except (DatabaseUnavailableError, InvalidPolicyError, asyncpg.PostgresError) as error:
            log.warning("policy.late", tenant=tenant, error=type(error).__name__)

    async def snapshot(self, tenant: str) -> Snapshot:
        """The newest valid snapshot, less than a second old; raises ``InvalidPolicyError``."""
        if not self._is_fresh(tenant):
            async with self._loading.setdefault(tenant, asyncio.Lock()):
                if not self._is_fresh(tenant):
                    await self._refresh(tenant)
        return self._current[tenant]

    def _is_fresh(self, tenant: str) -> bool:
        checked = self._checked.get(tenant)
        return checked is not None and self._clock() - checked < VERSION_CHECK_SECONDS

    async def _refresh(self, tenant: str) -> None:
        asked, expiries = self._clock(), self._expiries
        newest = await self._newest(tenant)
        current = self._current.get(tenant)
        if current is None or newest not in {current.version, self._refused.get(tenant)}:
            await self._swap(tenant, newest)
        if expiries == self._expiries:
            self._checked[tenant] = asked

    async def _swap(self, tenant: str, version: int) -> None:
        try:
            self._current[tenant] = await self._load(tenant, version)
        except InvalidPolicyError as error:
            log.error("policy.refused", tenant=tenant, version=version, why=str(error))  # noqa: TRY400 - the trace adds nothing
            if tenant not in self._current:
                raise
            self._refused[tenant] = version

    async def _newest(self, tenant: str) -> int:
        rows = await self._pool.fetch(
            tenant, "SELECT max(version) FROM policy_versions WHERE tenant_id = $1", tenant
        )
        return int(rows[0][0] or 0)

    async def _load(self, tenant: str, version: int) -> Snapshot:
        rules = [rule async for page in self._pages(tenant, version) for rule in page]
        links = await self._pool.fetch(
            tenant,
            "SELECT member, role FROM policy_role_links WHERE tenant_id = $1 AND version = $2",
            tenant,
            version,
        )
        return await asyncio.to_thread(self._compiled, tenant, version, rules, links)

    async def _pages(self, tenant: str, version: int) -> AsyncIterator[Sequence[asyncpg.Record]]:
        """The rules, some at a time, so that the event loop does other things while they are read."""
        number, page = -1, PAGE
        while page == PAGE:
            rows = await self._pool.fetch(
                tenant,
                "SELECT subject, resource, action, purpose, condition, fields, effect, number"
                " FROM policy_rules WHERE tenant_id = $1 AND version = $2 AND number > $3"
                " ORDER BY number LIMIT $4",
                tenant,
                version,
                number,
                PAGE,
            )
            yield rows
            page = len(rows)
            number = rows[-1][-1] if rows else number

    def _compiled(
        self,
        tenant: str,
        version: int,
        rules: Iterable[asyncpg.Record],
        links: Iterable[asyncpg.Record],
    ) -> Snapshot:
        return compile_policy(
            tenant,
            version,
            (Rule(s, r, a, p, c, tuple(f), e) for s, r, a, p, c, f, e, _ in rules),
            (RoleLink(*link) for link in links),
            shapes=self._shapes,
            purposes=self._purposes,
        )
