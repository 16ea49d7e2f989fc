"""Short tags: what is looked up is found, a few others would be by the tag alone, and nobody can tell."""

import asyncio
import math
import random
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA

from api.settings.embedded import EmbeddedCluster
from api.settings.roles_and_databases import OWNER, bootstrap
from domain.storage import lookup_rows
from domain.storage.lookup_rows import UNDIVIDED, has_tag, tag_row
from domain.tables import lookup_plans, lookup_tags
from domain.writing.bulk_rows import insert_rows
from domain.writing.unit_of_work import UnitOfWork
from migrations.run import Database, _config
from tests.api import Api
from tests.builders import a_customer, as_service
from tests.unit.privacy import vectors

BATCHES = (1, 3, 12, 48, 200, 800, 3_000, 12_000, 24_000)
"""So many values come together: 40,064 in the end."""
ASKED = 200
CHANCE = random.Random()
"""Tags are like chance to whoever has no key; here they are the same in every run."""

CREATE = """mutation($e: String!) {
    createCustomer(
        input: {kind: PERSON, familyName: "Tagged", contactPoints: [{kind: EMAIL, value: $e}]}
    ) { customer { id } }
}"""
FIND = "query($f: CustomerFilter) { customers(first: 9, filter: $f) { nodes { id } totalCount } }"


@pytest.fixture(autouse=True)
def seeded() -> None:
    CHANCE.seed(20261122)


async def import_values(work: UnitOfWork, field: str, count: int) -> dict[bytes, str]:
    """Values that come together, as an import brings them: their tags, and the rows that have them."""
    new = {CHANCE.randbytes(32): str(uuid.uuid4()) for _ in range(count)}
    rows = [
        tag_row({"tenant_id": work.tenant, "row_id": id_, "customer_id": id_}, field, tag, 1)
        for tag, id_ in new.items()
    ]
    await lookup_rows.count(work.connection, work.tenant, rows)
    await insert_rows(work, lookup_tags, rows)
    return new


async def found(work: UnitOfWork, field: str, tags: Sequence[bytes]) -> list[str]:
    query = sa.select(lookup_tags.c.row_id).where(
        lookup_tags.c.tenant_id == work.tenant,
        lookup_tags.c.field == field,
        has_tag(lookup_tags, sa.bindparam("tags", list(tags), type_=ARRAY(BYTEA))),
    )
    return sorted((await work.execute(query)).scalars())


COINCIDING = sa.text(
    "SELECT count(*) FROM unnest(CAST(:tags AS bytea[])) tag, unnest(lookup_shorts(ARRAY[tag])) asked"
    " JOIN lookup_tags t ON t.short = asked WHERE t.tenant_id = :tenant AND t.field = :field"
)


async def test_an_index_coincides_as_often_as_is_planned(api: Api) -> None:
    """Between 2 and √R rows have the short tag of a value that nobody has (CipherSweet's rule)."""
    async with as_service(api) as work:
        total, known = 0, dict[bytes, str]()
        for batch in BATCHES:
            known |= await import_values(work, "test.many", batch)
            total += batch
            strange = [CHANCE.randbytes(32) for _ in range(ASKED)]
            values = {"tags": strange, "tenant": work.tenant, "field": "test.many"}
            hits = (await work.connection.execute(COINCIDING, values)).scalar_one()
            if total >= 16:  # The mean of 200 is off by a fifth at most, six deviations.
                assert 2 * 0.8 <= hits / ASKED <= math.sqrt(total) * 1.2, total
            assert await found(work, "test.many", strange) == []
        some = list(known)[:: total // 50]
        assert await found(work, "test.many", some) == sorted(known[tag] for tag in some)
        for tag in some:
            assert await found(work, "test.many", [tag]) == [known[tag]]
        await work.connection.rollback()


async def test_two_rows_with_the_same_value_have_nothing_else_in_common_than_others_have(
    api: Api,
) -> None:
    async with as_service(api) as work:
        await import_values(work, "test.shared", 4_000)
        owners = [
            {"tenant_id": work.tenant, "row_id": id_, "customer_id": id_}
            for id_ in (str(uuid.uuid4()) for _ in range(2))
        ]
        tag = CHANCE.randbytes(32)
        both = [tag_row(owner, "test.shared", tag, 1) for owner in owners]
        await insert_rows(work, lookup_tags, both)
        assert await found(work, "test.shared", [tag]) == sorted(one["row_id"] for one in owners)
        query = sa.select(lookup_tags).where(lookup_tags.c.field == "test.shared")
        rows: Sequence[Any] = (await work.execute(query)).all()
        assert len({row.proof for row in rows}) == len(rows)
        times = Counter(row.short for row in rows)
        ids = {one["row_id"] for one in owners}
        (mine,) = {row.short for row in rows if row.row_id in ids}
        assert sum(other >= times[mine] for other in times.values()) > 10
        await work.connection.rollback()


async def test_what_one_looks_for_is_found_by_every_class_of_length(api: Api) -> None:
    """A value keeps the length that it was written with, however many come after it."""
    early, late = "early@example.com", "late@example.com"
    first = (await api.data(CREATE, as_="sales", e=early))["createCustomer"]["customer"]["id"]
    async with as_service(api) as work:
        await work.connection.execute(
            sa.update(lookup_plans)
            .where(lookup_plans.c.field == "customer.emails")
            .values(rows=1_000_000)
        )
        await lookup_rows.count(
            work.connection, work.tenant, [{"field": "customer.emails", "short": -1}], 1_000_000
        )
    second = (await api.data(CREATE, as_="sales", e=late))["createCustomer"]["customer"]["id"]
    async with as_service(api) as work:
        query = sa.select(lookup_tags.c.short).where(lookup_tags.c.field == "customer.emails")
        lengths = {short.bit_length() - 1 for short in (await work.execute(query)).scalars()}
        assert lengths == {3, 18}
    for emails, ids in (([early], [first]), ([late], [second]), ([early, late], [first, second])):
        data = await api.data(FIND, as_="sales", f={"email": {"in": emails}})
        assert {node["id"] for node in data["customers"]["nodes"]} == set(ids)
        assert data["customers"]["totalCount"] == len(ids)
    data = await api.data(FIND, as_="sales", f={"email": {"eq": "nobody@example.com"}})
    assert data["customers"] == {"nodes": [], "totalCount": 0}


async def test_a_record_that_is_changed_is_not_counted_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup_rows, "COUNTED_ONE_IN", 1)
    before = await counted(api)
    id_ = await a_customer(api, contactPoints=[{"kind": "EMAIL", "value": "counted@example.com"}])
    assert await counted(api) == before + 1
    for version, language in enumerate(("de", "fr", "es"), 1):
        changed = {"id": id_, "expectedVersion": version, "language": language}
        payload = await api.mutate("updateCustomer", "customer { id }", as_="sales", **changed)
        assert payload["userErrors"] == []
    assert await counted(api) == before + 1


async def counted(api: Api) -> int:
    async with as_service(api) as work:
        query = sa.select(lookup_plans.c.rows).where(lookup_plans.c.field == "customer.emails")
        return (await work.execute(query)).scalar_one_or_none() or 0


@pytest.mark.parametrize("id_", [vectors.ROW, vectors.SUBJECT])
async def test_the_proof_is_worked_out_alike_here_and_in_the_database(api: Api, id_: str) -> None:
    owner = {"tenant_id": vectors.TENANT, "row_id": id_, "customer_id": id_}
    row = tag_row(owner, "customer.emails", vectors.EMAIL_TAG, 1)
    async with as_service(api) as work:
        proof = sa.func.lookup_proof(vectors.EMAIL_TAG, sa.literal(id_, sa.UUID(as_uuid=False)))
        assert (await work.execute(sa.select(proof))).scalar_one() == row["proof"]
        shorts = sa.func.lookup_shorts(sa.literal([vectors.EMAIL_TAG], ARRAY(BYTEA)))
        given = int.from_bytes(vectors.EMAIL_TAG[:4], "big") >> 2
        assert (await work.execute(sa.select(shorts))).scalar_one() == [
            UNDIVIDED,
            *((1 << bits) | given >> (30 - bits) for bits in range(3, 25, 3)),
        ]


def test_tags_from_before_are_found_after_the_upgrade(cluster: EmbeddedCluster) -> None:
    name = f"main_{uuid.uuid4().hex[:8]}"
    asyncio.run(bootstrap(cluster.url("postgres"), name, "template_vault"))
    config = _config(Database.MAIN, cluster.url(name, OWNER))
    command.upgrade(config, "0018_fuzzy_names")
    kept = {CHANCE.randbytes(32): str(uuid.uuid4()) for _ in range(300)}
    asyncio.run(_with_tags(cluster.url(name), kept))
    command.upgrade(config, "head")
    asyncio.run(_are_found(cluster.url(name), kept))


TENANT = str(uuid.UUID(int=5))


async def _with_tags(admin: str, kept: dict[bytes, str]) -> None:
    connection = await asyncpg.connect(admin)
    for field in ("customer.emails", "customer.custom.vip"):
        await connection.executemany(
            "INSERT INTO lookup_tags (tenant_id, field, tag, row_id, customer_id)"
            " VALUES ($1, $2, $3, $4, $4)",
            [(TENANT, field, tag, id_) for tag, id_ in kept.items()],
        )
    await connection.execute(
        "INSERT INTO custom_field_definitions (tenant_id, resource, name, type)"
        " VALUES ($1, 'customer', 'vip', 'BOOLEAN')",
        TENANT,
    )
    await connection.close()


async def _are_found(admin: str, kept: dict[bytes, str]) -> None:
    connection = await asyncpg.connect(admin)
    plans = await connection.fetch("SELECT field, rows FROM lookup_plans ORDER BY 1")
    assert list(map(tuple, plans)) == [("customer.custom.vip", 300), ("customer.emails", 300)]
    for tag, id_ in kept.items():
        rows = await connection.fetch(
            "SELECT field, row_id::text, short FROM lookup_tags WHERE short = ANY(lookup_shorts($1))"
            " AND proof = lookup_proof(($1::bytea[])[1], row_id) ORDER BY field",
            [tag],
        )
        (undivided, divided) = rows
        assert tuple(undivided) == ("customer.custom.vip", id_, UNDIVIDED)
        assert divided[1] == id_
        assert divided[2].bit_length() - 1 == 6
    await connection.close()
