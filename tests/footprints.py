"""What a request leaves behind: rows, and words in logs."""

import logging
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster


async def contents(urls: Urls) -> Mapping[str, str]:
    """Number and digest of the rows of every table of both databases, over all tenants."""
    found: dict[str, str] = {}
    for database, url in (("main", urls.main), ("vault", urls.vault)):
        connection = await asyncpg.connect(url, user="postgres")
        try:
            names = await connection.fetch(
                "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'"
            )
            rows = await connection.fetch(" UNION ALL ".join(_digest(name) for (name,) in names))
            found |= {f"{database}.{name}": digest for name, digest in rows}
        finally:
            await connection.close()
    return found


def _digest(table: str) -> str:
    rows = "coalesce(sum(hashtextextended(t::text, 0)), 0)"  # The same in whatever order.
    return f"SELECT '{table}', count(*) || ' ' || {rows} FROM \"{table}\" t"  # noqa: S608 - a catalogue's name


class Heard:
    """Everything that is written while a test runs: by us, by libraries, by PostgreSQL."""

    def __init__(
        self,
        output: pytest.CaptureFixture[str],
        records: pytest.LogCaptureFixture,
        cluster: EmbeddedCluster,
    ) -> None:
        records.set_level(logging.DEBUG)
        self._output = output
        self._records = records
        self._log: Path = cluster.data_dir.resolve() / "server.log"
        self._skip = self._log.stat().st_size

    def text(self) -> str:
        """All of it, messages and traces in full."""
        output = self._output.readouterr()
        return "\n".join(
            [output.out, output.err, self._records.text, self._log.read_text()[self._skip :]]
        )
