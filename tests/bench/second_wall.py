"""``python -m tests.bench.second_wall``: what row-level security costs.

The same statements run on the same rows as the server's role: with row-level security on all tables, and
with it taken off. Rounds alternate, so that what else the machine does falls on both; the CPU is the
backend's own, from the operating system.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from api.cli.records.demo import make_demo
from api.runtime.wiring import services
from api.settings.databases import Urls, databases, migrate
from api.settings.settings import Settings
from domain.settings.tenants import named_id, tenant_id

ROUNDS, TIMES = 12, 150
CUSTOMER = "SELECT id::text, kind, lifecycle, sealed FROM customers t WHERE t.tenant_id = $1"
STATEMENTS = {
    "one customer by id": f"{CUSTOMER} AND t.id = $2 AND t.department_id IS NOT DISTINCT FROM $3",
    "a page of 50 of a department": f"{CUSTOMER} AND $2::uuid IS NOT NULL AND t.department_id = $3"
    " ORDER BY t.created_at DESC, t.id LIMIT 50",
    "50 customers with 10 interactions each": "SELECT c.id::text, i.id::text, i.sealed FROM (SELECT id"
    " FROM customers t WHERE t.tenant_id = $1 AND $2::uuid IS NOT NULL AND t.department_id = $3"
    " ORDER BY t.created_at DESC, t.id LIMIT 50) c, LATERAL (SELECT id, sealed FROM interactions t"
    " WHERE t.tenant_id = $1 AND t.customer_id = c.id ORDER BY occurred_at DESC, id LIMIT 10) i",
    "all customers by lifecycle": "SELECT lifecycle, count(*) FROM customers t WHERE t.tenant_id = $1"
    " AND $2::uuid IS NOT NULL AND $3::uuid IS NOT NULL GROUP BY lifecycle",
}
TABLES = ("customers", "interactions")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one statement, in the backend and as the client waits for it."""

    cpu_us: float
    wall_us: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2_000)
    customers = parser.parse_args().customers
    with tempfile.TemporaryDirectory(prefix="farley-bench-") as home:
        Path(home).chmod(0o711)
        settings = Settings(data_dir=Path(home), development=False)
        with databases(settings) as urls:
            migrate(urls)
            asyncio.run(_run(settings, urls, customers))


async def _run(settings: Settings, urls: Urls, customers: int) -> None:
    async with services(settings, urls) as connected:
        await make_demo(connected, customers, seed=1)
    tenant = tenant_id(settings.tenant)
    owner = await asyncpg.connect(urls.owner_main)
    await owner.execute("VACUUM ANALYZE customers")
    await owner.execute("VACUUM ANALYZE interactions")
    app = await asyncpg.connect(urls.main, server_settings={"jit": "off"})
    await app.execute("SELECT set_config('farley.tenant', $1, false)", tenant)
    of = "SELECT id FROM customers WHERE department_id = $1 LIMIT 1"
    department = named_id(tenant, "department", "SALES")
    given = (tenant, await app.fetchval(of, department), department)
    print(f"{customers} customers, {ROUNDS} rounds of {TIMES} statements")
    print("| statement | CPU µs without | with | ratio | wall µs without | with | ratio |")
    print("|---|---|---|---|---|---|---|")
    for name, sql in STATEMENTS.items():
        print(await _line(name, sql, app, owner, given))
    await app.close()
    await owner.close()


async def _line(
    name: str,
    sql: str,
    app: "asyncpg.Connection[asyncpg.Record]",
    owner: "asyncpg.Connection[asyncpg.Record]",
    given: Sequence[object],
) -> str:
    costs: dict[bool, list[Cost]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for walled in (False, True):
            await _switch(owner, is_on=walled)
            await _round(app, sql, given)
            costs[walled].append(await _round(app, sql, given))
    await _switch(owner, is_on=True)
    parts = []
    for what in ("cpu_us", "wall_us"):
        without, with_ = (
            statistics.median(getattr(cost, what) for cost in costs[walled])
            for walled in (False, True)
        )
        parts.append(f"{without:.0f} | {with_:.0f} | {with_ / without:.2f}")
    return f"| {name} | {' | '.join(parts)} |"


async def _switch(owner: "asyncpg.Connection[asyncpg.Record]", *, is_on: bool) -> None:
    for table in TABLES:
        await owner.execute(
            f"ALTER TABLE {table} {'ENABLE' if is_on else 'DISABLE'} ROW LEVEL SECURITY"
        )


async def _round(
    app: "asyncpg.Connection[asyncpg.Record]", sql: str, given: Sequence[object]
) -> Cost:
    backend = psutil.Process(app.get_server_pid())
    before, started = _cpu(backend), asyncio.get_running_loop().time()
    for _ in range(TIMES):
        await app.fetch(sql, *given)
    waited = asyncio.get_running_loop().time() - started
    return Cost((_cpu(backend) - before) / TIMES * 1e6, waited / TIMES * 1e6)


def _cpu(backend: psutil.Process) -> float:
    """Seconds; the kernel counts nanoseconds here and hundredths of a second elsewhere."""
    path = Path(f"/proc/{backend.pid}/schedstat")
    return int(path.read_text().split()[0]) / 1e9


main()
