"""Every test that needs a database has a real one: one cluster per run, a copy of a migrated template
per module."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from api.cli.terminal.garbage_collection import collect_seldom
from api.runtime.wiring import Services
from api.runtime.wiring import services as connect
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from api.settings.settings import Settings
from domain.settings.provisioning import provision
from privacy.tombstones.witnesses import Witness
from tests.api import Api
from tests.builders import staff
from tests.cluster import copied, test_cluster
from tests.durations import longest_first, write

TENANT = "demo"

# How long an example takes says how busy the machine is; what must be fast is measured by ``make bench``.
hypothesis.settings.register_profile("farley", deadline=None)
hypothesis.settings.load_profile("farley")


def pytest_configure() -> None:
    """Nothing is looked through before all is loaded."""
    gc.disable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        longest_first(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("FARLEY_TEST_DURATIONS"):
        reports = (one for kind in terminalreporter.stats.values() for one in kind)
        write(one for one in reports if isinstance(one, pytest.TestReport))


def pytest_collection_finish() -> None:
    """What is loaded now stays: to look through it again and again took a tenth of all time."""
    collect_seldom()
    gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedCluster]:
    with test_cluster() as running:
        yield running


@pytest.fixture(scope="module")
def urls(cluster: EmbeddedCluster) -> Iterator[Urls]:
    with copied(cluster) as made:
        yield made


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
    tenant = await provision(services.stores, services.registry, TENANT, "Test", "DE")
    await staff(services, tenant)
    return tenant


@pytest.fixture(scope="module")
async def api(
    settings: Settings, urls: Urls, services: Services, tenant: str
) -> AsyncIterator[Api]:
    async with Api.started(settings, urls, services, tenant) as client:
        yield client
