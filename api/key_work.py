"""Resealing, as the command line and the worker set it up."""

from api.wiring import Services
from domain.keys.reseal import Reseal


async def resealing(services: Services, tenant: str) -> Reseal:
    """No request that read rows under an older key lasts longer than it may take."""
    caller, region = await services.acting(tenant)
    grace_s = services.settings.request_timeout_ms / 1000 + 1
    return Reseal(services.stores, services.vault_pool, caller, region, grace_s)
