"""Every type of column through every way in which an import writes (issue 12, item 16)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from api.runtime.wiring import Services
from domain import tables
from domain.access.caller import Caller
from domain.importing.records.records import (
    CustomerRecord,
    InteractionRecord,
    MemberRecord,
    OpportunityRecord,
    Record,
    Reference,
)
from domain.importing.write.batches import BulkWriter
from domain.writing.bulk_rows import insert_rows, replace_rows
from domain.writing.unit_of_work import UnitOfWork, unit_of_work
from privacy.tables import consents

ID = "018f0000-0000-7000-8000-00000000000a"
AWKWARD = 'a\tb\\c\\N\n"d",\r\x1f \u2028\U0001f600 \\t{}'
VALUES: tuple[tuple[type[Any], tuple[Any, ...]], ...] = (
    (JSONB, ([], {}, [{"text": AWKWARD, "start": 1}], {"a": [None, 1.5, True]}, 0, False, AWKWARD)),
    (UUID, (ID,)),
    (BYTEA, (b"", b"\x00\xff\\x\n", bytes(range(256)))),
    (sa.Boolean, (True, False)),
    (sa.Numeric, (Decimal("0.0001"), Decimal("-999999999999999.9999"), Decimal("10.0000"))),
    (sa.SmallInteger, (-32768, 32767)),
    (sa.BigInteger, (-(2**63), 2**63 - 1)),
    (sa.Integer, (0, 2**31 - 1)),
    (sa.DateTime, (datetime(2, 1, 1, tzinfo=UTC), datetime(2024, 2, 29, 23, 59, 59, 999999, UTC))),
    (sa.Date, (date(2, 1, 1), date(9998, 12, 31))),
    (sa.Text, ("", AWKWARD, "NULL", "\\N", "\\.")),
    (sa.String, ("", "x")),
)
DECLARED = [getattr(tables, name) for name in tables.__all__] + [consents]
TABLES = [one for one in DECLARED if isinstance(one, sa.Table) and "tenant_id" in one.c]


def samples(type_: Any) -> tuple[Any, ...]:
    if isinstance(type_, ARRAY):
        items = list(samples(type_.item_type))
        return ([], items, items[:1])
    return next(values for kind, values in VALUES if isinstance(type_, kind))


def rows_of(table: sa.Table, ids: Iterator[str]) -> list[dict[str, Any]]:
    """Rows in which each column has each of its samples, and none where it may have none."""
    columns = [column for column in table.columns if column.name != "tenant_id"]
    rows = []
    for at in range(max(len(samples(column.type)) for column in columns) + 1):
        row = {c.name: samples(c.type)[at % len(samples(c.type))] for c in columns}
        if at == 0:
            row |= {c.name: None for c in columns if c.nullable}
        row |= {"id": next(ids)} if "id" in table.c else {}
        row |= {"version": 1} if "version" in table.c else {}
        rows.append(row)
    return rows


def twin(table: sa.Table) -> sa.Table:
    """The same columns without the constraints, which no made-up row would keep."""
    columns = (sa.Column(c.name, c.type, nullable=c.nullable) for c in table.columns)
    return sa.Table(f"trial_{table.name}", sa.MetaData(), *columns)


async def there(work: UnitOfWork, table: sa.Table) -> list[dict[str, Any]]:
    found = (await work.execute(sa.select(table))).mappings()
    return [{k: v for k, v in row.items() if k != "tenant_id"} for row in found]


def by_content(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)


@pytest.fixture(scope="module")
async def caller(services: Services, tenant: str) -> Caller:
    return await services.caller(services.service_principal(tenant), "administration")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
async def test_every_declared_column_is_written_as_it_is(
    services: Services, caller: Caller, table: sa.Table
) -> None:
    """Item 16: COPY took no list for a column of JSON."""
    trial = twin(table)
    async with unit_of_work(services.stores, caller, "DE") as work:
        await work.execute(sa.text(f"CREATE TEMPORARY TABLE {trial.name} (LIKE {table.name})"))
        rows = rows_of(table, iter(work.stores.new_id, ""))
        await insert_rows(work, trial, rows)
        assert by_content(await there(work, trial)) == by_content(rows)
        if {"id", "version"} <= set(table.c.keys()):
            ids = [row["id"] for row in rows]
            moved = [
                {**row, "id": id_, "version": 2}
                for row, id_ in zip(rows, ids[1:] + ids[:1], strict=True)
            ]
            await replace_rows(work, trial, moved)
            assert by_content(await there(work, trial)) == by_content(moved)
        await work.execute(sa.text(f"DROP TABLE {trial.name}"))


def ref(id_: str) -> Reference:
    return Reference("erp", id_)


def noted(body: str, id_: str = "i") -> InteractionRecord:
    values = {
        "channel": "EMAIL",
        "direction": "INBOUND",
        "occurred_at": datetime(2024, 3, 1, tzinfo=UTC),
        "body": body,
    }
    return InteractionRecord(ref(id_), ref("c"), values)


class World:
    def __init__(self, services: Services, caller: Caller) -> None:
        self.services = services
        self.tenant = caller.principal.tenant_id
        self._writer = BulkWriter(services.stores, caller, "DE")

    async def write(self, *records: Record) -> tuple[int, int, int, int]:
        result = await self._writer.write(records)
        return result.created, result.updated, result.unchanged, len(result.rejected)

    async def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.services.pool.fetch(self.tenant, sql)]


@pytest.fixture(scope="module")
async def world(services: Services, caller: Caller) -> World:
    made = World(services, caller)
    values = {"kind": "PERSON", "family_name": "Any"}
    await made.write(CustomerRecord(ref("c"), values), noted("a"), noted("b", "j"))
    return made


FINDINGS = '{"body": [{"type": "PERSON", "start": 0, "end": 1, "score": 0.85}], "subject": []}'


@pytest.mark.parametrize(
    ("findings", "seconds"),
    [(FINDINGS, 1), ("{}", 2), ('{"body": []}', 3), ('{"a": {"b": [null, 1.5, "\\\\"]}}', 4)],
)
async def test_a_change_to_an_interaction_that_was_looked_through_is_taken_with_its_batch(
    world: World, services: Services, findings: str, seconds: int
) -> None:
    """Item 16: the text changes, so it is looked through again; the other keeps what was found."""
    async with services.stores.engine.begin() as connection:
        await connection.execute(
            sa.text("SELECT set_config('farley.tenant', :t, true)"), {"t": world.tenant}
        )
        await connection.execute(
            sa.text("UPDATE interactions SET findings = CAST(:f AS jsonb)"), {"f": findings}
        )
    longer = noted("b", "j")
    longer = InteractionRecord(
        longer.reference,
        longer.customer,
        {**longer.values, "duration_seconds": seconds},
        participants=(ref("c"),),
    )
    assert await world.write(noted(f"other {findings}"), longer) == (0, 2, 0, 0)
    kept = await world.fetch("SELECT findings::text FROM interactions ORDER BY duration_seconds")
    assert kept[0][0] == (await world.fetch(f"SELECT '{findings}'::jsonb::text"))[0][0]
    assert kept[1][0] is None


async def test_every_kind_of_record_is_changed_and_changed_back(world: World) -> None:
    """Text with tabs, backslashes and quotes, lists that are emptied, numbers, dates and nothing."""
    then = datetime(2024, 3, 1, tzinfo=UTC)

    def records(text: str, *, full: bool) -> list[Record]:
        point = {"kind": "EMAIL", "value": "x@example.org", "label": text}
        customer = {
            "kind": "PERSON",
            "family_name": text,
            "tags": [text] if full else [],
            "birth_date": date(1960, 2, 29) if full else None,
            "location": {"latitude": Decimal("1.5"), "longitude": Decimal(2)} if full else None,
            "contact_points": [point] if full else [],
        }
        consent = {"purpose": "marketing", "status": "GRANTED", "given_at": then, "method": text}
        deal = {
            "title": text,
            "amount": Decimal("0.01") if full else None,
            "currency": "EUR" if full else None,
        }
        return [
            MemberRecord(ref("m"), "kim", "MEMBER", "SALES", {"name": text}),
            CustomerRecord(ref("k"), customer, owner=ref("m"), consents=(consent,) if full else ()),
            noted(text, "n"),
            OpportunityRecord(ref("o"), ref("k"), "Standard", "New", deal),
        ]

    awkward = 'a\tb\\c\\N "d"'
    assert await world.write(*records(awkward, full=True)) == (4, 0, 0, 0)
    assert await world.write(*records(awkward, full=True)) == (0, 0, 4, 0)
    assert await world.write(*records("plain", full=False)) == (0, 4, 0, 0)
    assert (await world.write(*records(awkward, full=True)))[1:] == (4, 0, 0)
