"""Every test that needs a database has a real one: one cluster per run, a copy of a migrated template
per module."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from api.runtime.wiring import Services
from api.runtime.wiring import services as connect
from api.settings.bootstrap import APP, OWNER, bootstrap
from api.settings.databases import Urls, migrate
from api.settings.embedded import EmbeddedCluster
from api.settings.settings import Settings
from domain.settings.provisioning import provision
from privacy.tombstones.witness import Witness
from tests.api import Api
from tests.builders import staff
from tests.cluster import test_cluster

TENANT = "demo"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedCluster]:
    with test_cluster() as running:
        asyncio.run(bootstrap(running.url("postgres"), "template_main", "template_vault"))
        migrate(_urls(running, "template_main", "template_vault"))
        yield running


def _urls(cluster: EmbeddedCluster, main: str, vault: str) -> Urls:
    return Urls(
        main=cluster.url(main, APP),
        vault=cluster.url(vault, APP),
        owner_main=cluster.url(main, OWNER),
        owner_vault=cluster.url(vault, OWNER),
    )


@pytest.fixture(scope="module")
def urls(cluster: EmbeddedCluster) -> Urls:
    names = [f"{kind}_{uuid.uuid4().hex[:8]}" for kind in ("main", "vault")]
    asyncio.run(_copy(cluster, names))
    return _urls(cluster, *names)


async def _copy(cluster: EmbeddedCluster, names: list[str]) -> None:
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        for name in names:
            template = "template_main" if name.startswith("main") else "template_vault"
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {template} OWNER {OWNER}')
            await connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APP}')
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Budgets that no test uses up by the way; those about limits have settings of their own."""
    return Settings(
        data_dir=Path(tmp_path_factory.mktemp("farley")),
        tenant=TENANT,
        guesses_max=100_000,
        throttle_limit=1_000_000_000,
    )


@pytest.fixture(scope="module")
async def services(settings: Settings, urls: Urls) -> AsyncIterator[Services]:
    async with connect(settings, urls) as connected:
        yield connected


@pytest.fixture(scope="module")
def witness(services: Services) -> Witness:
    """Who has to know of it when another vault than that of ``services`` destroys somebody."""
    records = services.guard.records
    return Witness(records.main, records.journal)


@pytest.fixture(scope="module")
async def tenant(services: Services) -> str:
    """A provisioned tenant with one member of staff per department, and an administrator."""
    tenant = await provision(services.stores, TENANT, "Test", "DE")
    await staff(services, tenant)
    return tenant


@pytest.fixture(scope="module")
async def api(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> AsyncIterator[Api]:
    async with Api.started(settings, urls, services, tenant) as client:
        yield client
