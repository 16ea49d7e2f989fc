from collections.abc import AsyncIterator
from itertools import product

import pytest

from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from domain.entities.registry import ALL
from tests.api import Api
from tests.builders import a_consent, a_customer, an_interaction, an_opportunity, another_tenant
from tests.entities.makers import Made, an_input, create, who
from tests.footprints import Heard, contents
from tests.security.bad import World
from tests.security.edges.records import TYPES


@pytest.fixture
def heard(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, cluster: EmbeddedCluster
) -> Heard:
    """What is written to outputs and logs while the test runs."""
    return Heard(capfd, caplog, cluster)


@pytest.fixture
async def unchanged(urls: Urls) -> AsyncIterator[None]:
    """The test leaves every table as it was."""
    before = await contents(urls)
    yield
    assert await contents(urls) == before


@pytest.fixture(scope="module")
async def world(api: Api) -> World:
    other = await another_tenant(api)
    customer, foreign = await a_customer(api), await a_customer(other)
    await an_interaction(api, customer)
    await a_consent(api, customer)
    return World(
        customer,
        await an_opportunity(api, customer, "1"),
        foreign,
        await an_opportunity(other, foreign),
        api,
        other,
        await _declared(api, customer),
    )


async def _declared(api: Api, customer: str) -> dict[str, str]:
    """A record of the customer's, by the declared mutation that changes it."""
    found = {}
    written = (entity for entity in ALL if entity.is_written)
    for number, (entity, verb) in enumerate(product(written, ("update", "archive", "restore"))):
        input_ = await an_input(Made(api, number, {"customer": customer}), entity)
        made = await create(api, entity, input_, as_=who(entity, "create"))
        found[f"{verb}{entity.type_name}"] = made
    return found


@pytest.fixture(scope="module")
async def declaring(api: Api) -> Api:
    """A tenant that has declared custom fields of every type."""
    for name, about in TYPES.items():
        made = await api.mutate("defineCustomField", "", as_="admin", name=name, **about)
        assert made["userErrors"] == []
    return api
