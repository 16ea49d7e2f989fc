"""Answers go past graphql-core's executor: they must be what it would have answered all the same."""

import pytest

from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    an_interaction,
    an_opportunity,
    relate,
)
from tests.documents import VARIABLES, Documents

POINTS = [
    {"kind": "EMAIL", "value": "grace@example.com", "label": "work"},
    {"kind": "PHONE", "value": "+44 20 7946 0000", "preferred": True},
    {"kind": "WEB", "value": "https://example.com"},
]


@pytest.fixture(scope="module")
async def ids(api: Api) -> list[str]:
    """Records of every kind that a mutation makes, some of a department, some of a partner."""
    company = await a_customer(
        api, kind="ORGANIZATION", organizationName="Engines", givenName=None, familyName=None
    )
    people = [
        await a_customer(api, contactPoints=POINTS, tags=["vip"], language="en", partner="partner"),
        await a_customer(api, departmentId=None, externalReferences=[{"system": "s", "id": "1"}]),
    ]
    for person in people:
        await relate(api, "WORKS_FOR", person, company)
    interactions = [
        await an_interaction(api, person, as_=who, participantIds=[company], body="Called")
        for person, who in zip(people, ("sales", "support"), strict=True)
    ]
    opportunities = [await an_opportunity(api, person, "12.5") for person in people]
    consents = [await a_consent(api, people[0])]
    unknown = ["cus_00000000-0000-0000-0000-000000000000", "nonsense"]
    return [company, *people, *interactions, *opportunities, *consents, *unknown]


@pytest.mark.parametrize("as_", ["sales", "support", "marketing", "compliance", "partner"])
async def test_a_made_up_document_is_answered_as_graphql_has_it(
    api: Api, ids: list[str], as_: str
) -> None:
    answered = 0
    for seed in range(12):
        document = Documents(seed, ids).document()
        answer = await api.ask(document, as_=as_, **VARIABLES)
        if "errors" in answer:
            assert {e["extensions"]["code"] for e in answer["errors"]} == {"FORBIDDEN"}, answer
            continue
        assert_as_graphql_has_it(document, answer["data"], VARIABLES)
        answered += 1
    assert answered > 6


EVERYTHING = """query($id: ID!) { node(id: $id) { __typename id ... on Customer {
    kind name givenName familyName organizationName email phone
    contactPoints { __typename kind value label preferred verified }
    birthDate nationalId language timeZone country lifecycle tags version createdAt updatedAt erasedAt
    department { __typename id code name parent { id } createdAt redactions { field reason } }
    owner { id handle role active manager { id } jobTitle externalReferences { system id } }
    partnerAccount { id kind handle customer { id } active }
    externalReferences { __typename system id } customFields { __typename name value }
    redactions { __typename field reason }
    interactions(first: 2) { __typename totalCount pageInfo { __typename hasNextPage startCursor }
      edges { __typename cursor node { id body findings { body { type } } author { name }
        participants(first: 1) { nodes { id customer { name } member { id } createdAt } } } } }
    opportunities(last: 1) { totals { __typename currency amount count } nodes { id value { amount }
        expectedClose closedAt stageHistory(first: 1) { nodes { fromStage { id } toStage { name } } }
        pipeline { name stages(first: 9) { nodes { position outcome } } } } }
    consents(first: 3) { nodes { id purpose status givenAt expiresAt customer { id } } }
    relationships(first: 3) { nodes { type from { id } to { name inverseRelationships(first: 2) {
        totalCount nodes { from { id } } } } } } } } }"""


@pytest.mark.parametrize(
    "as_", ["sales", "support", "marketing", "finance", "compliance", "admin", "partner"]
)
async def test_everything_of_a_customer_is_answered_as_graphql_has_it(
    api: Api, ids: list[str], as_: str
) -> None:
    for id_ in ids[:3]:
        answer = await api.ask(EVERYTHING, as_=as_, id=id_)
        if "errors" in answer:
            assert {e["extensions"]["code"] for e in answer["errors"]} == {"FORBIDDEN"}, answer
        else:
            assert_as_graphql_has_it(EVERYTHING, answer["data"], {"id": id_})


async def test_a_wrong_answer_would_be_noticed() -> None:
    query = "{ customers(first: 1) { totalCount nodes { id kind tags } } }"
    right = {"totalCount": 1, "nodes": [{"id": "cus_1", "kind": "PERSON", "tags": []}]}
    assert_as_graphql_has_it(query, {"customers": right})
    for wrong in (
        {"nodes": right["nodes"], "totalCount": 1},
        {**right, "totalCount": None},
        {**right, "totalCount": "one"},
        {**right, "nodes": [{"id": "cus_1", "kind": "HUMAN", "tags": []}]},
        {**right, "nodes": [{"id": "cus_1", "kind": "PERSON", "tags": None}]},
        {**right, "nodes": [{"id": "cus_1", "tags": [], "kind": "PERSON"}]},
        {**right, "more": 1},
    ):
        with pytest.raises(AssertionError):
            assert_as_graphql_has_it(query, {"customers": wrong})
