"""Restriction of processing (GDPR Art. 18) as compliance commands it and as others meet it."""

import itertools
from typing import Any

import pytest

from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    a_stage,
    an_interaction,
    an_opportunity,
)

EMAIL = "grace@example.org"
NAMED = {"givenName": "Grace", "familyName": "Quibbleton"}
POINTS = [{"kind": "EMAIL", "value": EMAIL}, {"kind": "PHONE", "value": "+49 30 1234567"}]
STATE = "customer { id version restrictedAt restrictedFor }"
CUSTOMER = """query($id: ID!) { node(id: $id) { ... on Customer {
    name email lifecycle restrictedAt restrictedFor contactPoints { value }
    interactions(first: 9) { nodes { channel subject body redactions { field reason } } }
    opportunities(first: 9) { nodes { status title redactions { field reason } } }
    redactions { field reason } } } }"""
NUMBERS = itertools.count()


async def somebody(api: Api) -> str:
    """A customer with a contact and a deal, all of the sales department."""
    customer = await a_customer(api, **NAMED, contactPoints=POINTS, partner="partner")
    await an_interaction(api, customer, subject="Wants a zeppelin", body="By Tuesday")
    await an_opportunity(api, customer, title="One zeppelin")
    return customer


async def restrict(
    api: Api, customer: str, reason: str = "OBJECTION", as_: str = "compliance", **more: Any
) -> dict[str, Any]:
    given = {"customerId": customer, "reason": reason, **more}
    return await api.mutate("restrictProcessing", STATE, as_=as_, **given)


async def lift(
    api: Api, customer: str, reason: str = "OBJECTION", as_: str = "compliance", **more: Any
) -> dict[str, Any]:
    given = {"customerId": customer, "reason": reason, **more}
    return await api.mutate("liftRestriction", STATE, as_=as_, **given)


async def seen(api: Api, customer: str, as_: str) -> Any:
    return (await api.data(CUSTOMER, as_=as_, id=customer))["node"]


def withheld(node: dict[str, Any]) -> dict[str, str]:
    return {one["field"]: one["reason"] for one in node["redactions"]}


# --- the commands ---------------------------------------------------------------------------------


async def test_each_reason_is_restricted_and_lifted_for_itself(api: Api) -> None:
    customer = await somebody(api)
    first = (await restrict(api, customer, "ACCURACY_CONTESTED", expectedVersion=1))["customer"]
    assert (first["version"], first["restrictedFor"]) == (2, ["ACCURACY_CONTESTED"])
    second = (await restrict(api, customer, "LEGAL_CLAIM"))["customer"]
    assert second["restrictedFor"] == ["ACCURACY_CONTESTED", "LEGAL_CLAIM"]
    assert second["restrictedAt"] == first["restrictedAt"]
    one_left = (await lift(api, customer, "ACCURACY_CONTESTED"))["customer"]
    assert one_left["restrictedFor"] == ["LEGAL_CLAIM"]
    assert one_left["restrictedAt"] == first["restrictedAt"]
    free = (await lift(api, customer, "LEGAL_CLAIM", expectedVersion=4))["customer"]
    assert (free["version"], free["restrictedAt"], free["restrictedFor"]) == (5, None, [])


async def test_doing_it_twice_changes_nothing(api: Api) -> None:
    customer = await somebody(api)
    assert await restrict(api, customer) == await restrict(api, customer)
    assert await lift(api, customer) == await lift(api, customer)
    again = (await restrict(api, customer))["customer"]
    assert (again["version"], again["restrictedFor"]) == (4, ["OBJECTION"])


async def test_it_is_written_down_who_restricted_and_who_lifted(api: Api) -> None:
    customer = await somebody(api)
    await restrict(api, customer)
    await lift(api, customer)
    kept = await api.services.pool.fetch(
        api.tenant,
        "SELECT reason, restricted_by, lifted_by, restricted_at < lifted_at FROM restrictions"
        " WHERE tenant_id = $1 AND customer_id = $2",
        api.tenant,
        customer[4:],
    )
    assert [row[0] for row in kept] == ["OBJECTION"]
    assert kept[0][1] == kept[0][2]
    assert kept[0][1].startswith("member:")
    assert kept[0][3]
    events = await api.services.pool.fetch(
        api.tenant,
        "SELECT event FROM outbox WHERE tenant_id = $1 AND $2 = ANY(entities) ORDER BY number",
        api.tenant,
        customer[4:],
    )
    assert [row[0] for row in events][-2:] == ["ProcessingRestricted", "RestrictionLifted"]


async def test_what_was_never_restricted_is_not_lifted(api: Api) -> None:
    customer = await somebody(api)
    await restrict(api, customer, "UNLAWFUL")
    payload = await lift(api, customer)
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("NOT_FOUND", ["input", "reason"])
    ]


@pytest.mark.parametrize("change", [restrict, lift])
async def test_a_version_that_is_not_the_latest_is_stale(api: Api, change: Any) -> None:
    customer = await somebody(api)
    await restrict(api, customer, "UNLAWFUL")
    if change is lift:
        await restrict(api, customer)
    payload = await change(api, customer, expectedVersion=1)
    assert [e["code"] for e in payload["userErrors"]] == ["STALE_VERSION"]


@pytest.mark.parametrize("as_", ["sales", "manager", "support", "admin"])
async def test_nobody_but_compliance_decides(api: Api, as_: str) -> None:
    customer = await somebody(api)
    await restrict(api, customer, "UNLAWFUL")
    for payload in (
        await restrict(api, customer, as_=as_),
        await lift(api, customer, "UNLAWFUL", as_=as_),
    ):
        assert [e["code"] for e in payload["userErrors"]] == ["FORBIDDEN"]
    assert (await seen(api, customer, "compliance"))["restrictedFor"] == ["UNLAWFUL"]


async def test_nobody_restricts_whom_they_do_not_see(api: Api) -> None:
    unknown = "cus_00000000-0000-0000-0000-000000000001"
    for customer in (unknown, await somebody(api)):
        payload = await restrict(api, customer, as_="rival")
        assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
            ("NOT_FOUND", ["input", "customerId"])
        ]


# --- what others see ------------------------------------------------------------------------------


async def test_while_restricted_nobody_who_works_with_them_sees_who_they_are(api: Api) -> None:
    customer = await somebody(api)
    before = {as_: await seen(api, customer, as_) for as_ in ("sales", "support", "partner")}
    await restrict(api, customer)
    for as_ in before:
        node = await seen(api, customer, as_)
        found = withheld(node)
        assert (node["name"], node["email"], node["contactPoints"]) == (None, None, [])
        assert {found[n] for n in ("name", "email", "contactPoints")} == {"RESTRICTED"}
        assert node["lifecycle"] == before[as_]["lifecycle"]
    node = await seen(api, customer, "sales")
    contact, deal = node["interactions"]["nodes"][0], node["opportunities"]["nodes"][0]
    assert (contact["subject"], contact["body"], contact["channel"]) == (None, None, "PHONE")
    assert withheld(contact) == {"subject": "RESTRICTED", "body": "RESTRICTED"}
    assert (deal["title"], deal["status"], withheld(deal)) == (
        None,
        "OPEN",
        {"title": "RESTRICTED"},
    )
    await lift(api, customer)
    assert {as_: await seen(api, customer, as_) for as_ in before} == before


async def test_what_would_be_hidden_anyway_is_denied_and_not_restricted(api: Api) -> None:
    """That a person's data are restricted is no reason for what the caller never sees."""
    customer = await a_customer(api, **NAMED, departmentId=a_department(api, "SUPPORT"))
    await restrict(api, customer)
    query = """query($id: ID!) { node(id: $id) { ... on Customer { givenName email phone birthDate
        nationalId restrictedAt redactions { field reason } } } }"""
    node = (await api.data(query, as_="sales", id=customer))["node"]
    assert withheld(node) == {
        "givenName": "RESTRICTED",
        "email": "RESTRICTED",
        "phone": "RESTRICTED",
        "birthDate": "DENIED",
        "nationalId": "DENIED",
        "restrictedAt": "DENIED",
    }


async def test_compliance_sees_all_of_it_and_finds_whoever_is_restricted(api: Api) -> None:
    customer, other = await somebody(api), await somebody(api)
    await restrict(api, customer, "UNLAWFUL")
    node = await seen(api, customer, "compliance")
    assert (node["name"], node["restrictedFor"]) == ("Grace Quibbleton", ["UNLAWFUL"])
    assert node["interactions"]["nodes"][0]["body"] == "By Tuesday"
    query = """query($f: CustomerFilter) { customers(first: 99, filter: $f, orderBy: [{
        field: RESTRICTED_AT, direction: DESC}]) { nodes { id restrictedAt } } }"""
    for given in ({"restrictedAt": {"isNull": False}}, {"restrictedFor": {"hasAny": ["UNLAWFUL"]}}):
        found = (await api.data(query, as_="compliance", f=given))["customers"]["nodes"]
        ids = [one["id"] for one in found]
        assert ids[0] == customer
        assert other not in ids


async def test_without_consent_that_is_the_reason(api: Api) -> None:
    customer = await somebody(api)
    await restrict(api, customer)
    assert withheld(await seen(api, customer, "marketing"))["name"] == "NO_CONSENT"
    await a_consent(api, customer)
    assert withheld(await seen(api, customer, "marketing"))["name"] == "RESTRICTED"


# --- what they find -------------------------------------------------------------------------------

FILTERS = (
    {"email": {"eq": EMAIL}},
    {"name": {"hasWords": "Quibbleton"}},
    {"name": {"startsWith": "Grace"}},
)
SEARCH = """query($q: String!) { search(query: $q, first: 50) { hits { record {
    ... on Node { id } } } } }"""


@pytest.mark.parametrize("as_", ["sales", "support", "partner"])
@pytest.mark.parametrize("given", FILTERS, ids=str)
async def test_who_is_restricted_is_not_found_by_what_is_hidden(
    api: Api, as_: str, given: dict[str, Any]
) -> None:
    customer = await somebody(api)
    query = """query($f: CustomerFilter!) { customers(first: 100, filter: $f) {
        totalCount nodes { id } } }"""
    found = (await api.data(query, as_=as_, f=given))["customers"]
    assert customer in [one["id"] for one in found["nodes"]]
    await restrict(api, customer)
    left = (await api.data(query, as_=as_, f=given))["customers"]
    assert customer not in [one["id"] for one in left["nodes"]]
    assert left["totalCount"] == found["totalCount"] - 1
    for other in (given, {"email": {"eq": "nobody@example.org"}}):
        inverse = (await api.data(query, as_=as_, f={"not": other}))["customers"]["nodes"]
        assert customer in [one["id"] for one in inverse]


@pytest.mark.parametrize("as_", ["sales", "support"])
async def test_who_is_restricted_is_not_found_by_words(api: Api, as_: str) -> None:
    word = f"Quorn{'abcdefghij'[next(NUMBERS)]}ski"
    customer = await a_customer(api, givenName="Grace", familyName=word)
    contact = await an_interaction(api, customer, subject=f"About {word}")

    async def found() -> list[str]:
        hits = (await api.data(SEARCH, as_=as_, q=word))["search"]["hits"]
        return sorted(hit["record"]["id"] for hit in hits)

    assert await found() == sorted([customer, contact])
    await restrict(api, customer)
    assert await found() == []
    await lift(api, customer)
    assert await found() == sorted([customer, contact])


async def test_who_is_restricted_has_no_place_in_an_order_by_name(api: Api) -> None:
    """They come last, as those without a name do, whatever their name is."""
    customers = [await a_customer(api, familyName=name) for name in ("Aaaa", "Zzzz")]
    query = """query($d: Direction!, $f: CustomerFilter!) { customers(first: 100,
        filter: $f, orderBy: [{field: NAME, direction: $d}]) { nodes { id } } }"""
    tag = "ordered-by-name"
    for customer in customers:
        await api.mutate(
            "updateCustomer",
            "customer { id }",
            as_="sales",
            id=customer,
            expectedVersion=1,
            tags=[tag],
        )
    await restrict(api, customers[0])
    for direction in ("ASC", "DESC"):
        nodes = (await api.data(query, as_="sales", d=direction, f={"tags": {"hasAny": [tag]}}))[
            "customers"
        ]["nodes"]
        assert [one["id"] for one in nodes] == [customers[1], customers[0]]


async def test_the_timeline_shows_that_something_was_and_not_what(api: Api) -> None:
    customer = await somebody(api)
    await restrict(api, customer)
    query = """query($id: ID!) { node(id: $id) { ... on Customer { timeline(first: 9) { nodes {
        __typename node { ... on Interaction { subject redactions { field reason } } } } } } } }"""
    answer = await api.ask(query, as_="sales", id=customer)
    assert "zeppelin" not in str(answer)


# --- what they write ------------------------------------------------------------------------------


async def test_what_is_hidden_is_not_written(api: Api) -> None:
    customer = await somebody(api)
    await restrict(api, customer)

    async def updated(**values: Any) -> list[str]:
        node = await api.data(
            "query($id: ID!) { node(id: $id) { ... on Customer { version } } }",
            as_="compliance",
            id=customer,
        )
        given = {"id": customer, "expectedVersion": node["node"]["version"], **values}
        payload = await api.mutate("updateCustomer", "customer { id }", as_="sales", **given)
        return [e["code"] for e in payload["userErrors"]]

    assert await updated(familyName="Byron") == ["FORBIDDEN"]
    assert await updated(contactPoints=[]) == []
    assert await updated(lifecycle="PAST") == []
    assert (await seen(api, customer, "compliance"))["email"] == EMAIL
    await lift(api, customer)
    assert await updated(familyName="Byron") == []


async def test_what_is_said_to_the_restricted_is_not_recorded_for_work(api: Api) -> None:
    customer = await somebody(api)
    await restrict(api, customer)
    given = {
        "customerId": customer,
        "channel": "PHONE",
        "direction": "INBOUND",
        "occurredAt": "2026-03-01T12:00:00Z",
    }
    select = "interaction { id }"
    payload = await api.mutate("recordInteraction", select, as_="support", **given, subject="Hello")
    assert [e["code"] for e in payload["userErrors"]] == ["FORBIDDEN"]
    payload = await api.mutate("recordInteraction", select, as_="support", **given)
    assert payload["userErrors"] == []


async def test_a_deal_with_the_restricted_goes_on_without_words(api: Api) -> None:
    customer = await a_customer(api)
    deal = await an_opportunity(api, customer)
    await restrict(api, customer)
    moved = {"id": deal, "stageId": a_stage(api, "Lost"), "expectedVersion": 1}
    select = "opportunity { id }"
    payload = await api.mutate(
        "advanceOpportunity", select, as_="sales", **moved, lostReason="Too dear"
    )
    assert [e["code"] for e in payload["userErrors"]] == ["FORBIDDEN"]


async def test_the_erased_cannot_be_restricted(api: Api) -> None:
    customer = await somebody(api)
    await api.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=customer)
    payload = await restrict(api, customer)
    assert [e["code"] for e in payload["userErrors"]] == ["ERASED"]
