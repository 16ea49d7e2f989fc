"""A person who was erased does not come back with a backup, whichever of the databases is older."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api.databases import Urls
from api.embedded import EmbeddedCluster
from api.restoring import Restoring, alone
from api.settings import Settings
from api.wiring import Services
from api.wiring import services as connect
from domain.provisioning import provision
from privacy.tombstones.findings import Findings, Reason
from privacy.tombstones.guard import RestoreNeededError
from privacy.tombstones.tombstone import Tombstones
from tests.api import Api
from tests.backups import Backups
from tests.builders import staff
from tests.conftest import _copy, _urls
from tests.dumps import dump, found_in
from tests.security.test_erasure import FILTERS, erased, found, read, trail
from tests.security.zephirine import PERSON, PLAIN, SEALED, zephirine

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
            tenant = await provision(services.stores, self.settings.tenant, "Test", "DE")
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

    async def replay(self, *given: Tombstones) -> Findings:
        async with connect(self.settings, self.urls) as services, alone(self.urls.main):
            return await Restoring(services, given, lambda _: None).run()

    async def reasons(self) -> set[Reason]:
        async with connect(self.settings, self.urls) as services:
            return await reasons(services)


async def reasons(services: Services) -> set[Reason]:
    services.guard._until = 0
    try:
        await services.guard.require()
    except RestoreNeededError as error:
        return {*error.reasons}
    return set()


@pytest.fixture
async def place(cluster: EmbeddedCluster, tmp_path: Path) -> Place:
    names = [f"{kind}_{uuid.uuid4().hex[:8]}" for kind in ("main", "vault")]
    await _copy(cluster, names)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups").chmod(0o777)
    settings = Settings(data_dir=tmp_path / "data", tenant="demo", guesses_max=100_000)
    backups = Backups(cluster, tmp_path / "backups")
    return Place(cluster, settings, _urls(cluster, *names), backups)


async def refused(api: Api) -> None:
    """Nothing is answered, and it is said why."""
    api.services.guard._until = 0
    ready = await api.http.get("/healthz/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "restore needed")
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


async def gone(api: Api, id_: str) -> None:
    """She is nowhere: not readable, not found, not taken in again."""
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


@pytest.mark.parametrize("which", DATABASES)
async def test_backup_erase_restore_and_the_person_does_not_come_back(
    place: Place, which: str
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)
        files = place.back_up(which)
        await erased(api, id_)
        await gone(api, id_)
    await place.restore(files)
    async with place.served() as api:
        await refused(api)
        findings = await place.replay()
        moved = {"main": {Reason.MAIN_MOVED}, "vault": {Reason.VAULT_MOVED}}
        assert {*findings.reasons} >= moved.get(which, {Reason.MAIN_MOVED, Reason.VAULT_MOVED})
        assert await reasons(api.services) == set()
        await gone(api, id_)
        actions = [leaf["action"] for leaf in await trail(api)]
        assert actions[-3:].count("TombstonesReplayed") <= 1
        assert "TombstonesReplayed" in actions
    assert found_in(place.dumps(), (*SEALED, *PLAIN)) == set()


@pytest.mark.parametrize("which", DATABASES)
async def test_a_database_that_was_emptied_and_filled_is_noticed_by_what_it_holds(
    place: Place, which: str
) -> None:
    async with place.served() as api:
        await staff(api.services, api.tenant)
        id_ = await zephirine(api)
        files = place.back_up(which)
        await erased(api, id_)
        await place.restore_in_place(files)
        lacks = {"main": {Reason.MAIN_LACKS}, "vault": {Reason.VAULT_LACKS}}
        both = {Reason.MAIN_LACKS, Reason.VAULT_LACKS}
        assert await reasons(api.services) == lacks.get(which, both)
        await refused(api)
    await place.replay()
    async with place.served() as api:
        assert await reasons(api.services) == set()
        await gone(api, id_)
