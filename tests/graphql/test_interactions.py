"""Interactions as a frontend developer meets them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.entities.interactions import Channel
from domain.settings.tenants import named_id
from tests.api import Api
from tests.builders import a_customer, a_department, an_interaction

FIELDS = """channel direction subject body occurredAt durationSeconds outcome version
    author { handle } department { code } partnerAccount { handle }"""
RECORDED = "interaction { id version } clientMutationId"


async def found(api: Api, filter_: dict[str, Any]) -> list[str]:
    query = """query($f: InteractionFilter) { interactions(first: 100, filter: $f) {
        totalCount nodes { id } } }"""
    page = (await api.data(query, as_="sales", f=filter_))["interactions"]
    assert page["totalCount"] == len(page["nodes"])
    return [node["id"] for node in page["nodes"]]


async def test_everything_given_is_read_back(api: Api) -> None:
    customer = await a_customer(api)
    payload = await api.mutate(
        "recordInteraction",
        f"interaction {{ {FIELDS} customer {{ id }} }}",
        as_="support",
        customerId=customer,
        channel="EMAIL",
        direction="INBOUND",
        occurredAt="2026-02-03T04:05:06.789+01:00",
        subject="  A question ",
        body="Where is my engine?\nAda",
        durationSeconds=90,
        outcome="FOLLOW_UP",
    )
    assert payload["interaction"] == {
        "channel": "EMAIL",
        "direction": "INBOUND",
        "subject": "A question",
        "body": "Where is my engine?\nAda",
        "occurredAt": "2026-02-03T03:05:06.789+00:00",
        "durationSeconds": 90,
        "outcome": "FOLLOW_UP",
        "version": 1,
        "author": {"handle": "support"},
        "department": {"code": "SUPPORT"},
        "partnerAccount": None,
        "customer": {"id": customer},
    }


async def test_a_partner_s_contact_belongs_to_the_partner(api: Api) -> None:
    customer = await a_customer(api, partner="partner")
    id_ = await an_interaction(api, customer, as_="partner", body="Visited")
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on Interaction {{ {FIELDS} }} }} }}"
    read = (await api.data(query, as_="compliance", id=id_))["node"]
    assert read["partnerAccount"] == {"handle": "partner"}
    assert (read["author"], read["department"]) == (None, None)


@pytest.mark.parametrize("channel", sorted(Channel.__members__))
async def test_every_channel_is_recorded_and_found(api: Api, channel: str) -> None:
    customer = await a_customer(api)
    id_ = await an_interaction(api, customer, channel=channel)
    assert await found(api, {"customer": {"eq": customer}, "channel": {"eq": channel}}) == [id_]
    assert await found(api, {"customer": {"eq": customer}, "channel": {"neq": channel}}) == []


async def test_they_come_the_latest_first(api: Api) -> None:
    customer = await a_customer(api)
    times = [f"2026-01-0{day}T00:00:00Z" for day in (2, 3, 1)]
    ids = [await an_interaction(api, customer, occurredAt=time) for time in times]
    query = """query($id: ID!) { node(id: $id) { ... on Customer {
        latest: interactions(first: 2) { totalCount nodes { id } }
        earliest: interactions(last: 2) { nodes { id } }
        ordered: interactions(first: 3, orderBy: {field: OCCURRED_AT}) { nodes { id } }
        of: interactions(first: 3, filter: {occurredAt: {gte: "2026-01-02T00:00:00Z"}}) {
          totalCount } } } }"""
    node = (await api.data(query, as_="sales", id=customer))["node"]
    second, third, first = ids
    assert [n["id"] for n in node["latest"]["nodes"]] == [third, second]
    assert [n["id"] for n in node["earliest"]["nodes"]] == [second, first]
    assert [n["id"] for n in node["ordered"]["nodes"]] == [first, second, third]
    assert (node["latest"]["totalCount"], node["of"]["totalCount"]) == (3, 2)


async def test_customers_and_contacts_nest_both_ways(api: Api) -> None:
    customer, guest = await a_customer(api), await a_customer(api, givenName="Grace")
    id_ = await an_interaction(api, customer, participantIds=[guest, guest])
    query = """query($id: ID!) { node(id: $id) { ... on Interaction {
        customer { id interactions(first: 9) { nodes { id
          participants(first: 9) { totalCount nodes { interaction { id } customer { givenName }
            member { id } } } } } } } } }"""
    node = (await api.data(query, as_="sales", id=id_))["node"]
    participants = {
        "totalCount": 1,
        "nodes": [{"interaction": {"id": id_}, "customer": {"givenName": "Grace"}, "member": None}],
    }
    interactions = {"nodes": [{"id": id_, "participants": participants}]}
    assert node == {"customer": {"id": customer, "interactions": interactions}}


async def test_filters_find_what_they_say(api: Api) -> None:
    customer = await a_customer(api)
    short = await an_interaction(api, customer, durationSeconds=5, outcome="RESOLVED")
    long = await an_interaction(api, customer, durationSeconds=3600, direction="OUTBOUND")
    none = await an_interaction(api, customer, as_="support")
    sales = f"mem_{named_id(api.tenant, 'member', 'sales')}"
    expected: list[tuple[dict[str, Any], set[str]]] = [
        ({"durationSeconds": {"gt": 5}}, {long}),
        ({"durationSeconds": {"lte": 5}}, {short}),
        ({"durationSeconds": {"in": [5, 3600]}}, {short, long}),
        ({"durationSeconds": {"isNull": True}}, {none}),
        ({"durationSeconds": {"neq": 5}}, {long, none}),
        ({"outcome": {"eq": "RESOLVED"}}, {short}),
        ({"outcome": {"neq": "RESOLVED"}}, {long, none}),
        ({"direction": {"in": ["OUTBOUND"]}}, {long}),
        ({"author": {"eq": sales}}, {short, long}),
        ({"author": {"neq": sales}}, {none}),
        ({"department": {"eq": a_department(api, "SUPPORT")}}, {none}),
        ({"partnerAccount": {"isNull": True}}, {short, long, none}),
    ]
    for filter_, ids in expected:
        both = {"customer": {"eq": customer}, **filter_}
        assert set(await found(api, both)) == ids, filter_


@pytest.mark.parametrize(
    ("given", "argument"),
    [
        ({"occurredAt": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}, "occurredAt"),
        ({"durationSeconds": -1}, "durationSeconds"),
        ({"durationSeconds": 7 * 24 * 3600 + 1}, "durationSeconds"),
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"body": "x" * 20_001}, "body"),
    ],
)
async def test_what_a_contact_cannot_be_is_said_where_it_stands(
    api: Api, given: dict[str, Any], argument: str
) -> None:
    values = {
        "customerId": await a_customer(api),
        "channel": "WEB",
        "direction": "INBOUND",
        "occurredAt": "2026-01-01T00:00:00Z",
        **given,
    }
    payload = await api.mutate("recordInteraction", "interaction { id }", as_="sales", **values)
    assert payload["interaction"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("INVALID", ["input", argument])
    ]


async def test_who_is_not_there_is_said_where_it_stands(api: Api) -> None:
    customer, nobody = await a_customer(api), "cus_00000000-0000-0000-0000-000000000000"
    base = {"channel": "WEB", "direction": "INBOUND", "occurredAt": "2026-01-01T00:00:00Z"}
    for given, argument in (
        ({"customerId": nobody}, "customerId"),
        ({"customerId": "nonsense"}, "customerId"),
        ({"customerId": customer, "participantIds": [nobody]}, "participantIds 0"),
        ({"customerId": customer, "participantIds": ["nonsense"]}, "participantIds 0"),
    ):
        payload = await api.mutate(
            "recordInteraction", "interaction { id }", as_="sales", **base, **given
        )
        assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
            ("NOT_FOUND", ["input", *argument.split()])
        ]
    assert await found(api, {"customer": {"eq": customer}}) == []


async def test_a_repeated_command_answers_with_the_first_contact(api: Api) -> None:
    given = {
        "customerId": await a_customer(api),
        "channel": "CHAT",
        "direction": "INBOUND",
        "occurredAt": "2026-01-01T00:00:00Z",
        "clientMutationId": "once",
    }
    first, *others = await asyncio.gather(
        *(api.mutate("recordInteraction", RECORDED, as_="sales", **given) for _ in range(3))
    )
    assert others == [first, first]
    assert len(await found(api, {"customer": {"eq": given["customerId"]}})) == 1
    reused = await api.mutate("recordInteraction", RECORDED, as_="sales", **given, body="Other")
    assert [e["code"] for e in reused["userErrors"]] == ["KEY_REUSED"]
    elsewhere = await api.mutate(
        "createCustomer",
        "customer { id }",
        as_="sales",
        kind="PERSON",
        givenName="Ada",
        clientMutationId="once",
    )
    assert [e["code"] for e in elsewhere["userErrors"]] == ["KEY_REUSED"]


async def test_a_field_that_no_rule_names_may_not_be_written(api: Api) -> None:
    customer = await a_customer(api)
    payload = await api.mutate(
        "recordInteraction",
        "interaction { id }",
        as_="finance",
        customerId=customer,
        channel="WEB",
        direction="INBOUND",
        occurredAt="2026-01-01T00:00:00Z",
    )
    assert [e["code"] for e in payload["userErrors"]] == ["FORBIDDEN"]
    assert await found(api, {"customer": {"eq": customer}}) == []
