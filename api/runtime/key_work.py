"""Key work, as the command line and the worker set it up."""

from collections.abc import Callable

from api.runtime.wiring import Services
from domain.keys import retag
from domain.keys.replace_index_root import Reindex
from domain.keys.reseal import Reseal
from domain.keys.verify import Broken, Verify
from domain.writing.unit_of_work import unit_of_work
from privacy.database import TenantPool


async def resealing(services: Services, tenant: str) -> Reseal:
    """No request that read rows under an older key lasts longer than it may take."""
    caller, region = await services.acting(tenant)
    return Reseal(services.stores, services.vault_pool, caller, region, _grace_s(services))


async def reindexing(services: Services, owner: TenantPool, tenant: str) -> Reindex:
    """The same for requests that ask for what is found under the older root alone."""
    caller, region = await services.acting(tenant)
    return Reindex(services.stores, owner, caller, region, _grace_s(services))


def _grace_s(services: Services) -> float:
    return services.settings.request_timeout_ms / 1000 + 1


async def verified(
    services: Services, tenant: str, sample: int | None, told: Callable[[int], None]
) -> tuple[int, list[Broken], int]:
    """How many rows were opened, which did not open, and how many are found by nothing any more."""
    caller, region = await services.acting(tenant)
    verifying = Verify(services.stores, services.vault_pool, caller, region)
    rows, broken = 0, list[Broken]()
    async for part in verifying.all() if sample is None else verifying.sample(sample):
        rows += part.rows
        broken += part.broken
        told(rows)
    tenant_keys = await services.vault.newer(tenant, None)
    if tenant_keys.step is not None:
        return rows, broken, 0
    async with unit_of_work(services.stores, caller, region) as work:
        lost, _ = await retag.standing(work, tenant_keys.index.version)
    return rows, broken, lost
