"""``make bench``: requests per second and CPU per request, on a real server and a durable database.

Farley's server has one core to itself; PostgreSQL and the load share the other. ``× floor`` compares
with a server in the same run that fetches and encodes the same rows and does nothing else.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from api.cli.records.demo import make_demo
from api.runtime.wiring import Services, services
from api.settings.databases import Urls, databases, migrate
from api.settings.embedded import start, stop
from api.settings.settings import Settings
from domain.directory.principals import principal_named
from domain.settings.tenants import tenant_id
from tests.bench.importing import measure_import
from tests.bench.load import Figures, Server, measure, request
from tests.bench.policy import measure_policy
from tests.bench.processes import pin, serving
from tests.bench.queries import Query, queries
from tests.bench.refusals import measure_refusals
from tests.bench.sealing import measure_sealing
from tests.bench.sealing_import import measure_imports


@dataclass(frozen=True, slots=True)
class Subject:
    token: str
    customer: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--import-rows", type=int, default=100_000)
    options = parser.parse_args()
    _measure_requests(options)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    measure_import(options.import_rows)
    measure_sealing(rounds=5, seconds=1.0)
    measure_imports(options.import_rows)
    measure_policy()


def _measure_requests(options: argparse.Namespace) -> None:
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="farley-bench-"))
        Path(home).chmod(0o711)
        settings = Settings(data_dir=Path(home), development=False)
        urls = stack.enter_context(databases(settings))
        migrate(urls)
        subject = asyncio.run(_prepare(settings, urls, options.customers))
        cluster = start(settings.data_dir / "postgresql")
        stack.callback(stop, cluster)
        given: dict[str, object] = {
            "data_dir": home,
            "urls": asdict(urls),
            "admin": cluster.url("farley"),
            "tenant": tenant_id(settings.tenant),
        }
        pin(os.getpid(), 1)
        database = psutil.Process(cluster.pid)
        for process in [database, *database.children(recursive=True)]:
            pin(process.pid, 1)
        farley = stack.enter_context(serving("sealed", given, database))
        floor = stack.enter_context(serving("floor", given, database))
        _print_machine(options.customers, options.connections)
        asyncio.run(_run(farley, floor, subject, options.connections, options.seconds))


async def _prepare(settings: Settings, urls: Urls, customers: int) -> Subject:
    async with services(settings, urls) as connected:
        await make_demo(connected, customers, seed=1)
        tenant = tenant_id(settings.tenant)
        principal = await principal_named(connected.pool, tenant, "support")
        token = connected.signer.issue(principal, timedelta(hours=2))
        return Subject(token, await _a_customer(connected, tenant))


async def _a_customer(connected: Services, tenant: str) -> str:
    rows = await connected.pool.fetch(
        tenant, "SELECT id::text FROM customers WHERE tenant_id = $1 ORDER BY id LIMIT 1", tenant
    )
    return f"cus_{rows[0][0]}"


async def _run(
    farley: Server, floor: Server, subject: Subject, connections: int, seconds: float
) -> None:
    floors = {
        "point read": request("GET", f"/point?id={subject.customer[4:]}"),
        "50 customers": request("GET", "/list"),
    }
    for query in queries(subject.customer):
        body = json.dumps({"query": query.text, "variables": query.variables}).encode()
        message = request("POST", "/graphql", body, subject.token)
        figures = await measure(farley, message, connections=connections, seconds=seconds)
        beside = None
        if query.name in floors:
            beside = await measure(
                floor, floors[query.name], connections=connections, seconds=seconds / 2
            )
        _print_row(query, figures, beside)
    await measure_refusals(farley, subject.token)


def _print_machine(customers: int, connections: int) -> None:
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores,"
        f" {customers} customers, {connections} connections, one server process on one core\n"
    )
    print(
        "| query | requests/s | server CPU ms | PostgreSQL CPU ms | p50 ms | p99 ms | RSS MB"
        " | server CPU × floor |\n|---|---|---|---|---|---|---|---|"
    )


def _print_row(query: Query, figures: Figures, floor: Figures | None) -> None:
    ratio = f"{figures.server_cpu_ms / floor.server_cpu_ms:.1f}" if floor else ""
    print(
        f"| {query.name} | {figures.per_second:.0f} | {figures.server_cpu_ms:.2f}"
        f" | {figures.database_cpu_ms:.2f} | {figures.p50_ms:.1f} | {figures.p99_ms:.1f}"
        f" | {figures.rss_mb:.0f} | {ratio} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
