"""The timeline of a customer: one order over all sources, of what the caller may see and no more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.consents.history import IMPORT, begun, write_events
from domain.consents.statements import ConsentStatement
from domain.tables import interactions, stage_changes
from policy.rules import Effect, Rule
from privacy.tables import consents
from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import (
    a_consent,
    a_customer,
    a_stage,
    add_rules,
    an_interaction,
    an_opportunity,
    another_tenant,
    as_service,
    put,
)
from tests.statements import counted

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
TIMELINE = """query($id: ID!, $kinds: [TimelineKind!], $since: DateTime, $until: DateTime, $first: Int,
    $after: String, $last: Int, $before: String) { node(id: $id) { __typename ... on Customer {
    timeline(kinds: $kinds, since: $since, until: $until, first: $first, after: $after, last: $last,
      before: $before) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { at kind record { __typename ... on Node { id } } } } } } } }"""
SOURCES = """query($id: ID!) { node(id: $id) { ... on Customer {
    interactions(first: 100) { nodes { id occurredAt } }
    consents(first: 100) { nodes { id givenAt withdrawnAt } }
    opportunities(first: 50) { nodes { stageHistory(first: 100) { nodes { id changedAt } } } } } } }"""
CALLERS = ("sales", "support", "marketing", "finance", "compliance", "admin", "partner")

Entry = tuple[str, str, str]


async def page(api: Api, customer: str, as_: str, **arguments: Any) -> dict[str, Any]:
    data = await api.data(TIMELINE, as_=as_, id=customer, **arguments)
    assert_as_graphql_has_it(TIMELINE, data, {"id": customer, **arguments})
    return dict(data["node"]["timeline"])


def entries(found: dict[str, Any]) -> list[Entry]:
    nodes = [edge["node"] for edge in found["edges"]]
    return [(node["at"], node["kind"], node["record"]["id"]) for node in nodes]


async def reference(api: Api, customer: str, as_: str) -> list[Entry]:
    """The same from the sources' own connections, put in order here."""
    node = (await api.data(SOURCES, as_=as_, id=customer))["node"]
    found: list[tuple[Any, int, Entry]] = []

    def add(number: int, kind: str, id_: str, at: str | None) -> None:
        if at is not None:
            found.append((datetime.fromisoformat(at), number, (at, kind, id_)))

    for row in node["interactions"]["nodes"]:
        add(1, "INTERACTION", row["id"], row["occurredAt"])
    for opportunity in node["opportunities"]["nodes"]:
        for row in opportunity["stageHistory"]["nodes"]:
            add(2, "STAGE_CHANGE", row["id"], row["changedAt"])
    for row in node["consents"]["nodes"]:
        add(3, "CONSENT_GIVEN", row["id"], row["givenAt"])
        add(4, "CONSENT_WITHDRAWN", row["id"], row["withdrawnAt"])
    found.sort(key=lambda entry: (entry[0], entry[1], entry[2][2]), reverse=True)
    return [entry for _, _, entry in found]


async def a_history(api: Api, *, consent: bool = True, **values: Any) -> str:
    """A customer with contacts, stage changes and consents, many of them at the same moment."""
    customer = await a_customer(api, partner="partner", **values)
    for number in range(9):
        made = await an_interaction(api, customer, as_="support" if number % 3 else "sales")
        await put(api, interactions, made, occurred_at=START + timedelta(days=number // 4))
    for number in range(3):
        opportunity = await an_opportunity(api, customer)
        moved = {"id": opportunity, "stageId": a_stage(api, "Qualified"), "expectedVersion": 1}
        await api.mutate("advanceOpportunity", "opportunity { id }", as_="sales", **moved)
        await _put_all(api, stage_changes, "opportunity_id", opportunity, number)
    if consent:
        await _a_withdrawn_consent(api, customer)
    return customer


async def _a_withdrawn_consent(api: Api, customer: str) -> None:
    async with as_service(api) as work:
        said = begun(work, IMPORT, customer[4:], "marketing")
        for status in ("GRANTED", "WITHDRAWN"):
            said.take(ConsentStatement(status, "form", START))
        await work.insert(consents, [{**said.row, "tenant_id": api.tenant}])
        await write_events(work, [said])


async def _put_all(api: Api, table: sa.Table, column: str, id_: str, days: int) -> None:
    at = START + timedelta(days=days)
    async with as_service(api) as work:
        which = sa.and_(table.c.tenant_id == api.tenant, table.c[column] == id_[4:])
        await work.execute(sa.update(table).where(which).values(changed_at=at))


@pytest.fixture(scope="module")
async def customer(api: Api) -> str:
    return await a_history(api)


@pytest.mark.parametrize("as_", CALLERS)
async def test_it_is_what_the_sources_show_the_caller_in_one_order(
    api: Api, customer: str, as_: str
) -> None:
    expected = await reference(api, customer, as_)
    whole = await page(api, customer, as_, first=100)
    assert entries(whole) == expected
    assert whole["totalCount"] == len(expected)
    for size in (1, 4):
        walked: list[Entry] = []
        after = None
        while True:
            found = await page(api, customer, as_, first=size, after=after)
            walked += entries(found)
            assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
            if not found["pageInfo"]["hasNextPage"]:
                break
            after = found["pageInfo"]["endCursor"]
        assert walked == expected


@pytest.mark.parametrize("as_", ["sales", "support"])
async def test_it_can_be_walked_backwards(api: Api, customer: str, as_: str) -> None:
    expected = await reference(api, customer, as_)
    walked: list[Entry] = []
    before = None
    while True:
        found = await page(api, customer, as_, last=4, before=before)
        walked = entries(found) + walked
        assert found["pageInfo"]["hasNextPage"] is (before is not None)
        if not found["pageInfo"]["hasPreviousPage"]:
            break
        before = found["pageInfo"]["startCursor"]
    assert walked == expected


async def test_every_cursor_begins_a_page(api: Api, customer: str) -> None:
    whole = await page(api, customer, "sales", first=100)
    expected = entries(whole)
    for place, edge in enumerate(whole["edges"]):
        after = await page(api, customer, "sales", first=3, after=edge["cursor"])
        assert entries(after) == expected[place + 1 : place + 4]
        before = await page(api, customer, "sales", last=3, before=edge["cursor"])
        assert entries(before) == expected[max(place - 3, 0) : place]


async def test_everybody_sees_the_kinds_that_they_may_read(api: Api, customer: str) -> None:
    interaction, change = {"INTERACTION"}, {"STAGE_CHANGE"}
    consent = {"CONSENT_GIVEN", "CONSENT_WITHDRAWN"}
    for as_, kinds in {
        "sales": interaction | change | consent,
        "support": interaction | change,
        "marketing": consent,  # There is no consent in force, and without one only of consents.
        "finance": set(),  # A step is behaviour, which billing does not need.
        "compliance": interaction | change | consent,
        "partner": set(),  # The contacts are not the partner's.
    }.items():
        assert {k for _, k, _ in entries(await page(api, customer, as_, first=100))} == kinds, as_


async def test_it_can_be_narrowed_by_kind_and_time(api: Api, customer: str) -> None:
    everything = await reference(api, customer, "sales")
    first, second = START + timedelta(days=1), START + timedelta(days=2)
    for kinds in (["INTERACTION"], ["CONSENT_GIVEN", "STAGE_CHANGE"], [], None):
        for since, until in ((None, None), (first, None), (None, second), (first, second)):
            expected = [
                (at, kind, id_)
                for at, kind, id_ in everything
                if (kinds is None or kind in kinds)
                and (since is None or datetime.fromisoformat(at) >= since)
                and (until is None or datetime.fromisoformat(at) < until)
            ]
            given: dict[str, Any] = {
                "kinds": kinds,
                "since": since and since.isoformat(),
                "until": until and until.isoformat(),
            }
            found = await page(api, customer, "sales", first=100, **given)
            assert entries(found) == expected
            assert found["totalCount"] == len(expected)


async def test_a_cursor_belongs_to_its_kinds_its_times_and_its_tenant(
    api: Api, customer: str
) -> None:
    cursor = (await page(api, customer, "sales", first=1))["pageInfo"]["endCursor"]
    kinds = ["INTERACTION"]
    others: list[dict[str, Any]] = [{name: START.isoformat()} for name in ("since", "until")]
    for given in ({"kinds": kinds}, *others):
        answer = await api.ask(TIMELINE, as_="sales", id=customer, first=1, after=cursor, **given)
        assert answer["errors"][0]["extensions"] == {"code": "INVALID_CURSOR", "fields": ["after"]}
    other = await another_tenant(api)
    theirs = await a_customer(other)
    answer = await other.ask(TIMELINE, as_="sales", id=theirs, first=1, after=cursor)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"
    query = "query($c: String) { interactions(first: 1, after: $c) { totalCount } }"
    answer = await api.ask(query, as_="sales", c=cursor)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


@pytest.mark.parametrize("size", [{}, {"first": 101}, {"first": 1, "last": 1}, {"last": -1}])
async def test_a_page_has_one_size(api: Api, customer: str, size: dict[str, Any]) -> None:
    answer = await api.ask(TIMELINE, as_="sales", id=customer, **size)
    assert answer["errors"][0]["extensions"]["code"] == "PAGE_SIZE"


async def test_a_record_shows_its_fields_and_why_others_are_missing(api: Api) -> None:
    customer = await a_customer(api)
    await an_interaction(api, customer, as_="support", body="Call me on 0151 7654321")
    opportunity = await an_opportunity(api, customer, "12")
    await a_consent(api, customer)
    query = """query($id: ID!) { node(id: $id) { ... on Customer { timeline(first: 9) { nodes { kind
        record { ... on Interaction { channel body redactions { field reason } }
        ... on StageChange { opportunity { id title } toStage { name } redactions { field reason } }
        ... on Consent { purpose status method customer { id } } } } } } } }"""
    nodes = (await api.data(query, as_="sales", id=customer))["node"]["timeline"]["nodes"]
    assert nodes == [
        {
            "kind": "CONSENT_GIVEN",
            "record": {
                "purpose": "marketing",
                "status": "GRANTED",
                "method": "form",
                "customer": {"id": customer},
            },
        },
        {
            "kind": "STAGE_CHANGE",
            "record": {
                "opportunity": {"id": opportunity, "title": "Engines"},
                "toStage": {"name": "New"},
                "redactions": [],
            },
        },
        {
            "kind": "INTERACTION",
            "record": {
                "channel": "PHONE",
                "body": None,  # Masked, and detection has not run.
                "redactions": [{"field": "body", "reason": "MASKED"}],
            },
        },
    ]


async def test_a_hidden_time_places_nothing(api: Api) -> None:
    """Whoever has not consented has no times for marketing: no answer depends on them."""
    customer = await a_history(api, consent=False)
    made = await an_interaction(api, customer)
    told: dict[str, set[str]] = {"marketing": set(), "compliance": set()}
    for day in (1, 10, 200):
        at = START + timedelta(days=day)
        await put(api, interactions, made, occurred_at=at)
        for as_, answers in told.items():
            found = [
                await page(api, customer, as_, **size, **bounds)
                for size in ({"first": 100}, {"last": 2})
                for bounds in ({}, {"since": at.isoformat()}, {"until": at.isoformat()})
            ]
            answers.add(str([(entries(p), p["totalCount"], len(p["edges"])) for p in found]))
    assert len(told["marketing"]) == 1
    assert len(told["compliance"]) == 3


async def test_times_that_a_rule_hides_in_some_records_hide_those_entries(api: Api) -> None:
    other = await another_tenant(api, "hidden-times")
    where, hidden = "not own_department", ("occurred_at",)
    rule = Rule("SALES:MEMBER", "interaction", "read", "sales", where, hidden, Effect.DENY)
    await add_rules(other, rule)
    customer = await a_history(other)
    expected = await reference(other, customer, "sales")
    assert sum(kind == "INTERACTION" for _, kind, _ in expected) == 3
    assert entries(await page(other, customer, "sales", first=100)) == expected
    assert (await page(other, customer, "sales", first=1))["totalCount"] == len(expected)
    assert len(entries(await page(other, customer, "compliance", first=100))) == 17


async def test_many_customers_need_as_many_statements_as_one(api: Api) -> None:
    tag = "timelines"
    counts: list[int] = []
    customers: list[dict[str, Any]] = []
    query = """{ customers(first: 100, filter: {tags: {hasAny: ["timelines"]}}) { nodes { id
        timeline(first: 3) { totalCount nodes { at kind record { ... on Node { id }
        ... on Interaction { subject participants(first: 2) { totalCount } } } } } } } }"""
    for _ in range(2):
        for _ in range(3):
            await a_history(api, tags=[tag])
        with counted() as statements:
            customers = (await api.data(query, as_="sales"))["customers"]["nodes"]
        counts.append(len(statements))
        for customer in customers:
            alone = await page(api, customer["id"], "sales", first=3)
            assert customer["timeline"]["totalCount"] == alone["totalCount"] == 17
            assert [n["record"]["id"] for n in customer["timeline"]["nodes"]] == [
                id_ for _, _, id_ in entries(alone)
            ]
    assert len(customers) == 6
    # Customers; entries, their number; interactions, their participants (a page and its number);
    # stage changes and consents.
    assert counts[0] == counts[1] <= 8


async def test_a_mutation_answers_with_it_and_refuses_a_wrong_cursor_before_it_writes(
    api: Api,
) -> None:
    selection = 'customer { id timeline(first: 1, after: "nonsense") { totalCount } }'
    given = 'kind: PERSON, familyName: "Cursor", tags: ["refused"]'
    answer = await api.ask(
        f"mutation {{ createCustomer(input: {{{given}}}) {{ {selection} }} }}", as_="sales"
    )
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"
    query = '{ customers(first: 1, filter: {tags: {hasAny: ["refused"]}}) { totalCount } }'
    assert (await api.data(query, as_="sales"))["customers"] == {"totalCount": 0}
    given = given.replace("refused", "taken")
    selection = "customer { timeline(first: 1) { totalCount nodes { kind } } }"
    answer = await api.ask(
        f"mutation {{ createCustomer(input: {{{given}}}) {{ {selection} }} }}", as_="sales"
    )
    timeline = {"totalCount": 0, "nodes": []}
    assert answer["data"]["createCustomer"] == {"customer": {"timeline": timeline}}
