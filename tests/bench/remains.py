"""``python -m tests.bench.remains``: what is left of twenty erased people in PostgreSQL's files.

A durable server is filled, twenty of its customers are erased, and after each step of cleaning every file
of the data directory is searched, byte by byte, for their wrapped keys, sealed records, tags and unsealed
words. ``opened`` counts those whose record was decrypted from the files with nothing but them and the root
key. ``--with-statistics`` lets ANALYZE copy sealed columns as it did before (migrations 0025 and 0006).
"""

import argparse
import asyncio
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.cli.records.demo import make_demo
from api.runtime.wiring import Services, services
from api.settings.databases import Urls, databases, migrate
from api.settings.settings import Settings
from domain.directory.principals import principal_named
from domain.entities.customers import CUSTOMER
from domain.erasure.erase_subject import EraseSubject, request_erasure, run_erasure
from domain.settings.tenants import tenant_id
from domain.storage.sealed_records import place_of
from domain.writing.unit_of_work import unit_of_work
from privacy.database import TenantPool
from privacy.vault.rotation import rotate_tenant
from privacy.vault.sealing import SealingKey, associated_data, unseal
from privacy.vault.tenant_keys import TenantKeys, context

ERASED = 20
SECRET = (("main", "customers", "sealed"), ("main", "interactions", "sealed"))
SECRET_OF_VAULT = (("vault", "tenant_keys", "wrapped"), ("vault", "subject_keys", "wrapped"))
RELATIONS = """
SELECT pg_relation_filepath(c.oid) AS path, c.relname AS name FROM pg_class c
WHERE pg_relation_filepath(c.oid) IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Person:
    """What was kept of somebody before the erasure, as the files hold it."""

    id: str
    wrapped: bytes
    sealed: bytes
    proofs: Sequence[bytes]
    word: bytes
    """A tag in the clear, and so a key of its GIN index."""


@dataclass(frozen=True, slots=True)
class Server:
    settings: Settings
    urls: Urls
    directory: Path
    main: "asyncpg.Connection[asyncpg.Record]"
    vault: "asyncpg.Connection[asyncpg.Record]"

    async def both(self, statement: str) -> None:
        for connection in (self.main, self.vault):
            await connection.execute(statement)

    async def places(self) -> dict[str, str]:
        """What a file of a table or index is called by: its first segment's path."""
        rows = [
            (name, row)
            for name, connection in (("main", self.main), ("vault", self.vault))
            for row in await connection.fetch(RELATIONS)
        ]
        # 2619 is pg_statistic, whose longer entries lie in a table beside it.
        called = {"pg_toast_2619": "pg_statistic"}
        return {
            str(row["path"]): f"{name}.{called.get(row['name'], row['name'])}" for name, row in rows
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=400)
    parser.add_argument("--with-statistics", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="farley-bench-") as home:
        Path(home).chmod(0o711)
        settings = Settings(data_dir=Path(home), development=False)
        with databases(settings) as urls:
            migrate(urls)
            asyncio.run(_run(settings, urls, options))


async def _run(settings: Settings, urls: Urls, options: argparse.Namespace) -> None:
    main = await asyncpg.connect(urls.main, user="postgres")
    vault = await asyncpg.connect(urls.vault, user="postgres")
    directory = Path(await main.fetchval("SHOW data_directory"))
    server = Server(settings, urls, directory, main, vault)
    async with services(settings, urls) as connected:
        await make_demo(connected, options.customers, seed=1)
        if options.with_statistics:
            for connection, columns in ((main, SECRET), (vault, SECRET_OF_VAULT)):
                for _, table, column in columns:
                    await connection.execute(
                        f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1"
                    )
        people = await _chosen(server)
        await server.both("ANALYZE")
        wrapped = await vault.fetchval("SELECT wrapped FROM tenant_keys WHERE use = 'seal'")
        await _erase(connected, [person.id for person in people])
        await server.both("CHECKPOINT")
        print("| after | wrapped key | sealed record | tag's proof | unsealed word | **opened** |")
        print("|---|---|---|---|---|---|")
        await _say("the erasure", server, connected, people, wrapped)
        await _clean(server, connected, people, wrapped)
    await main.close()
    await vault.close()


async def _clean(server: Server, connected: Services, people: Sequence[Person], old: bytes) -> None:
    """Each step of what an operator can do, and what is left after it."""
    await server.both("VACUUM")
    await server.both("CHECKPOINT")
    await _say("VACUUM of both", server, connected, people, old)
    await server.both("ANALYZE")
    await _say("ANALYZE of both", server, connected, people, old)
    owner = await TenantPool.open(server.urls.owner_vault)
    tenant = tenant_id(server.settings.tenant)
    await rotate_tenant(owner, connected.vault.provider, tenant, lambda _: None)
    await owner.close()
    await server.both("CHECKPOINT")
    await _say("`farley keys rotate tenant`", server, connected, people, old)
    await server.both("VACUUM FULL")
    await server.both("CHECKPOINT")
    await _say("VACUUM FULL of both", server, connected, people, old)
    await _drop_log(server)
    await _say("the log's end (`wal_recycle = off`)", server, connected, people, old)


async def _drop_log(server: Server) -> None:
    for setting in ("wal_recycle = off", "min_wal_size = '32MB'", "max_wal_size = '32MB'"):
        await server.main.execute(f"ALTER SYSTEM SET {setting}")
    await server.main.execute("SELECT pg_reload_conf()")
    for _ in range(8):
        await server.main.execute(
            "SELECT pg_logical_emit_message(false, 'farley', repeat('x', 9000))"
        )
        await server.main.execute("SELECT pg_switch_wal()")
        await server.main.execute("CHECKPOINT")


async def _chosen(server: Server) -> list[Person]:
    rows = await server.main.fetch(
        "SELECT id::text, sealed FROM customers WHERE sealed IS NOT NULL ORDER BY id LIMIT $1",
        ERASED,
    )
    people = []
    for number, (id_, sealed) in enumerate(rows):
        word = f"remains-{number}-{os.urandom(6).hex()}"
        await server.main.execute("UPDATE customers SET tags = $2 WHERE id = $1", id_, [word])
        wrapped = await server.vault.fetchval(
            "SELECT wrapped FROM subject_keys WHERE subject_id = $1", id_
        )
        proofs = await server.main.fetch(
            "SELECT proof FROM lookup_tags WHERE customer_id = $1", id_
        )
        people.append(Person(id_, wrapped, sealed, [row[0] for row in proofs], word.encode()))
    return people


async def _erase(connected: Services, people: Sequence[str]) -> None:
    tenant = tenant_id(connected.settings.tenant)
    principal = await principal_named(connected.pool, tenant, "compliance")
    caller = await connected.caller(principal, "compliance")
    region = await connected.tenants.region(tenant)
    for person in people:
        async with unit_of_work(connected.stores, caller, region) as work:
            erasure = await request_erasure(EraseSubject(person), work)
        await run_erasure(connected.stores, caller, region, erasure)


async def _say(
    after: str, server: Server, connected: Services, people: Sequence[Person], tenant_key: bytes
) -> None:
    names = await server.places()
    found: dict[str, dict[bytes, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    needles = {
        "wrapped": [person.wrapped for person in people],
        "sealed": [person.sealed for person in people],
        "proof": [proof for person in people for proof in person.proofs],
        "word": [person.word for person in people],
        "tenant": [tenant_key],
    }
    for place, content in _files(server.directory, names):
        for kind, values in needles.items():
            for value in values:
                if value in content:
                    found[kind][value][place] += 1
    opened = sum(
        _opens(connected, person, tenant_key)
        for person in people
        if found["tenant"] and found["wrapped"][person.wrapped] and found["sealed"][person.sealed]
    )
    cells = [_cell(found[kind]) for kind in ("wrapped", "sealed", "proof", "word")]
    print(f"| {after} | {' | '.join(cells)} | **{opened}** |", flush=True)


def _cell(found: Mapping[bytes, Counter[str]]) -> str:
    """How many values are left, and where (how many of them in each place)."""
    places: Counter[str] = Counter(place for places in found.values() for place in places)
    where = ", ".join(f"{place} {count}" for place, count in places.most_common(6))
    return f"{sum(map(bool, found.values()))}: {where}" if where else "0"


def _files(directory: Path, names: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.is_socket():
            name = path.relative_to(directory).as_posix()
            first = name.split(".", maxsplit=1)[0]
            kind = "pg_wal" if name.startswith("pg_wal/") else names.get(first, "other files")
            yield kind, path.read_bytes()


def _opens(connected: Services, person: Person, wrapped_tenant_key: bytes) -> bool:
    """Whether the record opens with nothing but the bytes of the files and the root key."""
    tenant = tenant_id(connected.settings.tenant)
    key = connected.vault.provider.unwrap(wrapped_tenant_key, context(tenant, "seal"))
    keys = TenantKeys({1: AESGCM(key)}, 1, None, {})  # type: ignore[arg-type]  # It only unwraps.
    secret = bytes(keys.unwrap(tenant, person.id, 1, 1, person.wrapped))
    prefix = place_of(tenant, CUSTOMER).prefix()
    aad = associated_data(prefix, person.id, person.id)
    return bool(unseal(SealingKey(1, AESGCM(secret)), person.sealed, aad))


if __name__ == "__main__":
    main()
