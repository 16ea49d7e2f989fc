"""A database that is down: requests are put off, not answered wrongly, and all goes on afterwards."""

from collections.abc import AsyncIterator, Iterator

import anyio.to_thread
import httpx
import pytest

from api.runtime.wiring import services as connect
from api.settings.settings import Settings
from domain.settings.provisioning import provision
from tests.api import Api
from tests.builders import staff
from tests.cluster import OwnDatabase, own_database

LIST = "{ customers(first: 1) { totalCount } }"
CREATE = (
    'mutation { createCustomer(input: {kind: PERSON, givenName: "Ada"}) { customer { name } } }'
)


@pytest.fixture(scope="module")
def database() -> Iterator[OwnDatabase]:
    with own_database() as database:
        yield database


@pytest.fixture(scope="module")
async def own_api(settings: Settings, database: OwnDatabase) -> AsyncIterator[Api]:
    urls = database.urls()
    async with connect(settings, urls) as services:
        tenant = await provision(services.stores, services.registry, settings.tenant, "Test", "DE")
        await staff(services, tenant)
        async with Api.started(settings, urls, services, tenant) as api:
            yield api


async def asked(api: Api, query: str, token: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    return await api.http.post("/graphql", json={"query": query}, headers=headers)


async def status(api: Api, path: str) -> int:
    return (await api.http.get(path)).status_code


@pytest.mark.parametrize("asked_meanwhile", [[LIST, CREATE], []], ids=["asked", "not asked"])
async def test_requests_are_put_off_until_the_database_is_back(
    own_api: Api, database: OwnDatabase, asked_meanwhile: list[str]
) -> None:
    token = await own_api.token("sales")
    before = (await asked(own_api, CREATE, token)).json()
    assert before["data"] == {"createCustomer": {"customer": {"name": "Ada"}}}
    database.stop()
    try:
        assert await status(own_api, "/healthz/live") == 200
        ready = await own_api.http.get("/healthz/ready")
        assert (ready.status_code, ready.headers["retry-after"]) == (503, "2")
        assert ready.json()["status"] == "unavailable"
        assert ready.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        for query in asked_meanwhile:
            response = await asked(own_api, query, token)
            assert (response.status_code, response.headers["retry-after"]) == (503, "2")
            message = "the database does not answer"
            assert response.json() == {
                "errors": [{"message": message, "extensions": {"code": "UNAVAILABLE"}}]
            }
        assert (await asked(own_api, LIST, "forged")).status_code == 401
    finally:
        database.start()
    assert await status(own_api, "/healthz/ready") == 200
    for query in (LIST, CREATE):
        response = await asked(own_api, query, token)
        assert response.status_code == 200, response.text
        assert "errors" not in response.json()


async def test_a_page_that_is_being_read_when_the_database_stops_is_put_off(
    own_api: Api, database: OwnDatabase
) -> None:
    token = await own_api.token("sales")
    codes: set[int] = set()

    async def keep_asking() -> None:
        for _ in range(40):
            codes.add((await asked(own_api, LIST, token)).status_code)
            await anyio.sleep(0.01)

    async with anyio.create_task_group() as group:
        group.start_soon(keep_asking)
        await anyio.to_thread.run_sync(database.stop)
    database.start()
    assert codes <= {200, 503}
    assert (await asked(own_api, LIST, token)).status_code == 200
