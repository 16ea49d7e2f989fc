"""``python -m tests.bench.cost``: whether points follow milliseconds, and how long others wait.

In one process: each query alone, with the time of the process and of PostgreSQL per query, the points that
its credential pays for it, and the longest that the event loop stood still. Then four connections of one
sales member ask a dear query for as long as they may, while somebody else reads one customer, both from
another process.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import uvicorn
from starlette.applications import Starlette

from api.app import create_app
from api.cli.records.demo import make_demo
from api.cli.terminal.garbage_collection import collect_seldom
from api.graphql.documents.cost import Cost
from api.runtime.wiring import services
from api.settings.databases import Urls, databases, migrate
from api.settings.settings import Settings
from domain.access.work import Work
from domain.directory.principals import principal_named
from domain.settings.tenants import tenant_id

TIMES = 12
CPU_SECONDS = 0.5
CONNECTIONS = 4
DEAREST = ("order by a sealed name", "search")
BEAT_SECONDS = 0.002
NAMES = "name email"


@dataclass(frozen=True, slots=True)
class Asking:
    name: str
    as_: str
    query: str


ASKED = (
    Asking("50 customers", "sales", f"{{ customers(first: 50) {{ nodes {{ {NAMES} }} }} }}"),
    Asking("100 customers", "sales", f"{{ customers(first: 100) {{ nodes {{ {NAMES} }} }} }}"),
    Asking(
        "50 customers, nested",
        "sales",
        "{ customers(first: 50) { nodes { name interactions(first: 5) { nodes { subject body } } } } }",
    ),
    Asking(
        "order by a sealed name",
        "sales",
        f"{{ customers(first: 50, orderBy: {{field: NAME}}) {{ nodes {{ {NAMES} }} }} }}",
    ),
    Asking("search", "sales", '{ search(query: "offer", first: 20) { hits { score } } }'),
    Asking(
        "names nearly alike",
        "sales",
        '{ customers(first: 10, filter: {name: {matches: "Mueler"}}) { nodes { name } } }',
    ),
    Asking("count", "sales", "{ customers(first: 0) { totalCount } }"),
    Asking(
        "groups",
        "sales",
        "{ customerGroups(by: [{field: COUNTRY}], first: 20) { groups { count } } }",
    ),
    Asking("who can see", "admin", '{ whoCanSee(id: "ID", field: "email") { nodes { purpose } } }'),
    Asking(
        "a mutation",
        "sales",
        'mutation { recordInteraction(input: {customerId: "ID", channel: PHONE, direction: INBOUND,'
        ' occurredAt: "2026-11-01T10:00:00Z", subject: "Call", body: "Asked."})'
        " { userErrors { code } } }",
    ),
)


@dataclass(slots=True)
class Client:
    app: Starlette
    http: httpx.AsyncClient
    tokens: dict[str, str]
    cluster: Path

    async def ask(self, asking: Asking) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.tokens[asking.as_]}"}
        return await self.http.post("/graphql", json={"query": asking.query}, headers=headers)


@dataclass(slots=True)
class Loop:
    """The longest that the event loop stood still since it was asked last.

    CPU time of its thread between two beats, so that other processes of the machine are not counted.
    """

    longest: float = 0.0

    async def watch(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(BEAT_SECONDS)
            self.longest = max(self.longest, time.thread_time() - before)

    def taken(self) -> float:
        longest, self.longest = self.longest, 0.0
        return longest * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="farley-bench-") as home:
        Path(home).chmod(0o711)
        settings = Settings(data_dir=Path(home), development=False)
        with databases(settings) as urls:
            migrate(urls)
            collect_seldom()  # As ``farley serve`` does.
            asyncio.run(_run(settings, urls, options))


async def _run(settings: Settings, urls: Urls, options: argparse.Namespace) -> None:
    async with _client(settings, urls, options.customers) as (client, customer):
        asked = [replace(one, query=one.query.replace("ID", customer)) for one in ASKED]
        loop = Loop()
        watching = asyncio.create_task(loop.watch())
        print(f"{options.customers} customers\n")
        print("| query | ms | points paid | points per ms | loop stood still for ms |")
        print("|---|---|---|---|---|")
        for one in asked:
            await _measure(client, loop, one)
        print(f"\n{CONNECTIONS} connections of one member ask for {options.seconds:.0f} s\n")
        print(
            "| query | answers by status | others wait for ms (median) | at most | loop stood still |"
        )
        print("|---|---|---|---|---|")
        await _waiting(client, loop, asked, options.seconds)
        watching.cancel()


@asynccontextmanager
async def _client(
    settings: Settings, urls: Urls, customers: int
) -> AsyncIterator[tuple[Client, str]]:
    app = create_app(settings, urls)
    async with services(settings, urls) as connected:
        await make_demo(connected, customers, seed=1)
        tenant = tenant_id(settings.tenant)
        tokens = {}
        for handle in ("sales", "admin", "compliance"):
            principal = await principal_named(connected.pool, tenant, handle)
            tokens[handle] = connected.signer.issue(principal, timedelta(hours=1))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://farley") as http:
            client = Client(app, http, tokens, settings.data_dir.resolve() / "postgresql")
            first = await client.ask(
                Asking("", "sales", "{ customers(first: 1) { nodes { id } } }")
            )
            yield client, first.json()["data"]["customers"]["nodes"][0]["id"]


async def _measure(client: Client, loop: Loop, asking: Asking) -> None:
    warm = (await client.ask(asking)).json()
    if "errors" in warm:
        raise RuntimeError(f"{asking.name}: {warm['errors']}")
    nothing, stalls = Asking("", asking.as_, "{ __typename }"), []
    with _charges() as charges:
        for _ in range(TIMES):
            loop.taken()
            await client.ask(asking)
            stalls.append(loop.taken())
    ms = await _took(client, asking) - await _took(client, nothing)
    points = statistics.median(charges)
    print(
        f"| {asking.name} | {ms:.1f} | {points:.0f} | {points / ms:.0f} |"
        f" {statistics.median(stalls):.0f} |",
        flush=True,
    )


async def _took(client: Client, asking: Asking) -> float:
    """CPU of this process and of PostgreSQL for one query, in milliseconds. The kernel counts in steps of
    ten, so what is short is asked often.
    """
    own, cluster, times = psutil.Process(), _postgres(client.cluster), 0
    before = _seconds(own, cluster)
    while times < TIMES or _seconds(own, cluster) - before < CPU_SECONDS:
        for _ in range(TIMES):
            await client.ask(asking)
        times += TIMES
    return (_seconds(own, cluster) - before) / times * 1000


async def _waiting(client: Client, loop: Loop, asked: list[Asking], seconds: float) -> None:
    """How long somebody else waits for one customer while one credential asks what is dearest."""
    other = Asking("", "compliance", "{ customers(first: 1) { nodes { name } } }")
    for dearest in (one for one in asked if one.name in DEAREST):
        await client.ask(dearest)
        async with _served(client.app) as port:
            given: dict[str, Any] = {"port": port, "seconds": seconds, "connections": CONNECTIONS}
            for who, one in (("pressing", dearest), ("other", other)):
                given[who] = {"token": client.tokens[one.as_], "query": one.query}
            loop.taken()
            told = await _told("tests.bench.waiting", given)
        print(
            f"| {dearest.name} | {told['statuses']} | {told['median']:.0f} | {told['longest']:.0f} |"
            f" {loop.taken():.0f} |",
            flush=True,
        )


@asynccontextmanager
async def _served(app: Starlette) -> AsyncIterator[int]:
    """The port on which the app, whose life has begun, is served by this process."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    yield int(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    await serving


async def _told(module: str, given: dict[str, Any]) -> Any:
    """What another process of this bench prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, json.dumps(given), stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    return json.loads(printed)


@contextmanager
def _charges() -> Iterator[list[int]]:
    """What requests are charged: the level of a bucket, which refills meanwhile, does not tell."""
    found, charged = [], Cost.charged

    def noted(cost: Cost, records_read: int, work: Work) -> int:
        found.append(charged(cost, records_read, work))
        return found[-1]

    Cost.charged = noted  # type: ignore[assignment, method-assign]
    yield found
    Cost.charged = charged  # type: ignore[method-assign]


def _postgres(cluster: Path) -> list[psutil.Process]:
    """The processes of the bench's own cluster: this process started no other."""
    mine = [
        p for p in psutil.process_iter(["cmdline"]) if str(cluster) in (p.info["cmdline"] or ())
    ]
    return [one for p in mine for one in (p, *p.children(recursive=True))]


def _seconds(*processes: psutil.Process | list[psutil.Process]) -> float:
    flat = [p for one in processes for p in (one if isinstance(one, list) else [one])]
    total = 0.0
    for process in flat:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


if __name__ == "__main__":
    main()
