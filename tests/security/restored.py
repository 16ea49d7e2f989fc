"""Restored installation: one of a test's own with its backups, and what an erased person leaves in it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from api.runtime.restoring import Restoring, alone
from api.runtime.wiring import Services
from api.runtime.wiring import services as connect
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from api.settings.settings import Settings
from domain.settings.provisioning import provision
from privacy.tombstones.findings import TombstoneFindings, TombstoneReason
from privacy.tombstones.guard import RestoreNeededError
from privacy.tombstones.tombstone import Tombstones
from tests.api import Api
from tests.backups import Backups
from tests.cluster import copied
from tests.commands import Done, beside
from tests.dumps import dump
from tests.security.test_erasure import FILTERS, found, read
from tests.security.zephirine import PERSON

DATABASES = ("main", "vault", "both")


@dataclass(frozen=True, slots=True)
class Place:
    """An installation of the test's own."""

    cluster: EmbeddedCluster
    settings: Settings
    urls: Urls
    backups: Backups

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Api]:
        async with connect(self.settings, self.urls) as services:
            tenant = await provision(
                services.stores, services.registry, self.settings.tenant, "Test", "DE"
            )
            async with Api.started(self.settings, self.urls, services, tenant) as api:
                yield api

    def url(self, database: str) -> str:
        return str(getattr(self.urls, database))

    def back_up(self, which: str) -> dict[str, Path]:
        names = ("main", "vault") if which == "both" else (which,)
        return {name: self.backups.take(self.url(name)) for name in names}

    async def restore(self, files: dict[str, Path]) -> None:
        for name, file in files.items():
            await self.backups.restore(self.url(name), file)

    async def restore_in_place(self, files: dict[str, Path]) -> None:
        for name, file in files.items():
            await self.backups.restore_in_place(self.url(name), file)

    def dumps(self) -> bytes:
        urls = (self.urls.main, self.urls.vault)
        return b"".join(dump(self.cluster, urlsplit(url).path[1:]) for url in urls)

    @property
    def journal(self) -> Path:
        return self.settings.journal_path

    async def replay(self, *given: Tombstones) -> TombstoneFindings:
        async with connect(self.settings, self.urls) as services, alone(self.urls.main):
            return await Restoring(services, given, lambda _: None).run()

    async def restoring(self) -> Restoring:
        """The same, and what is known behind it."""
        async with connect(self.settings, self.urls) as services, alone(self.urls.main):
            restoring = Restoring(services, (), lambda _: None)
            await restoring.run()
            return restoring

    async def reasons(self) -> set[TombstoneReason]:
        async with connect(self.settings, self.urls) as services:
            return await reasons(services)


async def reasons(services: Services) -> set[TombstoneReason]:
    services.guard._until = 0
    try:
        await services.guard.require()
    except RestoreNeededError as error:
        return {*error.reasons}
    return set()


@pytest.fixture
def place(cluster: EmbeddedCluster, tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups").chmod(0o777)
    settings = Settings(data_dir=tmp_path / "data", tenant="demo", guesses_max=100_000)
    backups = Backups(cluster, tmp_path / "backups")
    with copied(cluster) as urls:
        yield Place(cluster, settings, urls, backups)


def are_alike(some: Tombstones, others: Tombstones) -> bool:
    """Whether they tell of the same people for the same reasons. A journal and each database keep the time
    of their own step, which follows upon that of the others.
    """
    apart = timedelta(minutes=1)
    return some.keys() == others.keys() and all(
        one.kind is others[key].kind and abs(one.at - others[key].at) < apart
        for key, one in some.items()
    )


async def ready(api: Api) -> None:
    """The server has noticed that it may serve again."""
    async with asyncio.timeout(5):
        while (await api.http.get("/healthz/ready")).status_code != 200:  # noqa: ASYNC110 - over HTTP
            await asyncio.sleep(0.1)


def server(api: Api) -> Services:
    """What the application itself works with."""
    transport = api.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    found = transport.app.state.services  # type: ignore[attr-defined]  # Starlette's
    assert isinstance(found, Services)
    return found


async def refused(api: Api) -> None:
    """Nothing is answered, and it is said why."""
    server(api).guard._until = 0
    ready = await api.http.get("/healthz/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "restore needed")
    assert ready.json()["errors"][0]["extensions"]["code"] == "RESTORE_NEEDED"
    for headers in ({}, {"authorization": f"Bearer {await api.token('compliance')}"}):
        response = await api.http.post(
            "/graphql", json={"query": "{ viewer { kind } }"}, headers=headers
        )
        assert response.status_code == 503
        (error,) = response.json()["errors"]
        assert error["extensions"] == {"code": "RESTORE_NEEDED"}
    form = {"content-type": "application/x-www-form-urlencoded"}
    exchange = await api.http.post("/token", content=b"a=b", headers=form)
    assert exchange.status_code == 503
    assert exchange.json()["errors"][0]["extensions"]["code"] == "RESTORE_NEEDED"


async def gone(api: Api, id_: str) -> None:
    """She is nowhere: not readable, not found, not taken in again."""
    await ready(api)
    left = await read(api, id_)
    assert left["erasedAt"]
    assert (left["name"], left["tags"], left["language"], left["country"]) == (None, [], None, None)
    for filter_ in FILTERS:
        assert await found(api, filter_) == []
    subject = id_[4:]
    assert await api.services.vault.keys(api.tenant, [subject]) == {}
    again = {**PERSON, "kind": "PERSON", "clientMutationId": "another", "customFields": []}
    payload = await api.mutate("createCustomer", "customer { id }", as_="sales", **again)
    assert [error["code"] for error in payload["userErrors"]] == ["SUPPRESSED"]


class CrashError(Exception):
    """The process ended here."""


async def farley(place: Place, *words: str, given: str = "") -> Done:
    """A command beside the installation."""
    urls = {"FARLEY_DATABASE_URL": place.urls.main, "FARLEY_VAULT_URL": place.urls.vault}
    return await beside(place.settings.data_dir, *words, given=given, **urls)
