"""The same customers three times in one cluster: sealed, in plain packs, in plain columns."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from os import environ
from pathlib import Path

import psutil

from api.auth.tokens import Signer
from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster, start, stop
from api.settings.roles_and_databases import APP, OWNER, bootstrap
from api.settings.settings import Settings
from domain.directory.principals import principal_named
from domain.settings.tenants import tenant_id
from privacy.database import TenantPool
from tests.bench.load import Server
from tests.bench.processes import SAME_HASHES, serving


@dataclass(frozen=True, slots=True)
class Twin:
    """The databases and the directory of one mode."""

    mode: str
    home: Path
    urls: Urls

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.home, development=False)

    @property
    def tenant(self) -> str:
        return tenant_id(self.settings.tenant)

    def given(self) -> dict[str, object]:
        return {"data_dir": str(self.home), "urls": asdict(self.urls)}

    def run(self, *words: str) -> None:
        """A process of this mode."""
        command = [sys.executable, "-m", "tests.bench.plain", self.mode, *words]
        variables = {
            "FARLEY_DATA_DIR": str(self.home),
            "FARLEY_DATABASE_URL": self.urls.main,
            "FARLEY_VAULT_URL": self.urls.vault,
            "FARLEY_MIGRATE_DATABASE_URL": self.urls.owner_main,
            "FARLEY_MIGRATE_VAULT_URL": self.urls.owner_vault,
        }
        environment = {**environ, **SAME_HASHES, **variables}
        done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603 - our own command
        if done.returncode:
            raise RuntimeError(done.stderr.decode())

    def fill(self, customers: int) -> None:
        """Tables, and so many customers of the demo's."""
        self.run("fill", json.dumps(self.given()), str(customers))

    async def token(self, handle: str) -> str:
        settings = self.settings
        pool = await TenantPool.open(self.urls.main)
        principal = await principal_named(pool, self.tenant, handle)
        await pool.close()
        path = settings.keys_dir / "signing.pem"
        signer = Signer.from_file(path, settings.issuer, settings.audience)
        return signer.issue(principal, timedelta(hours=2))

    @contextmanager
    def served(self, database: psutil.Process, mode: str | None = None) -> Iterator[Server]:
        """A server of this mode, or of another over the same databases."""
        with serving(mode or self.mode, self.given(), database) as server:
            yield server


@contextmanager
def twins(home: Path, modes: Sequence[str]) -> Iterator[tuple[list[Twin], EmbeddedCluster]]:
    """New databases for each mode, without tables."""
    home.chmod(0o711)
    with ExitStack() as stack:
        cluster = start(home / "postgresql")
        stack.callback(stop, cluster)
        yield [_twin(mode, home / mode, cluster) for mode in modes], cluster


def _twin(mode: str, home: Path, cluster: EmbeddedCluster) -> Twin:
    home.mkdir()
    main, vault = f"farley_{mode}", f"vault_{mode}"
    asyncio.run(bootstrap(cluster.url("postgres"), main, vault))
    return Twin(
        mode,
        home,
        Urls(
            main=cluster.url(main, APP),
            vault=cluster.url(vault, APP),
            owner_main=cluster.url(main, OWNER),
            owner_vault=cluster.url(vault, OWNER),
        ),
    )
