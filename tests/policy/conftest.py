"""One world for all policies that are compared in a module."""

from collections.abc import AsyncIterator

import pytest

from api.runtime.wiring import Services
from domain.settings.provisioning import provision
from domain.writing.unit_of_work import unit_of_work
from tests.policy.decisions import Comparison
from tests.policy.world import a_world


@pytest.fixture(scope="module")
async def comparison(services: Services) -> AsyncIterator[Comparison]:
    tenant = await provision(services.stores, services.registry, "compared", "Compared", "DE")
    world = await a_world(services.stores, tenant)
    caller, region = await services.acting(tenant)
    async with unit_of_work(services.stores, caller, region) as work:
        yield Comparison(world, work)
