"""Connections: both databases, the vault and who may come in, without what reads and writes records.

A command that needs no more (`farley token`) loads neither SQLAlchemy nor the records' fields.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from api.auth.tokens import Signer
from api.settings.databases import Urls, require_data_dir
from api.settings.settings import Settings
from domain.directory.principal_status import Directory
from domain.settings.tenants import Tenants, tenant_id
from domain.settings.trusted_documents import TrustedDocuments
from privacy.database import TenantPool
from privacy.tombstones.findings import TombstoneRecords
from privacy.tombstones.guard import Guard, RestoreNeededError
from privacy.tombstones.journal import Journal
from privacy.tombstones.ledger import Ledger
from privacy.tombstones.witnesses import Witness
from privacy.vault import Vault
from privacy.vault.key_listener import listening_for_keys
from privacy.vault.root_keys import root_keys


@dataclass(frozen=True, slots=True)
class Connections:
    """What is connected, before anything reads or writes a record."""

    settings: Settings
    pool: TenantPool
    vault_pool: TenantPool
    vault: Vault
    guard: Guard
    tenants: Tenants
    documents: TrustedDocuments
    signer: Signer
    directory: Directory

    @property
    def own_tenant(self) -> str:
        """The id of the tenant of the settings, whether it is there or not."""
        return tenant_id(self.settings.tenant)


@asynccontextmanager
async def connections(
    settings: Settings, urls: Urls, made_besides: Callable[[], int] = lambda: 0
) -> AsyncIterator[Connections]:
    """All of them; closed again when the block ends. ``made_besides`` tells how many connections were made
    to the same databases otherwise: each may lead to another database than the one before.
    """
    require_data_dir(settings)
    settings.keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with AsyncExitStack() as stack:
        pool = await _pool(stack, urls.main, settings)
        vault_pool = await _pool(stack, urls.vault, settings)
        main, journal = Ledger(pool), Journal(settings.journal_path)
        vault = Vault(vault_pool, root_keys(settings.root_key_urls), witness=Witness(main, journal))
        await stack.enter_async_context(listening_for_keys(urls.vault, vault.opened))
        guard = Guard(
            TombstoneRecords(main, Ledger(vault_pool), journal),
            lambda: pool.made + vault_pool.made + made_besides(),
        )
        with suppress(
            RestoreNeededError
        ):  # The operator is told; a request, a job or a command is refused.
            await guard.require()
        yield Connections(
            settings=settings,
            pool=pool,
            vault_pool=vault_pool,
            vault=vault,
            guard=guard,
            tenants=Tenants(pool),
            documents=TrustedDocuments(pool),
            signer=Signer.from_file(
                settings.keys_dir / "signing.pem", settings.issuer, settings.audience
            ),
            directory=Directory(pool),
        )


async def _pool(stack: AsyncExitStack, url: str, settings: Settings) -> TenantPool:
    pool = await TenantPool.open(
        url, size_max=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms
    )
    stack.push_async_callback(pool.close)
    return pool
