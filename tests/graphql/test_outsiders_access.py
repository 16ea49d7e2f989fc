"""What outsiders are told of their rights, where rules were added that give them too much."""

from typing import Any

import pytest

from policy.rules import Rule
from tests.api import Api
from tests.builders import a_customer, add_rules, an_interaction, an_opportunity

GIVEN = {
    "customer": ("external_references", "given_name"),
    "interaction": ("external_references", "outcome"),
    "opportunity": ("external_references", "title"),
}
PURPOSE = "support"
"""It needs external references, which those of outsiders do not."""


@pytest.fixture(scope="module", autouse=True)
async def rules(api: Api) -> None:
    await add_rules(
        api,
        Rule("PARTNER", "customer", "update", "partner", "", ("birth_date", "given_name")),
        *(
            Rule(role, resource, action, PURPOSE, "", ("version", *fields))
            for role in ("PARTNER", "SUPPLIER", "MEMBER")
            for resource, fields in GIVEN.items()
            for action in ("read", "create", "update")
        ),
    )


def writable(access: dict[str, Any]) -> dict[str, bool]:
    return {field["name"]: field["writable"] for field in access["fields"]}


@pytest.mark.parametrize(
    ("as_", "may"), [("partner", False), ("supplier", False), ("support", True)]
)
@pytest.mark.parametrize("resource", GIVEN)
async def test_no_outsider_is_told_that_external_references_may_be_written(
    api: Api, resource: str, as_: str, *, may: bool
) -> None:
    query = f"{{ viewer {{ access(type: {resource.upper()}) {{ fields {{ name writable }} }} }} }}"
    data = await api.data(query, as_=as_, purpose=PURPOSE)
    found = writable(data["viewer"]["access"])
    other = {"customer": "givenName", "interaction": "outcome", "opportunity": "title"}[resource]
    assert (found[other], found["externalReferences"]) == (True, may)


@pytest.mark.parametrize("as_", ["partner", "supplier"])
async def test_nor_of_a_record(api: Api, as_: str) -> None:
    customer = await a_customer(api, partner="partner")
    ids = [customer, await an_interaction(api, customer), await an_opportunity(api, customer)]
    query = """query($ids: [ID!]!) { recordAccess(ids: $ids) { canRead canUpdate
        fields { name writable } } }"""
    found = (await api.data(query, as_=as_, purpose=PURPOSE, ids=ids))["recordAccess"]
    assert [one["canRead"] for one in found] == [True] * 3
    assert [writable(one)["externalReferences"] for one in found] == [False] * 3
    assert found[0]["canUpdate"]
    assert writable(found[0])["givenName"]


@pytest.mark.parametrize("as_", ["partner", "supplier"])
async def test_what_is_told_is_what_is_done(api: Api, as_: str) -> None:
    customer = await a_customer(api)
    query = (
        "mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) { userErrors { code } } }"
    )
    for given, expected in (
        ({"externalReferences": [{"system": "shop", "id": "1"}]}, [{"code": "FORBIDDEN"}]),
        ({"givenName": "Grace"}, []),
    ):
        values = {"id": customer, "expectedVersion": 1, **given}
        data = await api.data(query, as_=as_, purpose=PURPOSE, i=values)
        assert data["updateCustomer"]["userErrors"] == expected


async def test_what_the_purpose_does_not_need_is_not_written_whatever_rule_gives_it(
    api: Api,
) -> None:
    customer = await a_customer(api, partner="partner")
    for given, codes in (
        ({"birthDate": "1990-01-01"}, ["PURPOSE"]),
        ({"familyName": "Hopper"}, ["FORBIDDEN"]),
        ({"givenName": "Grace"}, []),
    ):
        values = {"id": customer, "expectedVersion": 1, **given}
        payload = await api.mutate("updateCustomer", "customer { id }", as_="partner", **values)
        assert [error["code"] for error in payload["userErrors"]] == codes
    query = "{ viewer { access(type: CUSTOMER) { fields { name writable } } } }"
    found = writable((await api.data(query, as_="partner"))["viewer"]["access"])
    assert (found["givenName"], found["birthDate"]) == (True, False)
