"""Wiring: the one place where the parts are put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth.break_glass_limit import BreakGlassLimit
from api.runtime.connections import Connections, connections
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.access.caller import Caller
from domain.credentials.api_keys import ApiKeys
from domain.declaration.registry import Registry
from domain.entities.registry import BUILT_IN
from domain.settings.provisioning import provision
from domain.storage.engine import create_engine
from domain.values.ids import new_id
from domain.writing.unit_of_work import Stores
from policy.snapshots import PolicySnapshots
from policy.subjects.principals import Principal, PrincipalKind, Role
from privacy.audit import AuditWriter
from privacy.purposes import PURPOSES, purpose_named

if TYPE_CHECKING:
    from domain.reading.gate import Reading


class PurposeNotAllowedError(LookupError):
    """The credential may not be used for this purpose."""


@dataclass(frozen=True, slots=True)
class Services(Connections):
    """Everything that a request, a command or a job needs."""

    registry: Registry

    stores: Stores
    policies: PolicySnapshots
    audit: AuditWriter
    api_keys: ApiKeys
    break_glass_limit: BreakGlassLimit

    async def caller(self, principal: Principal, purpose: str) -> Caller:
        """The principal with the policy of this moment.

        Raises ``UnknownPurposeError``, ``PurposeNotAllowedError`` and ``InvalidPolicyError``; each means:
        nothing is allowed.
        """
        declared = purpose_named(purpose)
        if principal.purposes is not None and purpose not in principal.purposes:
            raise PurposeNotAllowedError
        snapshot = await self.policies.snapshot(principal.tenant_id)
        return Caller(principal, declared, snapshot, self.registry)

    def reading(self, caller: Caller, region: str) -> Reading:
        """The gate of reading, for one request."""
        from domain.reading.gate import Reading  # noqa: PLC0415 - most commands read no records

        return Reading(self.pool, self.vault, caller, region)

    async def acting(self, tenant: str, purpose: str = "administration") -> tuple[Caller, str]:
        """Farley itself as a caller, and the tenant's region: what a unit of work needs.

        Raises ``UnknownTenantError``.
        """
        region = await self.tenants.region(tenant)
        return await self.caller(self.service_principal(tenant, purpose), purpose), region

    async def provision(self) -> str:
        """Make the tenant of the settings, or find it as it is; returns its id. For the demo only."""
        slug = self.settings.tenant
        return await provision(self.stores, self.registry, slug, slug.title(), self.settings.region)

    def service_principal(self, tenant: str, purpose: str = "administration") -> Principal:
        """Farley itself, as the worker and the command line act."""
        return Principal(
            tenant_id=tenant,
            kind=PrincipalKind.SERVICE,
            id=new_id(),
            roles=frozenset({Role.SERVICE}),
            purpose=purpose,
        )


@asynccontextmanager
async def services(settings: Settings, urls: Urls) -> AsyncIterator[Services]:
    """All parts, connected; closed again when the block ends."""
    async with AsyncExitStack() as stack:
        engine = create_engine(
            urls.main,
            size_max=settings.pool_size,
            statement_timeout_ms=settings.statement_timeout_ms,
        )
        stack.push_async_callback(engine.dispose)
        base = await stack.enter_async_context(connections(settings, urls, _counting(engine)))
        audit = AuditWriter(base.pool)
        stack.push_async_callback(audit.close)
        yield Services(
            **{part.name: getattr(base, part.name) for part in fields(base)},
            registry=BUILT_IN,
            stores=Stores(engine, base.vault),
            policies=PolicySnapshots(base.pool, shapes=BUILT_IN.shapes, purposes=PURPOSES),
            audit=audit,
            api_keys=ApiKeys(base.pool, base.vault, settings.environment),
            break_glass_limit=BreakGlassLimit(settings.openings_per_hour),
        )


def _counting(engine: AsyncEngine) -> Callable[[], int]:
    """Tells how many connections were made so far."""
    made: list[None] = []
    sa.event.listen(engine.sync_engine, "connect", lambda *_: made.append(None))
    return lambda: len(made)
