"""The PostgreSQL that tests run on: real, their own, and gone afterwards."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.settings import embedded
from api.settings.bootstrap import APP, MAIN, OWNER, VAULT, bootstrap
from api.settings.databases import Urls, migrate


@contextmanager
def test_cluster() -> Iterator[embedded.EmbeddedCluster]:
    home = Path(tempfile.mkdtemp(prefix="farley-test-"))
    home.chmod(0o711)  # If we are root, the server's account must come through.
    try:
        cluster = embedded.start(home / "data", durable=False)
        try:
            yield cluster
        finally:
            embedded.stop(cluster)
    finally:
        shutil.rmtree(home)


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
    home = Path(tempfile.mkdtemp(prefix="farley-down-"))
    home.chmod(0o711)  # If we are root, the server's account must come through.
    try:
        database = OwnDatabase(home)
        asyncio.run(bootstrap(database.admin))
        migrate(database.urls())
        yield database
        database.stop()
    finally:
        shutil.rmtree(home)


test_cluster.__test__ = False  # type: ignore[attr-defined]  # pytest reads it: this is no test.
