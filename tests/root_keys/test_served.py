"""A server whose root key is in a key service that goes down, comes back, or is another one."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx
import pytest
import structlog
from pydantic import SecretStr

from api.cli.server.serve import warn_of_a_root_key_in_a_file
from api.runtime.wiring import Services
from api.runtime.wiring import services as connect
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.settings.provisioning import provision
from privacy.vault.providers import KeyProviderUnavailableError, WrongRootKeyError
from privacy.vault.root_keys.circuit_breaker import OPEN_SECONDS
from tests.api import Api
from tests.builders import staff
from tests.root_keys.services import Transit
from tests.root_keys.transit import Key

LIST = '{ customers(first: 1, filter: {email: {eq: "ada@example.com"}}) { totalCount } }'
CREATE = (
    'mutation { createCustomer(input: {kind: PERSON, givenName: "Ada"}) { customer { name } } }'
)


@pytest.fixture
def settings(tmp_path: Path, transit: Transit) -> Settings:
    url = f"vault-transit://{transit.server.address}/transit/farley"
    root_key = SecretStr(f"{url}?token-file={transit.token}&tls=off")
    return Settings(data_dir=tmp_path / "data", tenant=f"t-{uuid.uuid4()}", root_key=root_key)


@pytest.fixture
async def services(settings: Settings, urls: Urls) -> AsyncIterator[Services]:
    async with connect(settings, urls) as connected:
        yield connected


@asynccontextmanager
async def started(settings: Settings, urls: Urls, tenant: str) -> AsyncIterator[Api]:
    """A server that has not opened any key yet."""
    async with connect(settings, urls) as own, Api.started(settings, urls, own, tenant) as api:
        yield api


@pytest.fixture
async def tenant(services: Services, settings: Settings) -> str:
    tenant = await provision(services.stores, services.registry, settings.tenant, "Test", "DE")
    await staff(services, tenant)
    return tenant


async def answer(api: Api, query: str) -> httpx.Response:
    return await api.post(query, as_="sales")


async def test_requests_are_put_off_until_the_root_key_is_back(
    settings: Settings, urls: Urls, tenant: str, transit: Transit
) -> None:
    transit.stop()
    try:
        async with started(settings, urls, tenant) as api:
            with structlog.testing.capture_logs() as events:
                for query in (CREATE, LIST, CREATE):
                    response = await answer(api, query)
                    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
                    assert response.json()["errors"] == [
                        {
                            "message": "the root key does not answer",
                            "extensions": {"code": "UNAVAILABLE"},
                        }
                    ]
            assert "root_key.unavailable" in {event["event"] for event in events}
            transit.start()
            await anyio.sleep(OPEN_SECONDS)
            for query in (CREATE, LIST):
                response = await answer(api, query)
                assert response.status_code == 200
                assert "errors" not in response.json()
            transit.stop()
            response = await answer(api, CREATE)
            assert "errors" not in response.json(), "opened keys are used on"
    finally:
        transit.start()


async def test_a_wrong_root_key_is_no_outage(
    settings: Settings, urls: Urls, tenant: str, transit: Transit
) -> None:
    transit.server.keys["farley"] = Key()
    async with started(settings, urls, tenant) as api:
        with structlog.testing.capture_logs() as events:
            response = await answer(api, CREATE)
    assert response.status_code == 200
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert [event["error"] for event in events] == [WrongRootKeyError.__name__]


async def test_a_tenant_cannot_be_made_while_the_root_key_is_down(
    services: Services, transit: Transit
) -> None:
    transit.server.sealed = True
    with pytest.raises(KeyProviderUnavailableError):
        await provision(services.stores, services.registry, "another", "Another", "DE")


def test_only_a_root_key_in_a_file_is_warned_of_and_only_in_production(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def warned(*, development: bool, root_key: SecretStr | None) -> bool:
        given = Settings(data_dir=tmp_path / "new", development=development, root_key=root_key)
        warn_of_a_root_key_in_a_file(given)
        return "FARLEY_ROOT_KEY" in capsys.readouterr().err

    assert not warned(development=True, root_key=None)
    assert not warned(development=False, root_key=settings.root_key)
    assert warned(development=False, root_key=None)
    assert settings.root_key is not None
    assert settings.root_key.get_secret_value() not in repr(settings)
