"""A right that is taken away is gone on every worker process within a second or so, and stays gone."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import asyncpg
import httpx
import pytest

from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from api.settings.settings import Settings
from tests.api import Api
from tests.builders import a_customer

START_SECONDS = 60
SEEN_SECONDS_MAX = 3.0
"""The promise is one second; the rest is for machines that have other things to do."""
POLL_SECONDS = 0.02

ASKED = {"query": "{ customers(first: 1) { totalCount } }"}
IS_MINE = "subject = 'SUPPORT:MEMBER' AND resource = 'customer' AND action = 'read'"
NEWEST = "SELECT max(version) FROM policy_versions WHERE tenant_id = $1"
VERSION = """INSERT INTO policy_versions (tenant_id, version, author, reason, created_at)
    VALUES ($1, $2, 'test', 'a right is taken away or given back', now())"""
RULES = """INSERT INTO policy_rules (tenant_id, version, number, subject, resource, action, purpose,
        condition, fields, effect)
    SELECT tenant_id, $2, number, subject, resource, action, purpose, condition, fields, effect
    FROM policy_rules WHERE tenant_id = $1 AND version = 1"""
LINKS = """INSERT INTO policy_role_links (tenant_id, version, member, role)
    SELECT tenant_id, $2, member, role FROM policy_role_links WHERE tenant_id = $1 AND version = 1"""


class Worker:
    """One process, asked by one who may see customers until the right is taken away."""

    def __init__(self, port: int, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {token}"}
        )

    def sees(self) -> bool:
        answer = self._http.post("/graphql", json=ASKED, timeout=20).json()
        return bool(answer["data"]["customers"]["totalCount"])

    def is_ready(self) -> bool:
        try:
            return self._http.get("/healthz/ready", timeout=20).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def close(self) -> None:
        self._http.close()


@contextmanager
def a_worker(settings: Settings, urls: Urls, token: str) -> Iterator[Worker]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {
        **os.environ,
        "FARLEY_DATA_DIR": str(settings.data_dir),
        "FARLEY_DATABASE_URL": urls.main,
        "FARLEY_VAULT_URL": urls.vault,
    }
    command = ["-m", "uvicorn", "--factory", "tests.policy.served:app", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, *command],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    worker = Worker(port, token)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not worker.is_ready():
            assert process.poll() is None, "the worker did not start"
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield worker
    finally:
        worker.close()
        process.send_signal(signal.SIGINT)
        process.wait(START_SECONDS)


@pytest.fixture
async def token(api: Api) -> str:
    await a_customer(api)
    return await api.token("support")


@pytest.fixture
def workers(settings: Settings, urls: Urls, token: str) -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        yield [stack.enter_context(a_worker(settings, urls, token)) for _ in range(2)]


@pytest.fixture
async def database(cluster: EmbeddedCluster, urls: Urls) -> "asyncpg.Connection[asyncpg.Record]":
    """A superuser's connection, who may also leave the triggers out."""
    name = urls.main.partition("@/")[2].partition("?")[0]
    return await asyncpg.connect(cluster.url(name))


async def publish(
    database: "asyncpg.Connection[asyncpg.Record]", tenant: str, *, is_allowed: bool, notified: bool
) -> float:
    """A newer version of the policy; the moment at which it was committed."""
    version = await database.fetchval(NEWEST, tenant) + 1
    rules = RULES if is_allowed else f"{RULES} AND NOT ({IS_MINE})"
    async with database.transaction():
        if not notified:  # No trigger fires, so nobody is told.
            await database.execute("SET LOCAL session_replication_role = replica")
        for sql in (VERSION, rules, LINKS):
            await database.execute(sql, tenant, version)
    return time.monotonic()


def seconds_until(workers: list[Worker], since: float, *, sees: bool) -> list[float]:
    """When each worker answered so for the first time, after which it never answers otherwise."""
    changed: dict[int, float] = {}
    while len(changed) < len(workers):
        for number, worker in enumerate(workers):
            if worker.sees() is sees:
                changed.setdefault(number, time.monotonic() - since)
            else:
                assert number not in changed, "a right came back by itself"
        assert time.monotonic() - since < START_SECONDS, "a worker never noticed"
        time.sleep(POLL_SECONDS)
    for _ in range(20):
        assert [worker.sees() for worker in workers] == [sees] * len(workers)
    return [changed[number] for number in range(len(workers))]


async def test_a_revocation_is_seen_by_each_process(
    workers: list[Worker], database: "asyncpg.Connection[asyncpg.Record]", tenant: str
) -> None:
    for notified in (True, False):
        assert [worker.sees() for worker in workers] == [True, True]
        at = await publish(database, tenant, is_allowed=False, notified=notified)
        gone = seconds_until(workers, at, sees=False)
        at = await publish(database, tenant, is_allowed=True, notified=notified)
        back = seconds_until(workers, at, sees=True)
        how = "with NOTIFY" if notified else "with NOTIFY cut off"
        print(f"{how}: gone after {_shown(gone)} s, back after {_shown(back)} s")  # noqa: T201 - the figures are the proof
        assert max(gone) < SEEN_SECONDS_MAX
        assert max(back) < SEEN_SECONDS_MAX
    await database.close()


def _shown(seconds: list[float]) -> str:
    return " and ".join(f"{one:.2f}" for one in seconds)
