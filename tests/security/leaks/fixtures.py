"""An application that takes many questions at once, from callers whom no directory knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.directory.principal_status import Directory
from policy.subjects.principals import Principal
from tests.api import Api
from tests.builders import add_rules
from tests.conftest import TENANT
from tests.security.leaks.callers import made_up_rules
from tests.security.leaks.question import Question
from tests.security.leaks.questions import Asking
from tests.security.leaks.views import of_records
from tests.security.leaks.world import World, a_world, may_change_everything


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Room and time for many questions in one request."""
    return Settings(
        data_dir=Path(tmp_path_factory.mktemp("farley")),
        tenant=TENANT,
        tokens_max=100_000,
        aliases_max=10_000,
        root_fields_max=1_000,
        fields_max=100_000,
        cost_max=10_000_000,
        throttle_limit=1_000_000_000,
        throttle_restore_rate=1_000_000_000,
        statement_timeout_ms=60_000,
        request_timeout_ms=120_000,
    )


@pytest.fixture(scope="module", autouse=True)
def known_to_the_directory() -> Iterator[None]:
    """The callers are made up, and what the directory says of one is changed under their hands."""

    async def current(_: Directory, principal: Principal) -> Principal:
        return principal

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Directory, "current", current)
        yield


@pytest.fixture(scope="module")
async def world(api: Api, urls: Urls) -> World:
    await may_change_everything(urls)
    await add_rules(api, *made_up_rules())
    return await a_world(api)


@pytest.fixture(scope="module")
def questions(world: World) -> list[Question]:
    return list(dict.fromkeys((*Asking(world).questions(), *of_records(world))))
