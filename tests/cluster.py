"""The PostgreSQL that tests run on: real, their own, and gone afterwards."""

import asyncio
import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil

from api.settings import embedded
from api.settings.databases import Urls, migrate
from api.settings.roles_and_databases import APP, MAIN, OWNER, VAULT, bootstrap

_MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has a random name and is closed to others
_MEMORY_NEEDED = 4 * 1024**3


def in_memory() -> bool:
    """Whether there is room for databases in memory, where copies cost a fifth."""
    return _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _MEMORY_NEEDED


@contextmanager
def a_home(prefix: str) -> Iterator[Path]:
    """A directory for a cluster, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if in_memory() else None))
    home.chmod(0o711)  # If we are root, the server's account must come through.
    try:
        yield home
    finally:
        shutil.rmtree(home)


@contextmanager
def test_cluster() -> Iterator[embedded.EmbeddedCluster]:
    """One for a whole run; bootstrapped, with a migrated template of each database."""
    with a_home("farley-test-") as home:
        cluster = embedded.start(home / "data", durable=False)
        try:
            asyncio.run(bootstrap(cluster.url("postgres"), *TEMPLATES))
            migrate(_urls(cluster, *TEMPLATES))
            yield cluster
        finally:
            _abandon(cluster)


TEMPLATES = ("template_main", "template_vault")


@contextmanager
def copied(cluster: embedded.EmbeddedCluster) -> Iterator[Urls]:
    """Both databases, migrated and empty."""
    names = [f"{kind}_{uuid.uuid4().hex[:8]}" for kind in ("main", "vault")]
    asyncio.run(_copy(cluster, names))
    yield _urls(cluster, *names)
    if in_memory():  # On a disk it takes a checkpoint, and longer than to leave them.
        asyncio.run(_drop(cluster, names))


def _urls(cluster: embedded.EmbeddedCluster, main: str, vault: str) -> Urls:
    return Urls(
        main=cluster.url(main, APP),
        vault=cluster.url(vault, APP),
        owner_main=cluster.url(main, OWNER),
        owner_vault=cluster.url(vault, OWNER),
    )


async def _copy(cluster: embedded.EmbeddedCluster, names: list[str]) -> None:
    how = "FILE_COPY" if in_memory() else "WAL_LOG"
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        for name, template in zip(names, TEMPLATES, strict=True):
            await connection.execute(
                f'CREATE DATABASE "{name}" TEMPLATE {template} STRATEGY {how} OWNER {OWNER}'
            )
            await connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APP}')
    finally:
        await connection.close()


async def _drop(cluster: embedded.EmbeddedCluster, names: list[str]) -> None:
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        for name in names:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


def _abandon(cluster: embedded.EmbeddedCluster) -> None:
    """Nobody will read what it holds: it ends without writing that down."""
    server = psutil.Process(cluster.pid)
    os.kill(cluster.pid, signal.SIGQUIT)
    server.wait()
    embedded.stop(cluster)
    if cluster.socket_dir != cluster.data_dir:
        shutil.rmtree(cluster.socket_dir, ignore_errors=True)


class OwnDatabase:
    """A cluster of a test's own, which can be stopped and started again."""

    def __init__(self, home: Path) -> None:
        self._data = home / "data"
        self._cluster = embedded.start(self._data, durable=False)

    def urls(self) -> Urls:
        url = self._cluster.url
        return Urls(url(MAIN, APP), url(VAULT, APP), url(MAIN, OWNER), url(VAULT, OWNER))

    @property
    def admin(self) -> str:
        return self._cluster.url("postgres")

    def stop(self) -> None:
        embedded.stop(self._cluster)

    def start(self) -> None:
        self._cluster = embedded.start(self._data, durable=False)


@contextmanager
def own_database() -> Iterator[OwnDatabase]:
    """Migrated, and empty."""
    with a_home("farley-down-") as home:
        database = OwnDatabase(home)
        asyncio.run(bootstrap(database.admin))
        migrate(database.urls())
        yield database
        database.stop()


test_cluster.__test__ = False  # type: ignore[attr-defined]  # pytest reads it: this is no test.
