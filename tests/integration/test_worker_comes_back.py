"""The worker comes back (item 11), whatever happens to PostgreSQL or to its own process."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import asyncpg
import httpx
import pytest
from pgqueuer.adapters.persistence.queries import Queries

from api.cli.server import worker_process
from api.cli.server.worker import _work
from api.cli.server.worker_process import kept_working
from api.runtime import worker
from api.runtime.wiring import Services
from api.runtime.wiring import services as connect
from api.settings.databases import Urls
from api.settings.settings import Settings
from domain.directory.principals import principal_named
from domain.settings.provisioning import provision
from domain.values.ids import new_id
from domain.writing.jobs import FORGET, HEARTBEAT_OLD, Job, oldest_waiting_s
from tests.api import Api
from tests.cluster import OwnDatabase, own_database

PATIENCE_S = 60


@pytest.fixture(scope="module")
def database() -> Iterator[OwnDatabase]:
    with own_database() as database:
        yield database


@pytest.fixture(scope="module")
async def connected(settings: Settings, database: OwnDatabase) -> AsyncIterator[Services]:
    async with connect(settings, database.urls()) as services:
        await provision(services.stores, services.registry, settings.tenant, "Test", "DE")
        yield services


class Done:
    """A handler that takes its time and notes what it did."""

    def __init__(self, seconds: float = 0.02, *, asks: bool = False) -> None:
        self.ids: list[str] = []
        self.begun = 0
        self._seconds = seconds
        self._asks = asks

    async def __call__(self, services: Services, job: Job) -> None:
        self.begun += 1
        await asyncio.sleep(self._seconds)
        if self._asks:
            await services.pool.ping()
        self.ids += job.ids


@asynccontextmanager
async def working(services: Services, database: OwnDatabase) -> AsyncIterator[asyncio.Task[None]]:
    stopping = asyncio.Event()
    task = asyncio.create_task(worker.run(services, database.urls().main, stopping))
    try:
        yield task
    finally:
        stopping.set()
        await asyncio.wait_for(task, PATIENCE_S)


async def queue(services: Services, count: int) -> set[str]:
    """Jobs with one id each; returns the ids."""
    ids = [new_id() for _ in range(count)]
    async with services.pool.unbound() as connection:
        jobs: list[bytes | None] = [Job(FORGET, new_id(), [id_]).payload() for id_ in ids]
        waiting = Queries.from_asyncpg_connection(connection)
        await waiting.enqueue([FORGET] * count, jobs, [0] * count)
    return set(ids)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - what changes is in another process, as a rule
            await asyncio.sleep(0.02)


async def outcomes(services: Services) -> tuple[int, dict[str, int]]:
    """How many jobs are left, and how many ended how."""
    async with services.pool.unbound() as connection:
        counted = await connection.fetch(
            "SELECT status, count(*) AS n FROM pgqueuer_log GROUP BY 1"
        )
        left = await connection.fetchval("SELECT count(*) FROM pgqueuer")
    return left, {row["status"]: row["n"] for row in counted}


async def all_done(services: Services, done: Done, ids: set[str]) -> None:
    """Each job was done, and none ended in another way."""
    await until(lambda: set(done.ids) >= ids)
    async with asyncio.timeout(PATIENCE_S):
        while (found := await outcomes(services))[0]:  # noqa: ASYNC110 - PostgreSQL's to tell
            await asyncio.sleep(0.05)
    assert "exception" not in found[1]
    assert "canceled" not in found[1]


def _more(done: Done, before: int) -> bool:
    return done.begun > before + 2


async def terminate_all(admin: str) -> None:
    connection = await asyncpg.connect(admin)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Done:
    done = Done()
    monkeypatch.setitem(worker.HANDLERS, FORGET, done)
    return done


async def test_terminating_all_backends_ten_times_ends_neither_the_worker_nor_a_job(
    connected: Services, database: OwnDatabase, handler: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE_SECONDS_MAX", 0.2)
    ids = await queue(connected, 100)
    async with working(connected, database) as task:
        for _ in range(10):
            before = handler.begun
            await until(partial(_more, handler, before))
            await terminate_all(database.admin)
        await all_done(connected, handler, ids)
        assert not task.done()
        more = await queue(connected, 1)
        await all_done(connected, handler, more)
    assert len(handler.ids) <= len(ids) + 1 + 10  # Only what was at hand is done twice.


async def test_what_waits_while_postgresql_is_away_is_done_afterwards(
    connected: Services, database: OwnDatabase, handler: Done
) -> None:
    async with working(connected, database) as task:
        ids = await queue(connected, 20)
        await until(lambda: handler.begun > 3)
        await anyio.to_thread.run_sync(database.stop)
        await asyncio.sleep(2)
        assert not task.done()
        await anyio.to_thread.run_sync(database.start)
        await all_done(connected, handler, ids)


async def test_a_job_that_fails_because_postgresql_is_away_is_not_given_up(
    connected: Services, database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its failure nor its next attempt can be noted then; pgqueuer would delete it later."""
    done = Done(1.0, asks=True)
    monkeypatch.setitem(worker.HANDLERS, FORGET, done)
    async with working(connected, database):
        ids = await queue(connected, 1)
        await until(lambda: done.begun == 1)
        await anyio.to_thread.run_sync(database.stop)
        await asyncio.sleep(2)
        await anyio.to_thread.run_sync(database.start)
        await all_done(connected, done, ids)
    assert done.begun == 2


async def test_the_worker_that_starts_before_postgresql_waits_for_it(
    settings: Settings, connected: Services, database: OwnDatabase, handler: Done
) -> None:
    ids = await queue(connected, 3)
    urls = database.urls()
    await anyio.to_thread.run_sync(database.stop)
    stopping = asyncio.Event()
    task = asyncio.create_task(_work(settings, urls, stopping))
    try:
        await asyncio.sleep(1)
        assert not task.done()
    finally:
        await anyio.to_thread.run_sync(database.start)
    await all_done(connected, handler, ids)
    stopping.set()
    await asyncio.wait_for(task, PATIENCE_S)


async def test_the_age_of_the_oldest_waiting_job_is_told(
    api: Api, services: Services, urls: Urls
) -> None:
    async def told() -> Any:
        answer = await api.http.get("/healthz/ready")
        gauges = (await api.http.get("/metrics")).text
        assert "farley_jobs_oldest_waiting_seconds " in gauges
        return answer.status_code, answer.json()["jobs"]["oldestWaitingSeconds"]

    assert await told() == (200, 0)
    await queue(services, 2)
    connection = await asyncpg.connect(urls.main, user="postgres")
    try:
        later = "UPDATE pgqueuer SET execute_after = now() + interval '1 hour'"
        await connection.execute(later)
        assert await told() == (200, 0)
        await connection.execute("UPDATE pgqueuer SET execute_after = now() - interval '90 s'")
        assert (await told())[1] in {90, 91}
        picked = "UPDATE pgqueuer SET status = 'picked', heartbeat = now() - $1::interval"
        await connection.execute(picked, HEARTBEAT_OLD / 2)
        assert await oldest_waiting_s(services.pool) == 0
        await connection.execute(picked, HEARTBEAT_OLD * 2)
        assert 60 <= await oldest_waiting_s(services.pool) < 62
    finally:
        await connection.execute("DELETE FROM pgqueuer")
        await connection.close()


async def test_gauges_need_a_scope_outside_development(
    services: Services, urls: Urls, tenant: str
) -> None:
    settings = services.settings.model_copy(update={"development": False})
    async with Api.started(settings, urls, services, tenant) as api:
        assert (await api.http.get("/metrics")).status_code == 401
        token = await api.token("sales")
        refused = await _gauges(api.http, token)
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
        principal = await principal_named(services.pool, tenant, "sales")
        able = replace(principal, scopes=frozenset({"metrics"}))
        shown = await _gauges(api.http, services.signer.issue(able, timedelta(hours=1)))
        assert "farley_resident_bytes " in shown.text
        assert tenant not in shown.text


async def _gauges(http: httpx.AsyncClient, token: str) -> httpx.Response:
    return await http.get("/metrics", headers={"authorization": f"Bearer {token}"})


# --- the process ------------------------------------------------------------------------------------


def a_worker(where: Path) -> Sequence[str]:
    """A program that notes its number, and then waits for its standard input to end."""
    text = (
        f"import os, sys; open({str(where)!r}, 'a').write(f'{{os.getpid()}}\\n'); sys.stdin.read()"
    )
    return [sys.executable, "-c", text]


async def numbers(where: Path, count: int) -> list[int]:
    def found() -> list[int]:
        return [int(line) for line in where.read_text().split()] if where.exists() else []

    await until(lambda: len(found()) >= count)
    return found()


async def test_a_worker_process_that_ended_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "PAUSE_SECONDS", 0.01)
    where = tmp_path / "numbers"
    with kept_working(stop_seconds=10, command=a_worker(where)):
        for killed in range(1, 4):
            os.kill((await numbers(where, killed))[-1], signal.SIGKILL)
        last = (await numbers(where, 4))[-1]
        os.kill(last, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)
    assert len(await numbers(where, 4)) == 4


async def test_a_worker_process_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    where = tmp_path / "numbers"
    text = f"import os, time; open({str(where)!r}, 'a').write(f'{{os.getpid()}}'); time.sleep(60)"
    with kept_working(stop_seconds=0.1, command=[sys.executable, "-c", text]):
        (number,) = await numbers(where, 1)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
