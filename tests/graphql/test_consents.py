"""Consents as a frontend developer meets them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api import Api
from tests.builders import a_consent, a_customer, another_tenant

FIELDS = (
    "consent { id purpose status method givenAt withdrawnAt expiresAt version customer { id } }"
)
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()


async def change(api: Api, name: str, customer: str, **more: Any) -> dict[str, Any]:
    given = {"customerId": customer, "purpose": "marketing", **more}
    if name == "grantConsent":
        given = {"method": "form", **given}
    return await api.mutate(name, FIELDS, as_="sales", **given)


async def test_a_consent_is_given_taken_back_and_given_again(api: Api) -> None:
    customer = await a_customer(api)
    given = (await change(api, "grantConsent", customer, expiresAt=TOMORROW))["consent"]
    assert (given["status"], given["version"], given["withdrawnAt"]) == ("GRANTED", 1, None)
    assert (given["method"], given["purpose"]) == ("form", "marketing")
    assert datetime.fromisoformat(given["expiresAt"]) == datetime.fromisoformat(TOMORROW)
    assert given["customer"] == {"id": customer}
    withdrawn = (await change(api, "withdrawConsent", customer, expectedVersion=1))["consent"]
    assert (withdrawn["id"], withdrawn["status"]) == (given["id"], "WITHDRAWN")
    assert withdrawn["givenAt"] == given["givenAt"] < withdrawn["withdrawnAt"]
    again = (await change(api, "grantConsent", customer, method="call"))["consent"]
    assert (again["id"], again["status"], again["version"]) == (given["id"], "GRANTED", 3)
    assert (again["method"], again["withdrawnAt"], again["expiresAt"]) == ("call", None, None)


async def test_withdrawing_twice_changes_nothing(api: Api) -> None:
    customer = await a_customer(api)
    await a_consent(api, customer)
    first = await change(api, "withdrawConsent", customer)
    assert await change(api, "withdrawConsent", customer) == first


async def test_a_customer_s_consents_stand_below_it(api: Api) -> None:
    customer = await a_customer(api)
    id_ = await a_consent(api, customer)
    query = """query($id: ID!) { node(id: $id) { ... on Customer { consents(first: 9) {
        totalCount nodes { id status customer { id consents(first: 1) { totalCount } } } } } } }"""
    below = {"id": customer, "consents": {"totalCount": 1}}
    assert (await api.data(query, as_="sales", id=customer))["node"]["consents"] == {
        "totalCount": 1,
        "nodes": [{"id": id_, "status": "GRANTED", "customer": below}],
    }


@pytest.mark.parametrize(
    ("given", "argument"),
    [
        ({"purpose": "sales"}, "purpose"),
        ({"purpose": "world domination"}, "purpose"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "marketing\0"}, "purpose"),
        ({"method": ""}, "method"),
        ({"method": "x" * 201}, "method"),
        ({"expiresAt": YESTERDAY}, "expiresAt"),
    ],
)
async def test_what_a_consent_cannot_be_is_said_where_it_stands(
    api: Api, given: dict[str, Any], argument: str
) -> None:
    customer = await a_customer(api)
    payload = await change(api, "grantConsent", customer, **given)
    assert payload["consent"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("INVALID", ["input", argument])
    ]
    if argument == "purpose":
        payload = await change(api, "withdrawConsent", customer, **given)
        assert [e["code"] for e in payload["userErrors"]] == ["INVALID"]


async def test_a_consent_that_is_not_there_is_not_taken_back(api: Api) -> None:
    payload = await change(api, "withdrawConsent", await a_customer(api))
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("NOT_FOUND", ["input", "purpose"])
    ]


async def test_nobody_consents_for_another_company_s_customer(api: Api) -> None:
    foreign = await a_customer(await another_tenant(api))
    for name in ("grantConsent", "withdrawConsent"):
        payload = await change(api, name, foreign)
        assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
            ("NOT_FOUND", ["input", "customerId"])
        ]


@pytest.mark.parametrize("name", ["grantConsent", "withdrawConsent"])
async def test_a_stale_version_changes_nothing(api: Api, name: str) -> None:
    customer = await a_customer(api)
    if name == "withdrawConsent":
        await a_consent(api, customer)
    payload = await change(api, name, customer, expectedVersion=7)
    assert payload["consent"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("STALE_VERSION", ["input", "expectedVersion"])
    ]


@pytest.mark.parametrize("as_", ["support", "finance", "admin", "partner"])
async def test_who_may_not_record_consents_does_not(api: Api, as_: str) -> None:
    customer = await a_customer(api, partner="partner")
    payload = await api.mutate(
        "grantConsent",
        "consent { id }",
        as_=as_,
        customerId=customer,
        purpose="marketing",
        method="form",
    )
    assert [e["code"] for e in payload["userErrors"]] == ["FORBIDDEN"]
