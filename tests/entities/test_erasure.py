"""Erasure (GDPR Art. 17), of every record type of a customer's: once the customer is erased, nothing that
anybody wrote of them stands in any table, index, queue, statistic or log, and nothing more is written.
"""

import itertools
from typing import Any

import pytest
import sqlalchemy as sa

from api.settings.databases import Urls
from api.settings.embedded import EmbeddedCluster
from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.entities.registry import ALL
from domain.tables import INDEXES
from tests.api import Api
from tests.builders import as_service
from tests.dumps import dump, found_in
from tests.entities.makers import Made, an_input, made, mutated, who
from tests.erasing import finish_erasures
from tests.footprints import Heard
from tests.security.leaks.documents import all_shown

ELSEWHERE = {"deal_registration", "partner_account"}
"""Of somebody who is no customer yet (``tests/security/test_prospect_erasure.py``); of another business."""
OF_CUSTOMERS = [
    entity
    for entity in ALL
    if entity.name == "customer" or any(field.target == "customer" for field in entity.fields)
    if entity.name not in ELSEWHERE
]
NUMBERS = itertools.count(4)
every_type = pytest.mark.parametrize("entity", OF_CUSTOMERS, ids=lambda entity: entity.name)
written_types = pytest.mark.parametrize(
    "entity", [one for one in ALL if one.is_written], ids=lambda entity: entity.name
)


@pytest.fixture(scope="module")
async def erased(api: Api) -> Made:
    records = await made(api, 2)
    await _erase(records)
    return records


async def _erase(records: Made) -> None:
    given = {"customerId": records.customer}
    payload = await records.api.mutate(
        "eraseSubject", "clientMutationId", as_="compliance", **given
    )
    assert payload["userErrors"] == []
    await finish_erasures(records.api)


def dumped(cluster: EmbeddedCluster, urls: Urls) -> bytes:
    names = (url.split("?", maxsplit=1)[0].rpartition("/")[2] for url in (urls.main, urls.vault))
    return b"".join(dump(cluster, name) for name in names)


async def test_no_word_of_theirs_stands_anywhere(
    api: Api, cluster: EmbeddedCluster, urls: Urls, heard: Heard
) -> None:
    records = await made(api, 1)
    assert {entity.name for entity in ALL if entity.is_written} == records.inputs.keys()
    assert found_in(dumped(cluster, urls), records.words), "the search would find what stands there"
    await _erase(records)
    assert found_in(dumped(cluster, urls), records.words) == set()
    assert found_in(heard.text().encode(), records.words) == set()


@every_type
async def test_the_bare_record_stays_or_goes(erased: Made, entity: Entity) -> None:
    """Of what stays nothing sealed is left; what goes leads nowhere."""
    columns = [field.column for field in entity.fields if field.target == "customer"]
    async with as_service(erased.api) as work:
        table = entity.table
        query = sa.select(table).where(table.c.id == erased.ids[entity.name][4:])
        row: Any = (await work.execute(query)).mappings().one_or_none()
    if row is None:
        assert not entity.sealed, "what was sealed is emptied, and counted"
        return
    assert entity.subject in row, "whose data it is, an erasure finds by a column"
    assert row.get("sealed") is None
    assert {row[name] for name in columns} <= {erased.customer[4:]}


@every_type
async def test_nothing_of_it_is_found_or_shown(erased: Made, entity: Entity) -> None:
    id_ = erased.ids[entity.name]
    async with as_service(erased.api) as work:
        for index in INDEXES:
            query = sa.select(sa.func.count()).where(index.c.row_id == id_[4:])
            assert (await work.execute(query)).scalar_one() == 0, index.name
    whole = f"... on {entity.type_name} {{ {all_shown(entity)} }}"
    asked = f"query($id: ID!) {{ node(id: $id) {{ {whole} }} }}"
    node = (await erased.api.data(asked, as_="compliance", id=id_))["node"]
    if node is not None:
        reasons = {one["field"]: one["reason"] for one in node.pop("redactions")}
        names = {camel(field.name) for field in entity.sealed} & node.keys()
        assert all(not node[name] for name in names)
        assert {reasons[name] for name in names} <= {"ERASED"}
        assert not any(word in str(node) for word in erased.words)


@written_types
async def test_nothing_is_written_any_more(erased: Made, entity: Entity) -> None:
    records = Made(erased.api, 3, {**erased.ids})
    new = await an_input(records, entity)
    changes = await an_input(records, entity, is_new=False)
    current = {"id": erased.ids[entity.name], "expectedVersion": 1}
    for verb, given in (
        ("create", new),
        ("update", {**current, **changes}),
        ("archive", current),
    ):
        action = "create" if verb == "create" else "update"
        payload = await mutated(erased.api, verb, entity, given, as_=who(entity, action))
        assert payload[camel(entity.name)] is None
        assert [error["code"] for error in payload["userErrors"]] == ["ERASED"], verb


@written_types
async def test_repeating_what_made_it_does_not_bring_it_back(api: Api, entity: Entity) -> None:
    records = await made(api, next(NUMBERS))
    given = await an_input(Made(api, next(NUMBERS), {**records.ids}), entity)
    given["clientMutationId"] = f"repeated {entity.name}"
    as_ = who(entity, "create")
    first = await mutated(api, "create", entity, given, as_=as_)
    assert first["userErrors"] == []
    await _erase(records)
    again = await mutated(api, "create", entity, given, as_=as_)
    assert [error["code"] for error in again["userErrors"]] == ["KEY_REUSED"]
