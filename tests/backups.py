"""Backups as an operator makes them: each database dumped by itself, and restored by itself."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from api.settings.embedded import EmbeddedCluster
from api.settings.roles_and_databases import APP, OWNER


class Backups:
    """Dumps of the databases of one cluster, in a directory."""

    def __init__(self, cluster: EmbeddedCluster, directory: Path) -> None:
        self._cluster = cluster
        self._directory = directory

    def take(self, url: str) -> Path:
        """A dump of the database as it is now."""
        database = urlsplit(url).path[1:]
        file = self._directory / f"{len(list(self._directory.iterdir()))}-{database}.dump"
        self._run("pg_dump", "--format=custom", f"--file={file}", database)
        return file

    async def restore(self, url: str, file: Path) -> None:
        """The database dropped, made anew, and filled from the dump."""
        database = urlsplit(url).path[1:]
        connection = await asyncpg.connect(self._cluster.url("postgres"))
        try:
            await connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{database}" OWNER {OWNER}')
            await connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {APP}')
        finally:
            await connection.close()
        self._run("pg_restore", "--exit-on-error", f"--dbname={database}", str(file))

    async def restore_in_place(self, url: str, file: Path) -> None:
        """The same database emptied and filled: nothing but its contents tells that it was restored."""
        database = urlsplit(url).path[1:]
        self._run(
            *("pg_restore", "--exit-on-error", "--clean", "--if-exists", "--single-transaction"),
            *(f"--dbname={database}", str(file)),
        )

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - the cluster's own program
            [
                self._cluster.bin_dir / program,
                f"--host={self._cluster.socket_dir}",
                "--port=5432",
                "--username=postgres",
                *arguments,
            ],
            check=True,
            capture_output=True,
        )
