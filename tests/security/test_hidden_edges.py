"""A reference that is withheld is told neither by the edge back nor by what lies behind it."""

from typing import Any

from domain.settings.tenants import named_id
from domain.tables import partner_accounts
from policy.rules import Effect, Rule
from tests.api import Api
from tests.builders import (
    a_customer,
    a_department,
    add_rules,
    an_interaction,
    another_tenant,
    put,
)

BELOW = """query($id: ID!) { node(id: $id) { ... on Customer { interactions(first: 9) {
    totalCount nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } } } }"""
NOTHING = {
    "totalCount": 0,
    "nodes": [],
    "edges": [],
    "pageInfo": {"hasNextPage": False, "endCursor": None},
}


def hiding(resource: str, field: str, where: str = "") -> Rule:
    return Rule("SALES:MEMBER", resource, "read", "sales", where, (field,), Effect.DENY)


async def interactions_of(api: Api, customer: str, as_: str) -> dict[str, Any]:
    found = (await api.data(BELOW, as_=as_, id=customer))["node"]["interactions"]
    return dict(found)


async def test_records_whose_owner_is_withheld_stand_below_nobody(api: Api) -> None:
    other = await another_tenant(api, "hidden-owners")
    await add_rules(other, hiding("interaction", "customer"))
    customer = await a_customer(other)
    await an_interaction(other, customer)
    assert await interactions_of(other, customer, "sales") == NOTHING
    assert (await interactions_of(other, customer, "compliance"))["totalCount"] == 1
    everywhere = "{ interactions(first: 9) { totalCount } }"
    assert (await other.data(everywhere, as_="sales"))["interactions"] == {"totalCount": 1}


async def test_only_records_whose_owner_is_withheld_are_missing_below(api: Api) -> None:
    other = await another_tenant(api, "partly-hidden-owners")
    await add_rules(other, hiding("interaction", "customer", "not own_department"))
    customer = await a_customer(other, departmentId=a_department(other, "SALES"))
    own = await an_interaction(other, customer)
    await an_interaction(other, customer, as_="support")
    found = await interactions_of(other, customer, "sales")
    assert (found["totalCount"], found["nodes"]) == (1, [{"id": own}])
    assert (await interactions_of(other, customer, "compliance"))["totalCount"] == 2


async def test_what_is_refused_behind_a_withheld_reference_does_not_tell_that_it_is_there(
    api: Api,
) -> None:
    other = await another_tenant(api, "hidden-references")
    elsewhere = hiding("partner_account", "customer", "not own_account")
    await add_rules(other, elsewhere, hiding("interaction", "outcome"))
    customer = await a_customer(other)
    account = f"par_{named_id(other.tenant, 'partner_account', 'partner')}"
    query = """query($id: ID!) { node(id: $id) { ... on PartnerAccount { customer {
        interactions(first: 1, filter: {outcome: {isNull: true}}) { totalCount } } } } }"""
    without = await other.ask(query, as_="sales", id=account)
    await put(other, partner_accounts, account, customer_id=customer[4:])
    assert await other.ask(query, as_="sales", id=account) == without
    assert without == {"data": {"node": {"customer": None}}}
    seen = await other.data(query, as_="compliance", id=account)
    assert seen["node"]["customer"] == {"interactions": {"totalCount": 0}}
