"""``python -m tests.bench.recovery``: how soon jobs are done again after PostgreSQL or the worker was away.

A real ``farley serve`` with its worker process and a durable database. Each time a job is queued when
the trouble is over, and the time until it is done is printed.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
from pgqueuer.adapters.persistence.queries import Queries

from api.settings import embedded
from api.settings.settings import Settings
from domain.settings.tenants import tenant_id
from domain.values.ids import new_id
from domain.writing.jobs import FORGET, Job

AWAY_SECONDS = 10
PATIENCE_S = 120
TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="farley-bench-") as name:
        home = Path(name)
        home.chmod(0o711)
        with _served(home) as process:
            _measure(home, process)


def _measure(home: Path, process: psutil.Process) -> None:
    data = home / "postgresql"
    cluster = embedded.start(data)
    admin = cluster.url("farley")
    asyncio.run(_done(admin))  # The worker has started.
    _print("nothing", asyncio.run(_done(admin)))
    for _ in range(10):
        asyncio.run(_terminate(admin))
        time.sleep(0.5)
    _print("all backends terminated ten times, half a second apart", asyncio.run(_done(admin)))
    postmaster = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    postmaster.send_signal(signal.SIGINT)
    postmaster.wait(PATIENCE_S)
    time.sleep(AWAY_SECONDS)
    cluster.lease.close()
    admin = embedded.start(data).url("farley")
    _print(f"PostgreSQL away for {AWAY_SECONDS} s", asyncio.run(_done(admin)))
    (worker,) = process.children()
    worker.kill()
    _print("the worker killed", asyncio.run(_done(admin)))


def _print(trouble: str, seconds: float) -> None:
    print(f"| {trouble} | {seconds:.2f} |", flush=True)


async def _terminate(admin: str) -> None:
    connection = await asyncpg.connect(admin)
    await connection.execute(TERMINATE)
    await connection.close()


async def _done(admin: str) -> float:
    """Seconds until a job that is queued now is done."""
    began = time.monotonic()
    connection = await asyncpg.connect(admin)
    try:
        payload = Job(FORGET, tenant_id(Settings().tenant), [new_id()]).payload()
        await Queries.from_asyncpg_connection(connection).enqueue([FORGET], [payload], [0])
        while await connection.fetchval(
            "SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", FORGET
        ):
            await asyncio.sleep(0.01)
            if time.monotonic() - began > PATIENCE_S:
                raise TimeoutError
        return time.monotonic() - began
    finally:
        await connection.close()


@contextmanager
def _served(home: Path) -> Iterator[psutil.Process]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {
        **os.environ,
        "FARLEY_DATA_DIR": str(home),
        "FARLEY_PORT": str(port),
        "FARLEY_DEMO_CUSTOMERS": "20",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve"], env=environment, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        next(iter(process.stdout))
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)


main()
