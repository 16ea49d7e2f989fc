"""Work on keys, as the command line and the worker set it up."""

from api.wiring import Services
from domain.keys.reindex import Reindex
from domain.keys.reseal import Reseal
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
