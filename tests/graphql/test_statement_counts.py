"""However many records an answer holds, it takes the same statements."""

from typing import Any

import pytest

from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    an_interaction,
    an_opportunity,
    relate,
)
from tests.statements import counted

MANY = 100

NESTED = """{ customers(first: 100, filter: {tags: {hasAny: ["%s"]}}) { nodes { id name
    department { name } owner { name }
    interactions(first: 5) { nodes { id channel subject body author { name } } }
    opportunities(first: 5, filter: {status: {eq: OPEN}}) {
      nodes { id title stage { name pipeline { name } } value { amount currency } } } } } }"""
COUNTED = """{ customers(first: 100, filter: {tags: {hasAny: ["%s"]}}) { totalCount
    edges { cursor node { id
      interactions(first: 1) { totalCount edges { cursor } participants: nodes {
        participants(first: 2) { totalCount nodes { customer { name } } } } }
      opportunities(last: 1) { totalCount totals { currency amount count }
        nodes { stageHistory(first: 2) { nodes { toStage { name } author { name } } } } }
      consents(first: 1) { nodes { status } }
      relationships(first: 1) { nodes { to { name email } } } } } } }"""
VIEWS = """{ customers(first: 100, filter: {tags: {hasAny: ["%s"]}}) { nodes { id
    timeline(first: 5) { totalCount nodes { at record { __typename
      ... on Interaction { body author { name } } ... on StageChange { toStage { name } }
      ... on Consent { status } } } }
    overview { lastContacts { at } openValue { amount } wonValue { amount } nextExpectedClose
      consents { status } freshness { part } missing }
    network(depth: 2, first: 5) { nodes { distance customer { name phone } } } } } }"""
FROM_BELOW = """{ interactions(first: 100, filter: {customer: {is: {tags: {hasAny: ["%s"]}}}}) {
    nodes { id body customer { name opportunities(first: 2) { nodes { title } } } } } }"""
GROUPS = """{ interactionGroups(first: 100, by: {field: CUSTOMER},
    filter: {customer: {is: {tags: {hasAny: ["%s"]}}}}) { groups { count
      key { customer { name department { name } interactions(first: 2) { nodes { body } } } } } } }"""
QUERIES = {
    "nested": (NESTED, "customers"),
    "counted": (COUNTED, "customers"),
    "views": (VIEWS, "customers"),
    "from below": (FROM_BELOW, "interactions"),
    "groups": (GROUPS, "interactionGroups"),
}


async def rich(api: Api, tag: str, relative: str) -> None:
    customer = await a_customer(api, tags=[tag])
    await an_interaction(api, customer, body="Engines", participantIds=[relative])
    await an_opportunity(api, customer, "1")
    await a_consent(api, customer)
    await relate(api, "HOUSEHOLD", customer, relative)


@pytest.fixture(scope="module")
async def filled(api: Api) -> None:
    """One customer with everything, and a hundred."""
    relative = await a_customer(api, familyName="Relative")
    await rich(api, "one", relative)
    for _ in range(MANY):
        await rich(api, "many", relative)


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("as_", ["compliance", "sales", "marketing"])
async def test_a_hundred_customers_need_the_statements_of_one(
    api: Api, filled: None, name: str, as_: str
) -> None:
    query, root = QUERIES[name]
    taken = []
    for tag in ("one", "many"):
        with counted() as statements:
            page: dict[str, Any] = (await api.data(query % tag, as_=as_))[root]
        taken.append((statements, len(next(v for v in page.values() if isinstance(v, list)))))
    (one, single), (many, hundred) = taken
    assert one == many
    if as_ == "compliance":  # The others see tags, or groups, in part only.
        assert (single, hundred) == (1, MANY)


async def test_a_hundred_records_by_id_need_the_statements_of_one(api: Api, filled: None) -> None:
    query = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { name
        interactions(first: 2) { nodes { body } } opportunities(first: 2) { nodes { title } } }
        ... on Interaction { body customer { name } } } }"""
    page = '{ customers(first: 100, filter: {tags: {hasAny: ["many"]}}) { nodes { id } } }'
    ids = [node["id"] for node in (await api.data(page, as_="sales"))["customers"]["nodes"]]
    taken = []
    for some in (ids[:1], ids):
        with counted() as statements:
            found = (await api.data(query, as_="sales", ids=some))["nodes"]
        assert [len(node["interactions"]["nodes"]) for node in found] == [1] * len(some)
        taken.append(statements)
    assert taken[0] == taken[1]
    assert len(taken[0]) == 3
