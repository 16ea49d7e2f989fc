"""The company that documents ask about."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from api.runtime.wiring import services as connect
from api.settings.databases import Urls
from api.settings.settings import Settings
from tests.reference.company import Company


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    """Where everything asynchronous runs: Hypothesis itself must not be interrupted by a loop."""
    with start_blocking_portal("asyncio") as running:
        yield running


@pytest.fixture(scope="module")
def company(portal: BlockingPortal, settings: Settings, urls: Urls) -> Iterator[Company]:
    with portal.wrap_async_context_manager(connect(settings, urls)) as services:
        yield portal.call(Company.filled, services, urls)
