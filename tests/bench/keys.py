"""``python -m tests.bench.keys``: a tenant with 1,000,000 people, in tables as large as theirs would be.

People are looked up by e-mail address, their keys are destroyed one by one, and the tenant's key is rotated
while a server answers; keys are destroyed among 1,000 too, and while the rotation goes on.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, cast

import asyncpg
import orjson
import psutil
from graphql import parse

from api.graphql.planning.reads import Reads
from api.runtime.wiring import Services, services
from api.settings.embedded import EmbeddedCluster
from domain.directory.principals import principal_named
from privacy.database import TenantPool
from privacy.vault.rotation import BATCH
from tests.bench.keys_rows import load
from tests.bench.load import Connection, Server
from tests.bench.plain.modes import SEALED
from tests.bench.sealing import CREATE, POINT, a_person, post
from tests.bench.twins import Twin, twins
from tests.reference.compiled import SCHEMA, Compiled

FEW = 1_000
READERS, READS_PER_SECOND = 4, 100
CREATE_SECONDS, DESTROY_SECONDS = 0.2, 0.5
DOCUMENT = parse(
    """query($email: String!) { customers(first: 10, filter: {email: {eq: $email}}) {
         nodes { id email } } }"""
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--lookups", type=int, default=500)
    parser.add_argument("--destroyed", type=int, default=200)
    options = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="farley-bench-")))
        (twin,), cluster = stack.enter_context(twins(home, (SEALED,)))
        twin.fill(FEW)
        asyncio.run(_measure(twin, cluster, options))


async def _measure(twin: Twin, cluster: EmbeddedCluster, options: argparse.Namespace) -> None:
    admins = [
        await asyncpg.connect(cluster.url(f"{name}_{SEALED}")) for name in ("farley", "vault")
    ]
    async with services(twin.settings, twin.urls) as connected:
        known = await admins[1].fetch("SELECT subject_id::text FROM subject_keys")
        few = [row[0] for row in known][: FEW // 4]
        print(DESTROYING, _destroyed("a bare fsync, to compare", _fsyncs(twin.home)), sep="\n")
        print(_destroyed(f"{len(known)} keys", await _destroy(connected, twin, few)), flush=True)
        people = await load(admins, connected, twin.tenant, options.subjects)
        chosen = Random(1).sample(range(len(people)), options.destroyed + options.lookups)
        doomed = [people[n] for n in chosen[: options.destroyed]]
        print(
            _destroyed(f"{len(people)} keys", await _destroy(connected, twin, doomed)), flush=True
        )
        await _look_up(connected, twin, [(n, people[n]) for n in chosen[options.destroyed :]])
        left = sorted(set(people) - set(doomed))
        with twin.served(psutil.Process(cluster.pid)) as server:
            await _rotate(connected, twin, server, left)
    for admin in admins:
        await admin.close()


DESTROYING = (
    "| destroying one person's key, ms | p50 | p99 | longest (goal 50) |\n|---|---|---|---|"
)


async def _destroy(connected: Services, twin: Twin, subjects: Sequence[str]) -> list[float]:
    took = []
    for subject in subjects:
        began = time.perf_counter()
        assert await connected.vault.destroy(twin.tenant, subject)
        took.append((time.perf_counter() - began) * 1000)
    return took


def _fsyncs(home: Path) -> list[float]:
    """Destroying waits for four: announced, destroyed, in the journal, confirmed."""
    took = []
    with (home / "fsync").open("wb") as file:
        for _ in range(100):
            file.write(bytes(4096))
            began = time.perf_counter()
            file.flush()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return took


def _destroyed(what: str, took: Sequence[float]) -> str:
    return f"| {what}, {len(took)} times | {_times(took)} |"


def _times(took: Sequence[float]) -> str:
    inorder = sorted(took)
    return " | ".join(f"{inorder[int(len(inorder) * part)]:.1f}" for part in (0.5, 0.99)) + (
        f" | {inorder[-1]:.1f}"
    )


class WatchedPool:
    """The pool, with a note of what was asked last."""

    def __init__(self, pool: TenantPool) -> None:
        self._pool = pool
        self.asked: list[tuple[str, tuple[Any, ...], float]] = []

    async def fetch(self, tenant: str, sql: str, *arguments: Any) -> Any:
        began = time.perf_counter()
        rows = await self._pool.fetch(tenant, sql, *arguments)
        self.asked.append((sql, arguments, (time.perf_counter() - began) * 1000))
        return rows


async def _look_up(connected: Services, twin: Twin, wanted: Sequence[tuple[int, str]]) -> None:
    """As a caller does it; then PostgreSQL's own time for the same statements."""
    caller = await connected.caller(
        await principal_named(connected.pool, twin.tenant, "compliance"), "compliance"
    )
    pool = WatchedPool(connected.pool)
    timed = replace(connected, pool=cast("TenantPool", pool))
    compiled = Compiled(timed, Reads(SCHEMA, caller.registry), caller, "DE", datetime.now(UTC))
    overall = []
    for number, id_ in (wanted[0], *wanted):  # The first makes the plan.
        email, began = f"person{number}@example.org", time.perf_counter()
        answer = await compiled.planned(DOCUMENT, {"email": email})
        overall.append((time.perf_counter() - began) * 1000)
        found = (answer.data or {})["customers"]["nodes"]
        assert found == [{"id": f"cus_{id_}", "email": email}]
    async with connected.pool.connection(twin.tenant) as connection:
        executed = [await _execution(connection, sql, given) for sql, given, _ in pool.asked[1:]]
    print(
        f"\n| exact lookup, {len(wanted)} times, ms (goal 1) | p50 | p99 | longest |\n|---|---|---|---|\n"
        f"| executing in PostgreSQL | {_times(executed)} |\n"
        f"| the statement over the socket | {_times([took for *_, took in pool.asked[1:]])} |\n"
        f"| planned, found and opened | {_times(overall[1:])} |",
        flush=True,
    )


async def _execution(connection: Any, sql: str, given: Sequence[Any]) -> float:
    explained = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *given)
    return float(orjson.loads(explained)[0]["Execution Time"])


class Serving:
    """A server that is asked for random people and given new ones, evenly; every answer must be good."""

    def __init__(self, server: Server, people: Sequence[str], reader: str, writer: str) -> None:
        self._port = server.port
        self._people = people
        self._reader, self._writer = reader, writer

    async def meanwhile(self, when: str, *work: Awaitable[None]) -> float:
        """Print how it answers until all this is done; returns how many seconds that took."""
        self._is_over, began = False, time.perf_counter()
        self._reads: list[float] = []
        self._creates: list[float] = []
        asking = asyncio.gather(*map(self._read, range(READERS)), self._create())
        await asyncio.gather(*work)
        seconds = time.perf_counter() - began
        self._is_over = True
        await asking
        both = (f"{len(took)} | {_times(took)}" for took in (self._reads, self._creates))
        print(f"| {when} | {' | '.join(both)} |", flush=True)
        return seconds

    async def _read(self, seed: int) -> None:
        rng = Random(seed)
        async with Connection(self._port) as connection:
            while not self._is_over:
                given = {"id": f"cus_{rng.choice(self._people)}"}
                took = await _timed(connection.ask(post(POINT, given, self._reader)))
                self._reads.append(took)
                await asyncio.sleep(max(0.0, READERS / READS_PER_SECOND - took / 1000))

    async def _create(self) -> None:
        async with Connection(self._port) as connection:
            while not self._is_over:
                given = {"input": {"kind": "PERSON", **a_person(len(self._creates))}}
                message = post(CREATE, given, self._writer)
                self._creates.append(await _timed(connection.ask(message)))
                await asyncio.sleep(CREATE_SECONDS)


async def _rotate(connected: Services, twin: Twin, server: Server, people: Sequence[str]) -> None:
    reader, writer = await twin.token("compliance"), await twin.token("sales")
    serving = Serving(server, people, reader, writer)
    print(
        "\n| server | reads | ms p50 | p99 | longest | customers created | ms p50 | p99 | longest |"
        "\n|---|---|---|---|---|---|---|---|---|"
    )
    await serving.meanwhile("before", asyncio.sleep(10))
    rotation = asyncio.create_task(
        asyncio.to_thread(twin.run, "farley", "keys", "rotate", "tenant")
    )
    destroyed: list[float] = []
    destroying = _destroy_until(rotation, connected, twin, iter(people), destroyed)
    seconds = await serving.meanwhile("during the rotation", rotation, destroying)
    print(f"\n{DESTROYING}\n{_destroyed('during the rotation', destroyed)}")
    ((version, keys),) = await connected.vault_pool.fetch(
        twin.tenant, "SELECT tenant_key_version, count(*) FROM subject_keys GROUP BY 1"
    )
    print(
        f"\nrotation of {keys} keys, {BATCH} at a time: {seconds:.0f} s (goal 180),"
        f" {keys / seconds:.0f}/s; all are under version {version}"
    )


async def _destroy_until(
    end: asyncio.Task[None],
    connected: Services,
    twin: Twin,
    people: Iterator[str],
    took: list[float],
) -> None:
    while not end.done():
        took += await _destroy(connected, twin, [next(people)])
        await asyncio.sleep(DESTROY_SECONDS)


async def _timed(asked: Awaitable[bytes]) -> float:
    """In milliseconds."""
    began = time.perf_counter()
    await asked
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
