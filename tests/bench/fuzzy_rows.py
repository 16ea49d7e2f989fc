"""Customers with sealed names and their tokens, and the same names unsealed, for ``tests.bench.fuzzy``."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

import asyncpg

from api.runtime.wiring import Services
from domain.entities.customers import CUSTOMER
from domain.searching.modes import USUAL_MODES
from domain.searching.spelling.folding import folded
from domain.settings.tenants import named_id
from domain.tables import search_tokens
from domain.values.ids import new_id
from domain.writing.indexing import Basis, index_records
from domain.writing.records import sealed_record

BATCH = 20_000
INDEX = "ix_search_tokens_tokens"
COLUMNS = (
    *("tenant_id", "id", "kind", "lifecycle", "department_id", "created_at", "updated_at"),
    *("version", "sealed"),
)
Admin: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def load(
    admin: Admin, connected: Services, tenant: str, people: Sequence[tuple[str, str]]
) -> None:
    """Rows as ``farley import`` writes them, with names alone; the GIN index is made afterwards."""
    await admin.execute(f"DROP INDEX {INDEX}")
    sizes: Counter[str] = Counter()
    for start_ in range(0, len(people), BATCH):
        await _load_some(admin, connected, tenant, people[start_ : start_ + BATCH], sizes)
    await admin.execute("SET maintenance_work_mem = '1GB'")
    began = time.perf_counter()
    await admin.execute(f"CREATE INDEX {INDEX} ON search_tokens USING gin (tokens)")
    seconds = time.perf_counter() - began
    await admin.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    await admin.execute("CREATE TABLE plain (name text)")
    names = [(folded(f"{given} {family}"),) for given, family in people]
    await admin.copy_records_to_table("plain", records=names)
    await admin.execute("CREATE INDEX plain_trgm ON plain USING gin (name gin_trgm_ops)")
    for table in ("plain", "customers", "search_tokens"):
        await admin.execute(f"VACUUM ANALYZE {table}")
    size = "SELECT pg_relation_size($1::regclass)::float8 / $2"
    ours, theirs = [await admin.fetchval(size, name, len(people)) for name in (INDEX, "plain_trgm")]
    heap = await admin.fetchval(size, "search_tokens", len(people))
    print(
        f"{sizes['tokens'] / len(people):.1f} tokens a row, {sizes['µs'] / len(people):.0f} µs to make"
        f" them; {heap:.0f} bytes of table and {ours:.0f} of index a row, {seconds:.0f} s to make the"
        f" index; pg_trgm's has {theirs:.0f} bytes a row",
        flush=True,
    )


async def _load_some(
    admin: Admin,
    connected: Services,
    tenant: str,
    people: Sequence[tuple[str, str]],
    sizes: Counter[str],
) -> None:
    now, department = datetime.now(UTC), named_id(tenant, "department", "SALES")
    index = await connected.vault.index(tenant)
    ids = [new_id() for _ in people]
    keys = await connected.vault.create_keys(tenant, ids)
    written: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = [
        ({"id": id_}, {"given_name": given, "family_name": family})
        for id_, (given, family) in zip(ids, people, strict=True)
    ]
    began = time.perf_counter()
    basis = Basis(tenant, index, "DE", {}, {}, USUAL_MODES)
    tokens = index_records(basis, CUSTOMER, written)[search_tokens]
    sizes["µs"] += round((time.perf_counter() - began) * 1e6)
    sizes["tokens"] += sum(len(row["tokens"]) for row in tokens)
    rows = [
        (
            *(tenant, row["id"], "PERSON", "LEAD", department, now, now),
            1,
            sealed_record(tenant, CUSTOMER, row["id"], keys[row["id"]], row["id"], sealed),
        )
        for row, sealed in written
    ]
    await admin.copy_records_to_table("customers", records=rows, columns=COLUMNS)
    await admin.copy_records_to_table(
        "search_tokens", records=[tuple(row.values()) for row in tokens], columns=list(tokens[0])
    )
