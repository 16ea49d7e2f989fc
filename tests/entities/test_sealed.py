"""Sealed records of every type are bound to their row, their person and their tenant: one that was changed
or moved is told to be damaged and is not written over, and keeps nothing else back.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import asyncpg
import pytest

from api.settings.databases import Urls
from domain.declaration.entity import Entity
from domain.entities.registry import ALL
from tests.api import Api
from tests.builders import another_tenant
from tests.entities.makers import Made, an_input, made, mutated, who
from tests.entities.test_restriction import reader, sealed

ELSEWHERE = {"member", "deal_registration"}
"""Whose data these are is nobody's whom ``made`` takes in."""
SEALED = [entity for entity in ALL if entity.sealed and entity.name not in ELSEWHERE]

Packs = Mapping[str, bytes]
"""Of the record, of another person's, of another tenant's."""

WAYS: Mapping[str, Callable[[Packs], bytes]] = {
    "a flipped bit": lambda packs: packs["own"][:-1] + bytes([packs["own"][-1] ^ 1]),
    "without its last byte": lambda packs: packs["own"][:-1],
    "another person's": lambda packs: packs["other"],
    "another tenant's": lambda packs: packs["far"],
}


@pytest.fixture(scope="module")
async def people(api: Api) -> Mapping[str, Made]:
    far = await another_tenant(api)
    return {"own": await made(api, 1), "other": await made(api, 2), "far": await made(far, 1)}


@pytest.fixture
async def database(urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(urls.main, user="postgres")
    yield connection
    await connection.close()


async def put(database: asyncpg.Connection, entity: Entity, id_: str, pack: bytes) -> None:
    sql = f"UPDATE {entity.table.name} SET sealed = $2 WHERE id = $1"  # noqa: S608 - our own name
    assert await database.execute(sql, id_[4:], pack) == "UPDATE 1"


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("entity", SEALED, ids=lambda entity: entity.name)
async def test_what_does_not_belong_there_is_told(
    people: Mapping[str, Made],
    database: asyncpg.Connection,
    entity: Entity,
    way: Callable[[Packs], bytes],
) -> None:
    ids = {name: one.ids[entity.name] for name, one in people.items()}
    sql = f"SELECT sealed FROM {entity.table.name} WHERE id = $1"  # noqa: S608 - our own name
    packs = {name: bytes(await database.fetchval(sql, id_[4:])) for name, id_ in ids.items()}
    sound = await shown(people["own"].api, entity, ids)
    await put(database, entity, ids["own"], way(packs))
    found = await shown(people["own"].api, entity, ids)
    if entity.is_written:
        await assert_not_written(people["own"], entity)
    assert bytes(await database.fetchval(sql, ids["own"][4:])) == way(packs)
    await put(database, entity, ids["own"], packs["own"])
    assert found["other"] == sound["other"]
    reasons = {one["field"]: one["reason"] for one in found["own"]["redactions"]}
    before = {one["field"] for one in sound["own"]["redactions"]}
    names = sealed(entity).keys() - before
    assert names
    assert {reasons.get(name) for name in names} == {"DAMAGED"}
    assert not any(found["own"][name] for name in names)


async def shown(api: Api, entity: Entity, ids: Mapping[str, str]) -> dict[str, Any]:
    """The record and another person's, asked for at once."""
    fields = f"{' '.join(sealed(entity).values())} redactions {{ field reason }}"
    query = (
        f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {entity.type_name} {{ {fields} }} }} }}"
    )
    asked = [ids["own"], ids["other"]]
    nodes = (await api.data(query, as_=reader(entity), ids=asked))["nodes"]
    return dict(zip(("own", "other"), nodes, strict=True))


async def assert_not_written(records: Made, entity: Entity) -> None:
    changes = await an_input(Made(records.api, 9, {**records.ids}), entity, is_new=False)
    given = {"id": records.ids[entity.name], "expectedVersion": 1, **changes}
    payload = await mutated(records.api, "update", entity, given, as_=who(entity, "update"))
    assert [error["code"] for error in payload["userErrors"]] == ["DAMAGED"]
