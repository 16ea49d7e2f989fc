"""Consents as a frontend developer meets them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.subjects.principals import Principal, PrincipalKind
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


@pytest.mark.parametrize("as_", ["sales", "marketing", "compliance"])
async def test_o2_an_objection_is_recorded_before_there_is_a_consent(api: Api, as_: str) -> None:
    customer = await a_customer(api)
    given = {"customerId": customer, "purpose": "marketing"}
    payload = await api.mutate("withdrawConsent", FIELDS, as_=as_, **given)
    assert payload["userErrors"] == []
    made = payload["consent"]
    assert (made["status"], made["version"], made["givenAt"]) == ("WITHDRAWN", 1, None)
    assert made["withdrawnAt"] is not None
    assert (await change(api, "withdrawConsent", customer))["consent"]["id"] == made["id"]
    again = (await change(api, "grantConsent", customer))["consent"]
    assert (again["id"], again["status"]) == (made["id"], "GRANTED")


@pytest.mark.parametrize("as_", ["support", "finance", "admin"])
async def test_o2_who_may_not_take_back_learns_not_whether_there_is_a_consent(
    api: Api, as_: str
) -> None:
    without, with_ = await a_customer(api), await a_customer(api)
    await a_consent(api, with_)
    answers = [
        await api.mutate("withdrawConsent", FIELDS, as_=as_, customerId=id_, purpose="marketing")
        for id_ in (without, with_)
    ]
    assert answers[0] == answers[1]
    assert [e["code"] for e in answers[0]["userErrors"]] == ["FORBIDDEN"]


async def test_f3_four_changes_are_four_events_with_how_when_and_by_whom(api: Api) -> None:
    customer = await a_customer(api)
    for name, method in (
        ("grantConsent", "web form"),
        ("withdrawConsent", "by telephone"),
        ("grantConsent", "trade fair"),
        ("withdrawConsent", None),
    ):
        more = {"expiresAt": TOMORROW} if method == "web form" else {}
        await change(api, name, customer, **({"method": method} if method else {}), **more)
    query = """query($id: ID!) { node(id: $id) { ... on Customer { consents(first: 1) { nodes {
        status version method history(first: 9) { totalCount nodes { status method at dated expiresAt
          author { handle } source purpose customer { id } consent { status } } } } }
        timeline(first: 9) { nodes { at kind } } } } }"""
    found = (await api.data(query, as_="sales", id=customer))["node"]
    (consent,) = found["consents"]["nodes"]
    assert (consent["status"], consent["version"], consent["method"]) == (
        "WITHDRAWN",
        4,
        "trade fair",
    )
    events = consent["history"]["nodes"]
    assert [(e["status"], e["method"]) for e in events] == [
        ("WITHDRAWN", None),
        ("GRANTED", "trade fair"),
        ("WITHDRAWN", "by telephone"),
        ("GRANTED", "web form"),
    ]
    assert [e["expiresAt"] is not None for e in events] == [False, False, False, True]
    for event in events:
        assert (event["author"], event["source"], event["dated"]) == (
            {"handle": "sales"},
            "API",
            True,
        )
        assert (event["purpose"], event["customer"]) == ("marketing", {"id": customer})
    told = [(one["at"], one["kind"]) for one in found["timeline"]["nodes"]]
    kinds = {"GRANTED": "CONSENT_GIVEN", "WITHDRAWN": "CONSENT_WITHDRAWN"}
    assert told == [(e["at"], kinds[e["status"]]) for e in events]


async def test_f3_withdrawing_twice_stands_twice_in_the_history(api: Api) -> None:
    customer = await a_customer(api)
    await a_consent(api, customer)
    for method in ("by telephone", "in writing"):
        await change(api, "withdrawConsent", customer, method=method)
    query = """query($id: ID!) { node(id: $id) { ... on Customer { consents(first: 1) { nodes { version
        history(first: 9) { nodes { status method } } } } } } }"""
    (consent,) = (await api.data(query, as_="sales", id=customer))["node"]["consents"]["nodes"]
    assert consent["version"] == 2
    assert [e["method"] for e in consent["history"]["nodes"]] == [
        "in writing",
        "by telephone",
        "form",
    ]


@pytest.mark.parametrize("as_", ["support", "finance", "admin", "partner"])
async def test_f3_who_may_not_read_consents_reads_no_history_of_them(api: Api, as_: str) -> None:
    customer = await a_customer(api, partner="partner")
    await a_consent(api, customer)
    await change(api, "withdrawConsent", customer)
    query = """query($id: ID!) { node(id: $id) { ... on Customer {
        consents(first: 9) { nodes { history(first: 9) { totalCount } } }
        timeline(first: 9, kinds: [CONSENT_GIVEN, CONSENT_WITHDRAWN]) { totalCount } } } }"""
    found = (await api.data(query, as_=as_, id=customer))["node"]
    assert found["consents"]["nodes"] == []
    assert found["timeline"]["totalCount"] == 0


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


async def test_f3_the_person_is_told_their_history_and_not_who_of_the_staff_recorded_it(
    api: Api,
) -> None:
    """Whoever sees no members sees no author either, by selecting, filtering or grouping."""
    customer = await a_customer(api)
    await a_consent(api, customer)
    kind, subject = PrincipalKind.DATA_SUBJECT, customer[4:]
    person = Principal(
        api.tenant, kind, subject, frozenset({"DATA_SUBJECT"}), "compliance", customer_id=subject
    )
    token = api.services.signer.issue(person, timedelta(hours=1))
    query = """query($id: ID!, $m: ID!) { node(id: $id) { ... on Customer { consents(first: 1) { nodes {
        history(first: 9) { nodes { status author { id } } }
        by: history(first: 9, filter: {author: {in: [$m]}}) { totalCount }
        named: history(first: 9, filter: {author: {is: {handle: {eq: "sales"}}}}) { totalCount }
        } } } } }"""
    body = {"query": query, "variables": {"id": customer, "m": await sales_member(api)}}
    headers = {"authorization": f"Bearer {token}"}
    answer = (await api.http.post("/graphql", json=body, headers=headers)).json()
    assert "errors" not in answer, answer["errors"]
    assert answer["data"]["node"]["consents"]["nodes"] == [
        {
            "history": {"nodes": [{"status": "GRANTED", "author": None}]},
            "by": {"totalCount": 0},
            "named": {"totalCount": 0},
        }
    ]


async def sales_member(api: Api) -> str:
    query = '{ members(first: 9, filter: {handle: {eq: "sales"}}) { nodes { id } } }'
    return str((await api.data(query, as_="admin"))["members"]["nodes"][0]["id"])
