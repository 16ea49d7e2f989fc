"""Whose a record is, of every type: what belongs to a partner is theirs alone, and what is shared is seen
by whom it is shared with.
"""

from datetime import UTC, datetime, timedelta

import pytest

from domain.declaration.entity import Entity
from domain.declaration.grants import declared_rules
from domain.declaration.names import camel
from domain.entities.registry import ALL
from domain.settings.tenants import named_id
from policy.defaults.grants import default_rules
from policy.rules import Rule
from tests.api import Api
from tests.builders import add_rules, put
from tests.entities.makers import Made, made

SHARED = [entity for entity in ALL if entity.shareable]
PARTNERS = [
    entity
    for entity in ALL
    if entity.shape.partner_account
    and any(
        (rule.subject, rule.resource, rule.action) == ("PARTNER", entity.name, "read")
        for rule in (*default_rules(), *declared_rules(ALL))
    )
]
SEEN = "query($id: ID!) { node(id: $id) { id } }"


@pytest.fixture(scope="module")
async def records(api: Api) -> Made:
    to_whom = ("SUPPLIER", "supply", "shared_with_me"), ("ADMIN", "*", "")
    rules = (
        Rule(subject, entity.name, "read", purpose, condition, ("version",))
        for entity in SHARED
        for subject, purpose, condition in to_whom
    )
    await add_rules(api, *rules)
    return await made(api, 1)


def account(api: Api, handle: str) -> str:
    return named_id(api.tenant, "partner_account", handle)


async def sees(api: Api, as_: str, id_: str) -> bool:
    return (await api.data(SEEN, as_=as_, id=id_))["node"] is not None


@pytest.mark.parametrize("entity", PARTNERS, ids=lambda entity: entity.name)
async def test_a_record_of_one_partner_is_theirs_alone(records: Made, entity: Entity) -> None:
    """Neither its id, nor a number, tells another partner of it."""
    api, id_ = records.api, records.ids[entity.name]
    count = f"{{ {camel(entity.plural)}(first: 0) {{ totalCount }} }}"
    for owner, other in (("partner", "rival"), ("rival", "partner")):
        await put(api, entity.table, id_, partner_account_id=account(api, owner))
        assert await sees(api, owner, id_)
        assert not await sees(api, other, id_)
        for as_, counted in ((owner, 1), (other, 0)):
            told = (await api.data(count, as_=as_))[camel(entity.plural)]
            assert told["totalCount"] == counted, as_


@pytest.mark.parametrize("entity", SHARED, ids=lambda entity: entity.name)
async def test_what_is_shared_is_seen_until_the_share_ends(records: Made, entity: Entity) -> None:
    api, id_ = records.api, records.ids[entity.name]
    assert not await sees(api, "supplier", id_)
    ends = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    given = {"recordId": id_, "grantee": f"par_{account(api, 'supplier')}", "endsAt": ends}
    made_ = await api.mutate("shareRecord", "share { id }", as_="admin", reason="COVER", **given)
    assert made_["userErrors"] == []
    assert await sees(api, "supplier", id_)
    ended = await api.mutate("unshareRecord", "", as_="admin", id=made_["share"]["id"])
    assert ended["userErrors"] == []
    assert not await sees(api, "supplier", id_)


@pytest.mark.parametrize(
    "entity", [one for one in ALL if one not in SHARED], ids=lambda entity: entity.name
)
async def test_what_cannot_be_shared_is_not(records: Made, entity: Entity) -> None:
    ends = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    given = {"recordId": records.ids[entity.name], "grantee": "role:NOBODY", "endsAt": ends}
    refused = await records.api.mutate(
        "shareRecord", "share { id }", as_="admin", reason="COVER", **given
    )
    assert refused["share"] is None
    assert len(refused["userErrors"]) == 1
