"""``python -m tests.bench.memory [--documents 20000]``: memory of a server that gets ever other documents.

Each document asks for other fields under other names, with other filters, orders and pages below. Prints
the resident memory of the server after every thousand, and at the end what a document that is known takes.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import psutil

from api.cli.records.demo import make_demo
from api.runtime.wiring import services
from api.settings.databases import Urls, databases, migrate
from api.settings.embedded import start, stop
from api.settings.settings import Settings
from domain.directory.principals import principal_named
from domain.settings.tenants import tenant_id
from tests.bench.load import Connection, Server, request
from tests.bench.processes import serving
from tests.bench.queries import Query, queries

CUSTOMER = [
    "id",
    "name",
    "email",
    "phone",
    "country",
    "lifecycle",
    "kind",
    "createdAt",
    "updatedAt",
]
INTERACTION = ["id", "channel", "direction", "subject", "body", "occurredAt"]
OPPORTUNITY = ["id", "title", "expectedClose", "createdAt"]
FILTERS = ["", ", filter: {kind: {eq: PERSON}}", ', filter: {country: {eq: "DE"}}']
ORDERS = [
    "",
    ", orderBy: {field: CREATED_AT, direction: ASC}",
    ", orderBy: {field: CREATED_AT, direction: DESC}",
]
STEP = 1_000
AT_ONCE = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    options = parser.parse_args()
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="farley-bench-"))
        Path(home).chmod(0o711)
        settings = Settings(data_dir=Path(home), development=False)
        urls = stack.enter_context(databases(settings))
        migrate(urls)
        token, customer = asyncio.run(_prepare(settings, urls))
        cluster = start(settings.data_dir / "postgresql")
        stack.callback(stop, cluster)
        given: dict[str, object] = {"data_dir": home, "urls": asdict(urls)}
        given |= {"admin": cluster.url("farley"), "tenant": tenant_id(settings.tenant)}
        server = stack.enter_context(serving("sealed", given, psutil.Process(cluster.pid)))
        asyncio.run(_measure(server, token, queries(customer)[0], options.documents))


async def _prepare(settings: Settings, urls: Urls) -> tuple[str, str]:
    async with services(settings, urls) as connected:
        await connected.provision()
        await make_demo(connected, 50, seed=1)
        sql = "SELECT id FROM customers WHERE tenant_id = $1 LIMIT 1"
        tenant = tenant_id(settings.tenant)
        (row,) = await connected.pool.fetch(tenant, sql, tenant)
        principal = await principal_named(connected.pool, tenant, "sales")
        return connected.signer.issue(principal, timedelta(hours=2)), f"cus_{row['id']}"


async def _measure(server: Server, token: str, known: Query, documents: int) -> None:
    backends = psutil.Process(server.database.pid)
    print("| documents | RSS MB | largest PostgreSQL process MB | ms CPU each |\n|---|---|---|---|")
    await _known(server, token, known)
    _print(server, backends, 0, 0.0)
    source = different(random.Random(1))
    for count in range(STEP, documents + 1, STEP):
        before = server.cpu_seconds()
        texts = [next(source) for _ in range(STEP)]
        await asyncio.gather(*(_ask(server.port, token, texts[n::AT_ONCE]) for n in range(AT_ONCE)))
        _print(server, backends, count, server.cpu_seconds() - before)
    print(f"a known document: {await _known(server, token, known):.3f} ms of CPU")


def _print(server: Server, backends: psutil.Process, count: int, cpu: float) -> None:
    own = server.process.memory_info().rss / 2**20
    largest = max(child.memory_info().rss for child in backends.children()) / 2**20
    print(f"| {count:,} | {own:.0f} | {largest:.0f} | {cpu * 1000 / STEP:.1f} |", flush=True)


async def _ask(port: int, token: str, texts: list[str]) -> None:
    async with Connection(port) as connection:
        for text in texts:
            body = json.dumps({"query": text}).encode()
            await connection.ask(request("POST", "/graphql", body, token))


async def _known(server: Server, token: str, known: Query, requests: int = 2_000) -> float:
    """Server CPU in ms of a document that is asked again and again."""
    body = json.dumps({"query": known.text, "variables": known.variables}).encode()
    message = request("POST", "/graphql", body, token)
    async with Connection(server.port) as connection:
        before, began = server.cpu_seconds(), time.perf_counter()
        for _ in range(requests):
            await connection.ask(message)
        assert time.perf_counter() > began
    return (server.cpu_seconds() - before) * 1000 / requests


def different(source: random.Random) -> Iterator[str]:
    """Documents, each another one."""
    number = 0
    while True:
        number += 1
        fields = _some(source, CUSTOMER, number)
        talks = _some(source, INTERACTION, number)
        deals = _some(source, OPPORTUNITY, number)
        head = f"customers(first: 2{source.choice(FILTERS)}{source.choice(ORDERS)})"
        yield (
            f"query Q{number} {{ a{number}: {head} {{ nodes {{ {fields}"
            f" interactions(first: {source.randint(1, 3)}) {{ nodes {{ {talks} }} }}"
            f" opportunities(first: {source.randint(1, 3)}) {{ nodes {{ {deals} }} }} }} }} }}"
        )


def _some(source: random.Random, names: list[str], number: int) -> str:
    chosen = source.sample(names, source.randint(2, len(names)))
    return " ".join(f"{name}{number % 97}: {name}" for name in chosen)


if __name__ == "__main__":
    main()
