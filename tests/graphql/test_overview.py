"""The overview of a customer: sums of what the caller may see; nothing hidden looks missing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.tables import customers, interactions, opportunities
from privacy.tables import consents
from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_department,
    a_stage,
    an_interaction,
    an_opportunity,
    put,
    relate,
)
from tests.statements import counted

OVERVIEW = """overview { lastContacts { channel at } openValue { currency amount count }
    wonValue { currency amount count } nextExpectedClose consents { purpose status inForce }
    freshness { part updatedAt ageSeconds } missing redactions { field reason } }"""
QUERY = f"query($id: ID!) {{ node(id: $id) {{ __typename ... on Customer {{ {OVERVIEW} }} }} }}"
POINTS = [
    {"kind": "EMAIL", "value": "grace@example.com"},
    {"kind": "PHONE", "value": "0151 7654321"},
]
PARTS = ["PROFILE", "INTERACTIONS", "OPPORTUNITIES", "CONSENTS", "RELATIONSHIPS"]
EMPTY: dict[str, Any] = {
    "lastContacts": [],
    "openValue": [],
    "wonValue": [],
    "nextExpectedClose": None,
    "consents": [],
}


async def overview(api: Api, customer: str, as_: str, purpose: str | None = None) -> dict[str, Any]:
    data = await api.data(QUERY, as_=as_, purpose=purpose, id=customer)
    assert_as_graphql_has_it(QUERY, data, {"id": customer})
    return dict(data["node"]["overview"])


def redacted(found: dict[str, Any]) -> dict[str, str]:
    return {entry["field"]: entry["reason"] for entry in found["redactions"]}


async def rich(api: Api, **values: Any) -> str:
    """A customer with something of everything."""
    customer = await a_customer(api, contactPoints=POINTS, country="DE", **values)
    for channel, day in (("PHONE", 1), ("PHONE", 5), ("EMAIL", 3), ("WEB", 9)):
        at = f"2026-02-0{day}T12:00:00Z"
        await an_interaction(api, customer, channel=channel, occurredAt=at)
    await an_opportunity(api, customer, "10.5", expectedClose="2027-05-01")
    await an_opportunity(api, customer, "2", expectedClose="2027-04-01")
    await an_opportunity(api, customer, "7", "USD")
    await an_opportunity(api, customer, expectedClose="2027-06-01")
    won = await an_opportunity(api, customer, "100", expectedClose="2026-01-01")
    end = {"id": won, "stageId": a_stage(api, "Won"), "expectedVersion": 1}
    await api.mutate("advanceOpportunity", "opportunity { id }", as_="sales", **end)
    await a_consent(api, customer)
    await relate(api, "HOUSEHOLD", await a_customer(api), customer)
    return customer


@pytest.fixture(scope="module")
async def customer(api: Api) -> str:
    return await rich(api)


async def test_it_sums_up_what_there_is(api: Api, customer: str) -> None:
    found = await overview(api, customer, "sales")
    assert found["lastContacts"] == [
        {"channel": "WEB", "at": "2026-02-09T12:00:00+00:00"},
        {"channel": "PHONE", "at": "2026-02-05T12:00:00+00:00"},
        {"channel": "EMAIL", "at": "2026-02-03T12:00:00+00:00"},
    ]
    assert found["openValue"] == [
        {"currency": "EUR", "amount": "12.5000", "count": 2},
        {"currency": "USD", "amount": "7.0000", "count": 1},
    ]
    assert found["wonValue"] == [{"currency": "EUR", "amount": "100.0000", "count": 1}]
    assert found["nextExpectedClose"] == "2027-04-01"
    assert found["consents"] == [{"purpose": "marketing", "status": "GRANTED", "inForce": True}]
    assert found["missing"] == ["LANGUAGE", "TIME_ZONE"]
    assert found["redactions"] == []


async def test_it_tells_how_old_each_part_is(api: Api, customer: str) -> None:
    found = (await overview(api, customer, "sales"))["freshness"]
    assert [entry["part"] for entry in found] == PARTS
    for entry in found:
        age = datetime.now(UTC) - datetime.fromisoformat(entry["updatedAt"])
        assert abs(age.total_seconds() - entry["ageSeconds"]) < 5
    aged = await a_customer(api)
    long_ago = datetime.now(UTC) - timedelta(days=40)
    await put(api, customers, aged, updated_at=long_ago)
    ((part, age_seconds),) = [
        (entry["part"], entry["ageSeconds"])
        for entry in (await overview(api, aged, "sales"))["freshness"]
    ]
    assert part == "PROFILE"
    assert 40 * 86_400 <= age_seconds < 40 * 86_400 + 60


async def test_of_a_new_customer_everything_is_missing(api: Api) -> None:
    bare = await a_customer(api, departmentId=None, ownerId=None)
    await put(api, customers, bare, department_id=None, owner_id=None)
    found = await overview(api, bare, "compliance")
    assert {name: found[name] for name in EMPTY} == EMPTY
    expected = ["EMAIL", "PHONE", "LANGUAGE", "TIME_ZONE", "COUNTRY", "OWNER", "DEPARTMENT"]
    assert found["missing"] == expected
    assert found["redactions"] == []


async def test_an_expired_and_a_withdrawn_consent_are_not_in_force(api: Api) -> None:
    customer = await a_customer(api)
    id_ = await a_consent(api, customer)
    await put(api, consents, id_, expires_at=datetime.now(UTC) - timedelta(days=1))
    (state,) = (await overview(api, customer, "sales"))["consents"]
    assert state == {"purpose": "marketing", "status": "GRANTED", "inForce": False}
    await api.mutate(
        "withdrawConsent", "consent { id }", as_="sales", customerId=customer, purpose="marketing"
    )
    (state,) = (await overview(api, customer, "sales"))["consents"]
    assert state == {"purpose": "marketing", "status": "WITHDRAWN", "inForce": False}


async def test_a_part_of_hidden_fields_is_withheld_with_its_reason(api: Api, customer: str) -> None:
    whole = await overview(api, customer, "compliance")
    support = await overview(api, customer, "support")
    denied = ["openValue", "wonValue", "nextExpectedClose", "consents"]
    assert redacted(support) == dict.fromkeys([*denied, "freshness"], "DENIED")
    assert {name: support[name] for name in denied} == {name: EMPTY[name] for name in denied}
    assert support["lastContacts"] == whole["lastContacts"]
    assert [entry["part"] for entry in support["freshness"]] == [
        part for part in PARTS if part != "CONSENTS"
    ]
    finance = await overview(api, customer, "finance")
    assert finance["openValue"] == whole["openValue"]
    assert redacted(finance) == {
        "lastContacts": "DENIED",
        "consents": "DENIED",
        "freshness": "DENIED",
        "email": "DENIED",
        "phone": "DENIED",
        "timeZone": "DENIED",
    }
    assert finance["missing"] == ["LANGUAGE"]


async def test_a_masked_contact_point_is_neither_there_nor_missing(api: Api) -> None:
    found = []
    for points in (POINTS, []):
        theirs = await a_customer(
            api, contactPoints=points, departmentId=a_department(api, "SUPPORT")
        )
        seen = await overview(api, theirs, "sales")
        found.append((seen["missing"], redacted(seen)))
    masked = {"email": "MASKED", "phone": "MASKED"}
    assert found == [(["LANGUAGE", "TIME_ZONE", "COUNTRY"], masked)] * 2


async def test_without_consent_marketing_is_told_nothing(api: Api) -> None:
    told: dict[str, list[Any]] = {"marketing": [], "sales": []}
    customer = await a_customer(api, contactPoints=POINTS, country="DE", language="de")
    for as_, answers in told.items():
        answers.append(_without_time(await overview(api, customer, as_)))
    await put(api, customers, customer, country=None, language=None)
    await an_interaction(api, customer)
    for as_, answers in told.items():
        answers.append(_without_time(await overview(api, customer, as_)))
    assert told["marketing"][0] == told["marketing"][1]
    assert told["sales"][0] != told["sales"][1]
    assert redacted(told["marketing"][0]) == {
        "lastContacts": "NO_CONSENT",
        "openValue": "DENIED",
        "wonValue": "DENIED",
        "nextExpectedClose": "DENIED",
        "freshness": "DENIED",
        "email": "NO_CONSENT",
        "phone": "DENIED",
        "language": "NO_CONSENT",
        "timeZone": "DENIED",
        "country": "NO_CONSENT",
    }
    await a_consent(api, customer)
    found = await overview(api, customer, "marketing")
    assert [contact["channel"] for contact in found["lastContacts"]] == ["PHONE"]
    assert found["missing"] == ["LANGUAGE", "COUNTRY"]


def _without_time(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "freshness"}


async def test_no_part_depends_on_a_hidden_value(api: Api) -> None:
    customer = await a_customer(api)
    deal = await an_opportunity(api, customer, "5", expectedClose="2027-01-01")
    contact = await an_interaction(api, customer)
    told: dict[str, list[Any]] = {"support": [], "finance": [], "compliance": []}
    for amount, day, channel in (
        (5, 1, "PHONE"),
        (4711, 1, "PHONE"),
        (5, 2, "PHONE"),
        (5, 1, "WEB"),
    ):
        close = datetime(2027, 1, day, tzinfo=UTC).date()
        await put(api, opportunities, deal, amount=amount, expected_close=close)
        await put(api, interactions, contact, channel=channel)
        for as_, answers in told.items():
            answers.append(_without_time(await overview(api, customer, as_)))
    assert [answer == told["compliance"][0] for answer in told["compliance"]] == [
        True,
        *[False] * 3,
    ]
    assert [answer == told["support"][0] for answer in told["support"]] == [*[True] * 3, False]
    assert [answer == told["finance"][0] for answer in told["finance"]] == [
        True,
        False,
        False,
        True,
    ]


async def test_a_partner_counts_its_own_records_only(api: Api) -> None:
    customer = await a_customer(api, partner="partner", contactPoints=POINTS)
    await an_opportunity(api, customer, "99")
    await an_opportunity(api, customer, "3", partner="partner")
    await an_interaction(api, customer, channel="WEB")
    await an_interaction(api, customer, channel="POST", as_="partner")
    found = await overview(api, customer, "partner")
    assert found["openValue"] == [{"currency": "EUR", "amount": "3.0000", "count": 1}]
    assert [contact["channel"] for contact in found["lastContacts"]] == ["POST"]
    assert redacted(found) == {
        "consents": "DENIED",
        "freshness": "DENIED",
        "phone": "MASKED",
        "language": "DENIED",
        **dict.fromkeys(("timeZone", "owner", "department"), "DENIED"),
    }
    assert found["missing"] == ["COUNTRY"]


async def test_nothing_is_missing_of_somebody_who_was_erased(api: Api) -> None:
    customer = await a_customer(api, language="de")
    await api.mutate("eraseSubject", "userErrors { code }", as_="compliance", customerId=customer)
    found = await overview(api, customer, "compliance")
    assert found["missing"] == []


async def test_only_what_is_asked_for_is_read(api: Api, customer: str) -> None:
    query = """query($id: ID!) { node(id: $id) { ... on Customer {
        a: overview { missing __typename } b: overview { redactions { reason } } } } }"""
    with counted() as statements:
        node = (await api.data(query, as_="support", id=customer))["node"]
    assert node == {
        "a": {"missing": ["LANGUAGE", "TIME_ZONE"], "__typename": "CustomerOverview"},
        "b": {"redactions": []},
    }
    assert len(statements) == 3


async def test_many_customers_need_as_many_statements_as_one(api: Api) -> None:
    query = f"""{{ customers(first: 100, filter: {{tags: {{hasAny: ["overviews"]}}}}) {{
        nodes {{ id {OVERVIEW} }} }} }}"""
    counts, nodes = [], []
    for _ in range(3):
        await rich(api, tags=["overviews"])
        with counted() as statements:
            nodes = (await api.data(query, as_="sales"))["customers"]["nodes"]
        counts.append(len(statements))
    assert counts == [8] * 3
    for node in nodes:
        alone = await overview(api, node["id"], "sales")
        assert _without_time(node["overview"]) == _without_time(alone)
