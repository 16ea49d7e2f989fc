"""Restriction of processing (GDPR Art. 18), of every record type of a customer's: whoever works with
customers is neither shown what is sealed of them nor writes it; compliance still reads it.
"""

from typing import Any

import pytest

from domain.declaration.entity import Entity
from domain.declaration.names import camel
from domain.entities.registry import ALL
from tests.api import Api
from tests.entities.makers import Made, an_input, made, mutated, who
from tests.entities.values import word
from tests.security.leaks.documents import object_type, shown

ELSEWHERE = {"deal_registration"}
"""Of somebody who is no customer yet, of whom nobody restricts anything."""
HELD = [one for one in ALL if one.sealed and one.speaks_of_customers and one.name not in ELSEWHERE]
every_type = pytest.mark.parametrize("entity", HELD, ids=lambda entity: entity.name)
written_types = pytest.mark.parametrize(
    "entity", [one for one in HELD if one.is_written], ids=lambda entity: entity.name
)


@pytest.fixture(scope="module")
async def restricted(api: Api) -> Made:
    records = await made(api, 1)
    await _change(records, "restrictProcessing")
    return records


@pytest.fixture(scope="module")
async def lifted(api: Api, restricted: Made) -> Made:
    records = await made(api, 2)
    await _change(records, "restrictProcessing")
    now = api.services.stores.now().isoformat()
    await _change(records, "liftRestriction", informedAt=now)
    return records


async def _change(records: Made, mutation: str, **more: Any) -> None:
    given = {"customerId": records.customer, "reason": "OBJECTION", **more}
    payload = await records.api.mutate(mutation, "clientMutationId", as_="compliance", **given)
    assert payload["userErrors"] == []


def reader(entity: Entity) -> str:
    return who(entity, "read") if entity.grants else "sales"


def sealed(entity: Entity) -> dict[str, str]:
    """The selections of the sealed fields that a type shows by themselves, by the name of each."""
    types = object_type(entity).fields
    names = {field.name: camel(field.name) for field in entity.sealed}
    return {
        name: shown(entity, entity.by_name[field]) for field, name in names.items() if name in types
    }


async def withheld(records: Made, entity: Entity, as_: str) -> dict[str, str]:
    """Why which sealed field is not shown."""
    fields = f"{' '.join(sealed(entity).values())} redactions {{ field reason }}"
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on {entity.type_name} {{ {fields} }} }} }}"
    node = (await records.api.data(query, as_=as_, id=records.ids[entity.name]))["node"]
    reasons = {one["field"]: one["reason"] for one in node.pop("redactions")}
    assert all(not node[name] for name in node if name in reasons)
    return {name: reasons[name] for name in sealed(entity) if name in reasons}


@every_type
async def test_whoever_works_with_customers_is_not_shown_what_is_sealed(
    restricted: Made, lifted: Made, entity: Entity
) -> None:
    as_ = reader(entity)
    allowed = sealed(entity).keys() - (await withheld(lifted, entity, as_)).keys()
    assert allowed, "there is nothing that a restriction could hide"
    hidden = await withheld(restricted, entity, as_)
    assert {name for name, reason in hidden.items() if reason == "RESTRICTED"} >= allowed
    kept = await withheld(restricted, entity, "compliance")
    assert "RESTRICTED" not in kept.values()


@every_type
async def test_whoever_works_with_customers_does_not_find_it(
    restricted: Made, lifted: Made, entity: Entity
) -> None:
    for records, is_found in ((restricted, False), (lifted, True)):
        for text in texts(records, entity):
            asked = f'{{ search(query: "{text}", first: 9) {{ hits {{ score }} }} }}'
            hits = (await records.api.data(asked, as_=reader(entity)))["search"]["hits"]
            assert bool(hits) == is_found


def texts(records: Made, entity: Entity) -> list[str]:
    """The words of what search finds."""
    if not entity.is_written:
        names = {"customer": "family", "interaction": "body", "opportunity": "title"}
        return [f"Qu{names[entity.name]}x{records.number}z"]
    return [word(entity, field, records.number) for field in entity.fields if field.find]


@written_types
async def test_nobody_who_works_with_customers_writes_what_is_sealed(
    restricted: Made, entity: Entity
) -> None:
    new = await an_input(Made(restricted.api, 3, {**restricted.ids}), entity)
    changed = await an_input(Made(restricted.api, 4, {**restricted.ids}), entity, is_new=False)
    texts = {camel(field.name) for field in entity.sealed}
    change = {name: value for name, value in changed.items() if name in texts}
    current = {"id": restricted.ids[entity.name], "expectedVersion": 1}
    for verb, given in (("create", new), ("update", {**current, **change})):
        payload = await mutated(restricted.api, verb, entity, given, as_=who(entity, verb))
        assert payload[camel(entity.name)] is None
        assert {error["code"] for error in payload["userErrors"]} == {"FORBIDDEN"}
