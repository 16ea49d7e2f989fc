"""The one place where the parts are put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from api.databases import Urls, require_data_dir
from api.openings import Openings
from api.settings import Settings
from api.tokens import Signer
from domain.credentials.api_keys import ApiKeys
from domain.directory.standing import Directory
from domain.ids import new_id
from domain.persistence.engine import create_engine
from domain.persistence.unit_of_work import Stores
from domain.provisioning import provision, tenant_id
from domain.reading.caller import Caller
from domain.reading.gate import Reading
from domain.resources import FIELDS
from domain.tenants import Tenants
from domain.trusted_documents import TrustedDocuments
from policy.principals import Principal, PrincipalKind, Role
from policy.store import PolicyStore
from privacy.audit import AuditWriter
from privacy.database import TenantPool
from privacy.purposes import PURPOSES, purpose_named
from privacy.tombstones.findings import Records
from privacy.tombstones.guard import Guard, RestoreNeededError
from privacy.tombstones.journal import Journal
from privacy.tombstones.ledger import Ledger
from privacy.tombstones.witness import Witness
from privacy.vault import Vault
from privacy.vault.hearing import hearing
from privacy.vault.root_keys import root_keys


class PurposeNotAllowedError(LookupError):
    """The credential may not be used for this purpose."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a request, a command or a job needs."""

    settings: Settings
    pool: TenantPool
    vault_pool: TenantPool
    vault: Vault
    guard: Guard
    stores: Stores
    policies: PolicyStore
    tenants: Tenants
    documents: TrustedDocuments
    audit: AuditWriter
    signer: Signer
    directory: Directory
    api_keys: ApiKeys
    openings: Openings

    async def caller(self, principal: Principal, purpose: str) -> Caller:
        """The principal with the policy of this moment.

        Raises ``UnknownPurposeError``, ``PurposeNotAllowedError`` and ``InvalidPolicyError``; each means:
        nothing is allowed.
        """
        declared = purpose_named(purpose)
        if principal.purposes is not None and purpose not in principal.purposes:
            raise PurposeNotAllowedError
        return Caller(principal, declared, await self.policies.snapshot(principal.tenant_id))

    def reading(self, caller: Caller, region: str) -> Reading:
        """The gate of reading, for one request."""
        return Reading(self.pool, self.vault, caller, region)

    async def acting(self, tenant: str, purpose: str = "administration") -> tuple[Caller, str]:
        """Farley itself as a caller, and the tenant's region: what a unit of work needs.

        Raises ``UnknownTenantError``.
        """
        region = await self.tenants.region(tenant)
        return await self.caller(self.service_principal(tenant, purpose), purpose), region

    @property
    def own_tenant(self) -> str:
        """The id of the tenant of the settings, whether it is there or not."""
        return tenant_id(self.settings.tenant)

    async def provision(self) -> str:
        """Make the tenant of the settings, or find it as it is; returns its id. For the demo only."""
        slug = self.settings.tenant
        return await provision(self.stores, slug, slug.title(), self.settings.region)

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
    require_data_dir(settings)
    settings.keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with AsyncExitStack() as stack:
        pool = await _pool(stack, urls.main, settings)
        vault_pool = await _pool(stack, urls.vault, settings)
        main, journal = Ledger(pool), Journal(settings.journal_path)
        vault = Vault(vault_pool, root_keys(settings.root_key_urls), witness=Witness(main, journal))
        await stack.enter_async_context(hearing(urls.vault, vault.opened))
        engine = create_engine(
            urls.main,
            size_max=settings.pool_size,
            statement_timeout_ms=settings.statement_timeout_ms,
        )
        stack.push_async_callback(engine.dispose)
        guard = Guard(
            Records(main, Ledger(vault_pool), journal), _counting(engine, pool, vault_pool)
        )
        with suppress(
            RestoreNeededError
        ):  # The operator is told; a request, a job or a command is refused.
            await guard.require()
        audit = AuditWriter(pool)
        stack.push_async_callback(audit.close)
        yield Services(
            settings=settings,
            pool=pool,
            vault_pool=vault_pool,
            vault=vault,
            guard=guard,
            stores=Stores(engine, vault),
            policies=PolicyStore(pool, fields=FIELDS, purposes=PURPOSES),
            tenants=Tenants(pool),
            documents=TrustedDocuments(pool),
            audit=audit,
            signer=Signer.from_file(
                settings.keys_dir / "signing.pem", settings.issuer, settings.audience
            ),
            directory=Directory(pool),
            api_keys=ApiKeys(pool, vault, settings.environment),
            openings=Openings(settings.openings_per_hour),
        )


def _counting(engine: AsyncEngine, *pools: TenantPool) -> Callable[[], int]:
    """Tells how many connections were made so far."""
    made: list[None] = []
    sa.event.listen(engine.sync_engine, "connect", lambda *_: made.append(None))
    return lambda: len(made) + sum(pool.made for pool in pools)


async def _pool(stack: AsyncExitStack, url: str, settings: Settings) -> TenantPool:
    pool = await TenantPool.open(
        url, size_max=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms
    )
    stack.push_async_callback(pool.close)
    return pool
