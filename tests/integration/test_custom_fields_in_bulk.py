"""Custom fields that come by import are found like those that come by a mutation."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain.custom_fields.define import row_of
from domain.declaration.custom_types import CustomType, Definition
from domain.entities.customers import CUSTOMER
from domain.importing.records.records import CustomerRecord, Reference
from domain.importing.records.results import BatchResult
from domain.importing.write.batches import BulkWriter
from domain.keys.make_tokens import reindex
from domain.tables import custom_field_definitions, lookup_tags, lookup_values
from domain.values.ids import FIRST_ID
from privacy.labels import Category
from tests.api import Api
from tests.builders import as_service

FIND = "query($f: CustomerFilter) { customers(first: 9, filter: $f) { nodes { familyName } } }"
NINE = {"name": "heads", "number": {"eq": "9"}}
GOLD = {"name": "tier", "text": {"eq": "gold"}}
MORE = {"name": "heads", "number": {"gt": "10"}}


@pytest.fixture(scope="module", autouse=True)
async def declared(api: Api) -> None:
    heads = Definition("heads", CustomType.INTEGER, sealed=False, category=Category.BEHAVIOR)
    async with as_service(api) as work:
        rows = [row_of(work.tenant, one) for one in (heads, Definition("tier", CustomType.TEXT))]
        await work.insert(custom_field_definitions, rows)


def a_person(id_: str, **custom: str) -> CustomerRecord:
    values = {"kind": "PERSON", "family_name": id_, "custom_fields": custom}
    return CustomerRecord(Reference("erp", id_), values)


async def write(api: Api, *records: CustomerRecord) -> BatchResult:
    caller = await api.services.caller(api.services.service_principal(api.tenant), "administration")
    return await BulkWriter(api.services.stores, caller, "DE").write(records)


async def find(api: Api, part: object) -> set[str]:
    data = await api.data(FIND, as_="compliance", f={"customFields": [part]})
    return {node["familyName"] for node in data["customers"]["nodes"]}


async def test_what_is_imported_is_found_and_what_it_replaces_is_not(api: Api) -> None:
    people = [
        a_person("one", heads="9", tier="gold"),
        a_person("two", heads="11"),
        a_person("none"),
    ]
    assert (await write(api, *people)).created == 3
    assert [await find(api, part) for part in (NINE, GOLD, MORE)] == [{"one"}, {"one"}, {"two"}]
    assert (await write(api, *people)).unchanged == 3
    changed = [a_person("one", heads="12"), people[1], a_person("none", tier="gold")]
    assert (await write(api, *changed)).updated == 2
    found = [await find(api, part) for part in (NINE, GOLD, MORE)]
    assert found == [set(), {"none"}, {"one", "two"}]
    renamed = replace(changed[1], values={"kind": "PERSON", "family_name": "second"})
    assert (await write(api, renamed)).updated == 1
    assert await find(api, MORE) == {"one", "second"}


async def test_what_is_of_another_type_is_rejected(api: Api) -> None:
    bad = [a_person("bad-1", heads="many"), a_person("bad-2", undeclared="x")]
    result = await write(api, *bad)
    assert [(one.code, one.field) for one in result.rejected] == [("INVALID", "custom_fields")] * 2
    assert all("many" not in one.reason for one in result.rejected)


async def test_records_that_were_there_before_are_found_after_reindexing(api: Api) -> None:
    await write(api, a_person("early", heads="77", tier="bronze"))
    parts = [{"name": "heads", "number": {"gt": "76"}}, {"name": "tier", "text": {"eq": "bronze"}}]
    async with as_service(api) as work:
        for table in (lookup_tags, lookup_values):
            await work.execute(sa.delete(table).where(table.c.tenant_id == work.tenant))
    assert [await find(api, part) for part in parts] == [set(), set()]
    for _ in range(2):
        async with as_service(api) as work:
            await reindex(work, CUSTOMER, FIRST_ID, again=True)
    assert [await find(api, part) for part in parts] == [{"early"}, {"early"}]
