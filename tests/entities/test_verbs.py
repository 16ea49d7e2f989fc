"""Every record type that is written by declared verbs is created, changed, put away and taken out again;
each verb checks in one order: there and visible, permitted, version, state, values.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from domain.declaration.entity import Entity
from domain.declaration.field import Field
from domain.declaration.kinds import Kind
from domain.declaration.names import camel
from domain.entities.registry import ALL
from policy.rules import Rule
from tests.api import Api
from tests.builders import add_rules, another_tenant
from tests.entities.makers import Made, an_input, create, made, mutated, who
from tests.entities.values import Input, asked, is_text, word
from tests.security.leaks.documents import shown

WRITTEN = [entity for entity in ALL if entity.is_written]
every_type = pytest.mark.parametrize("entity", WRITTEN, ids=lambda entity: entity.name)
every_verb = pytest.mark.parametrize("verb", ["update", "archive", "restore"])

ONLOOKER = "finance"
"""Who sees that the records are there, and writes nothing."""
TOO_LONG = "x" * 30_000
UNKNOWN = "00000000-0000-4000-8000-000000000000"
NUMBERS = itertools.count(10)


@pytest.fixture(scope="module")
async def ours(api: Api) -> Made:
    seeing = ("read", "billing", "", ("version",))
    await add_rules(api, *(Rule("FINANCE:MEMBER", entity.name, *seeing) for entity in WRITTEN))
    return await made(api, 1)


@pytest.fixture(scope="module")
async def theirs(api: Api) -> Made:
    """Another tenant's."""
    return await made(await another_tenant(api), 2)


@pytest.fixture
def fresh(ours: Made) -> Made:
    """Records for one test, of the same customer's."""
    return Made(ours.api, next(NUMBERS), {"customer": ours.customer})


async def written(records: Made, entity: Entity) -> tuple[str, Input]:
    """The id of a new record, and what was given of it."""
    input_ = await an_input(records, entity)
    return await create(records.api, entity, input_, as_=who(entity, "create")), input_


async def codes(
    records: Made, verb: str, entity: Entity, given: Mapping[str, Any], as_: str | None = None
) -> list[str]:
    """What is wrong with it, for whoever may do it."""
    as_ = as_ or who(entity, "create" if verb == "create" else "update")
    payload = await mutated(records.api, verb, entity, given, as_=as_)
    return [error["code"] for error in payload["userErrors"]]


async def node(records: Made, entity: Entity, id_: str, selected: str) -> dict[str, Any]:
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on {entity.type_name} {{ {selected} }} }} }}"
    return dict((await records.api.data(query, as_=who(entity, "read"), id=id_))["node"])


async def assert_shows(
    records: Made, entity: Entity, id_: str, given: Mapping[str, Any], *, is_new: bool
) -> None:
    fields = [field for field in asked(entity, is_new=is_new) if camel(field.column) in given]
    selected = " ".join(shown(entity, field) for field in fields)
    found = await node(records, entity, id_, selected)
    expected = {camel(f.name): _as_shown(f, given[camel(f.column)]) for f in fields}
    assert found == expected


def _as_shown(field: Field, value: Any) -> Any:
    """What a record shows of what was given."""
    if field.kind is Kind.REFERENCE:
        return {"id": value}
    return f"{value}000" if field.kind is Kind.DECIMAL else value


def wrong(entity: Entity) -> Input:
    """A text that is too long."""
    texts = (f for f in asked(entity, is_new=False) if is_text(entity, f))
    return {camel(field.column): TOO_LONG for field in itertools.islice(texts, 1)}


@every_type
async def test_a_record_is_created_changed_put_away_and_taken_out(
    fresh: Made, entity: Entity
) -> None:
    as_ = who(entity, "update")
    id_, given = await written(fresh, entity)
    await assert_shows(fresh, entity, id_, given, is_new=True)
    other = Made(fresh.api, next(NUMBERS), {**fresh.ids})
    changes = await an_input(other, entity, is_new=False)
    steps = (
        ("update", {"expectedVersion": 1, **changes}, 2),
        ("update", {"expectedVersion": 2, **changes}, 2),
        ("archive", {"expectedVersion": 2}, 3),
        ("archive", {"expectedVersion": 2}, 3),
        ("restore", {"expectedVersion": 3}, 4),
        ("restore", {"expectedVersion": 3}, 4),
    )
    for verb, input_, version in steps:
        payload = await mutated(fresh.api, verb, entity, {"id": id_, **input_}, as_=as_)
        assert payload == {camel(entity.name): {"id": id_, "version": version}, "userErrors": []}
        is_away = (await node(fresh, entity, id_, "archivedAt"))["archivedAt"] is not None
        assert is_away == (verb == "archive")
    await assert_shows(fresh, entity, id_, changes, is_new=False)


@every_type
async def test_what_is_repeated_with_its_key_is_done_once(fresh: Made, entity: Entity) -> None:
    given = {**await an_input(fresh, entity), "clientMutationId": f"key of {entity.name}"}
    as_ = who(entity, "create")
    first = await create(fresh.api, entity, given, as_=as_)
    assert await create(fresh.api, entity, given, as_=as_) == first
    other = {**given, **await an_input(Made(fresh.api, next(NUMBERS), fresh.ids), entity)}
    assert await codes(fresh, "create", entity, other) == ["KEY_REUSED"]


@every_verb
@every_type
async def test_of_several_faults_the_first_in_order_is_told(
    fresh: Made, entity: Entity, verb: str
) -> None:
    id_, _ = await written(fresh, entity)
    archived = await mutated(
        fresh.api, "archive", entity, {"id": id_, "expectedVersion": 1}, as_=who(entity, "update")
    )
    assert archived["userErrors"] == []
    bad = wrong(entity) if verb == "update" else {}
    unknown = {"id": f"{entity.prefix}_{UNKNOWN}", "expectedVersion": 7, **bad}
    stale = {"id": id_, "expectedVersion": 7, **bad}
    assert await codes(fresh, verb, entity, unknown, as_=ONLOOKER) == ["NOT_FOUND"]
    assert await codes(fresh, verb, entity, stale, as_=ONLOOKER) == ["FORBIDDEN"]
    if verb == "archive":  # What is away already stays so.
        return
    assert await codes(fresh, verb, entity, stale) == ["STALE_VERSION"]
    if verb == "update" and bad:
        current = {"id": id_, "expectedVersion": 2}
        assert await codes(fresh, verb, entity, {**current, **bad}) == ["ARCHIVED"]
        await codes(fresh, "restore", entity, current)
        current = {"id": id_, "expectedVersion": 3}
        assert await codes(fresh, verb, entity, {**current, **bad}) == ["INVALID"]


@every_type
async def test_a_record_is_created_by_whoever_may_on_what_they_see(
    fresh: Made, theirs: Made, entity: Entity
) -> None:
    given = await an_input(fresh, entity)
    assert await codes(fresh, "create", entity, given, as_=ONLOOKER) == ["FORBIDDEN"]
    for name in [name for name, value in given.items() if value == fresh.customer]:
        told = [
            await mutated(fresh.api, "create", entity, {**given, name: id_}, as_=as_)
            for id_ in (f"cus_{UNKNOWN}", theirs.customer)
            for as_ in (who(entity, "create"),)
        ]
        assert told[0] == told[1]
        assert [error["code"] for error in told[0]["userErrors"]] == ["NOT_FOUND"]


@every_verb
@every_type
async def test_another_tenants_record_is_changed_as_one_that_is_not_there(
    ours: Made, theirs: Made, entity: Entity, verb: str
) -> None:
    told = [
        await mutated(
            ours.api, verb, entity, {"id": id_, "expectedVersion": 1}, as_=who(entity, "update")
        )
        for id_ in (theirs.ids[entity.name], f"{entity.prefix}_{UNKNOWN}")
    ]
    assert told[0] == told[1]
    assert [error["code"] for error in told[0]["userErrors"]] == ["NOT_FOUND"]


@pytest.mark.parametrize("entity", ALL, ids=lambda entity: entity.name)
async def test_another_tenants_record_is_nowhere(ours: Made, theirs: Made, entity: Entity) -> None:
    """Neither by its id nor in a list, whoever asks."""
    query = """query($id: ID!, $ids: [ID!]!) {
        node(id: $id) { id } nodes(ids: $ids) { id } recordAccess(ids: $ids) { canRead } }"""
    id_ = theirs.ids[entity.name]
    for as_ in ("sales", "manager", "support", "compliance", "admin", "partner"):
        found = await ours.api.data(query, as_=as_, id=id_, ids=[id_])
        assert found == {"node": None, "nodes": [None], "recordAccess": [{"canRead": False}]}
        if entity.lists:
            listed = f"{{ {camel(entity.plural)}(first: 50) {{ nodes {{ id }} }} }}"
            assert id_ not in str(await ours.api.ask(listed, as_=as_))


@every_type
async def test_what_is_written_is_found_and_told_of(ours: Made, entity: Entity) -> None:
    """By every text that search finds, and in the customer's timeline."""
    api, id_, as_ = ours.api, ours.ids[entity.name], who(entity, "read")
    for field in entity.fields:
        if field.find:
            hits = "hits { record { ... on Node { id } } }"
            asked_for = (
                f'{{ search(query: "{word(entity, field, ours.number)}", first: 9) {{ {hits} }} }}'
            )
            found = (await api.data(asked_for, as_=as_))["search"]["hits"]
            assert [hit["record"]["id"] for hit in found] == [id_], field.name
    told = """query($id: ID!) { node(id: $id) { ... on Customer { timeline(first: 50) {
        nodes { kind record { ... on Node { id } } } } } } }"""
    timeline = (await api.data(told, as_=as_, id=ours.customer))["node"]["timeline"]
    kinds = {event.kind for event in entity.timeline}
    assert kinds == {one["kind"] for one in timeline["nodes"] if one["record"]["id"] == id_}
