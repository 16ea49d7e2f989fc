"""Every operator for every kind of field, against a plain reference over all rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.entities.interactions import INTERACTION
from domain.settings.tenants import named_id
from domain.tables import customers, opportunities, partner_accounts
from tests.api import Api
from tests.builders import (
    a_customer,
    a_stage,
    an_interaction,
    an_opportunity,
    as_service,
    put,
)
from tests.folding import folded

Row = dict[str, Any]
Holds = Callable[[Any], bool]

OPPORTUNITIES = """query($f: OpportunityFilter) { opportunities(first: 100, filter: $f) { totalCount nodes {
    id status amount currency probability expectedClose closedAt createdAt stage { id }
    partnerAccount { id } } } }"""
CUSTOMERS = """query($f: CustomerFilter) { customers(first: 100, filter: $f) { totalCount nodes {
    id language lifecycle tags timeZone } } }"""
TEXTS = [
    None, "Zürich", "zurich", "ZURICH Süd", "100%", "100 percent", "a_b", "axb", "a\\b", "Ærø", "straße",
    "STRASSE", "e\u0301clair", "éclair", "\uff05",
]  # fmt: skip


def equality(*values: Any) -> list[tuple[str, Any, Holds]]:
    """The operators that every plain field has, for some values of it."""
    first, several = values[0], list(values[:2])
    return [
        ("eq", first, lambda v: v == first),
        ("neq", first, lambda v: v != first),
        ("in", several, lambda v: v in several),
        ("in", [], lambda _: False),
        ("notIn", several, lambda v: v not in several),
        ("notIn", [], lambda _: True),
        ("isNull", True, lambda v: v is None),
        ("isNull", False, lambda v: v is not None),
    ]


def order(value: Any, as_: Callable[[Any], Any]) -> list[tuple[str, Any, Holds]]:
    """The operators of fields whose values have an order; a value that is missing has none."""
    one = as_(value)
    return [
        ("lt", value, lambda v: v is not None and as_(v) < one),
        ("lte", value, lambda v: v is not None and as_(v) <= one),
        ("gt", value, lambda v: v is not None and as_(v) > one),
        ("gte", value, lambda v: v is not None and as_(v) >= one),
    ]


def tag_cases(wanted: set[str]) -> list[tuple[str, Any, Holds]]:
    return [
        ("hasAny", sorted(wanted), lambda v: bool(wanted & set(v))),
        ("hasAll", sorted(wanted), lambda v: wanted <= set(v)),
        ("hasNone", sorted(wanted), lambda v: not wanted & set(v)),
    ]


async def matching(
    api: Api, query: str, scope: Row, filter_: Row, as_: str = "compliance"
) -> tuple[set[str], int]:
    data = await api.data(query, as_=as_, f={**filter_, "and": [scope]})
    page = next(iter(data.values()))
    return {node["id"] for node in page["nodes"]}, page["totalCount"]


async def assert_as_in_python(
    api: Api, query: str, scope: Row, member: str, operator: str, value: Any, holds: Holds
) -> None:
    """The filter finds the rows that the reference finds, and its negation all others."""
    data = await api.data(query, as_="compliance", f=scope)
    rows = next(iter(data.values()))["nodes"]
    field = {member: {operator: value}}
    expected = {row["id"] for row in rows if holds(_member(row, member))}
    assert await matching(api, query, scope, field) == (expected, len(expected)), field
    others = {row["id"] for row in rows} - expected
    assert await matching(api, query, scope, {"not": field}) == (others, len(others)), field


def _member(row: Row, member: str) -> Any:
    value = row[member]
    return value["id"] if isinstance(value, dict) else value


@pytest.fixture(scope="module")
async def deals(api: Api) -> Row:
    """The filter that finds opportunities with all kinds of values, and none."""
    customer = await a_customer(api)
    days = [None, "2027-01-01", "2027-01-02", "2027-03-01"]
    for number in range(12):
        amount = [None, "5", "5.01", "70.5", "1000"][number % 5]
        currency = ["EUR", "USD", "CHF"][number % 3]
        stage = a_stage(api, ["New", "Qualified"][number % 2])
        id_ = await an_opportunity(
            api, customer, amount, currency, expectedClose=days[number % 4], stageId=stage
        )
        if number % 4 == 0:
            end = {"id": id_, "stageId": a_stage(api, "Won"), "expectedVersion": 1}
            await api.mutate("advanceOpportunity", "opportunity { id }", as_="sales", **end)
        if number % 3 == 0:
            account = named_id(api.tenant, "partner_account", ["partner", "rival"][number % 2])
            await put(api, opportunities, id_, partner_account_id=account)
    return {"customer": {"eq": customer}}


@pytest.fixture(scope="module")
async def places(api: Api) -> Row:
    """The filter that finds customers whose languages are all kinds of text, and none."""
    for number, text in enumerate(TEXTS):
        tags = [["a"], ["b"], ["a", "b", "c"], []][number % 4]
        id_ = await a_customer(api, tags=["placed", *tags])
        lifecycle = ["LEAD", "CUSTOMER", "PAST"][number % 3]
        await put(api, customers, id_, language=text, lifecycle=lifecycle)
    return {"tags": {"hasAny": ["placed"]}}


PLAIN: list[tuple[str, list[tuple[str, Any, Holds]]]] = [
    ("status", equality("WON", "OPEN")),
    ("currency", equality("EUR", "CHF")),
    ("probability", [*equality(10, 25), *order(25, int)]),
    (
        "amount",
        [
            ("eq", "5", lambda v: v is not None and Decimal(v) == 5),
            ("neq", "5", lambda v: v is None or Decimal(v) != 5),
            ("in", ["5", "1000"], lambda v: v is not None and Decimal(v) in {5, 1000}),
            ("notIn", ["5", "1000"], lambda v: v is None or Decimal(v) not in {5, 1000}),
            *order("5.01", Decimal),
        ],
    ),
    ("expectedClose", [*equality("2027-01-02", "2027-01-01"), *order("2027-01-02", str)]),
]
CASES = [(member, *case) for member, cases in PLAIN for case in cases]


@pytest.mark.parametrize(
    ("member", "operator", "value", "holds"),
    CASES,
    ids=[f"{n}-{c[0]}-{c[1]}" for n, c in enumerate(CASES)],
)
async def test_a_plain_field_is_compared(
    api: Api, deals: Row, member: str, operator: str, value: Any, holds: Holds
) -> None:
    await assert_as_in_python(api, OPPORTUNITIES, deals, member, operator, value, holds)


async def test_a_reference_is_compared(api: Api, deals: Row) -> None:
    partner, rival = (
        f"par_{named_id(api.tenant, 'partner_account', name)}" for name in ("partner", "rival")
    )
    for case in equality(partner, rival):
        await assert_as_in_python(api, OPPORTUNITIES, deals, "partnerAccount", *case)
    for case in equality(a_stage(api, "New"), a_stage(api, "Won")):
        await assert_as_in_python(api, OPPORTUNITIES, deals, "stage", *case)


async def test_a_point_in_time_is_compared(api: Api, deals: Row) -> None:
    rows = (await api.data(OPPORTUNITIES, as_="compliance", f=deals))["opportunities"]["nodes"]
    one, other = [row["closedAt"] for row in rows if row["closedAt"]][:2]
    for case in [*equality(one, other), *order(one, datetime.fromisoformat)]:
        await assert_as_in_python(api, OPPORTUNITIES, deals, "closedAt", *case)


PARTS = [
    "zur",
    "ÜRICH",
    "%",
    "100%",
    "_",
    "a_b",
    "a\\",
    "\\",
    "AERO",
    "strasse",
    "ß",
    "clair",
    "É",
    "x",
    " s",
]


@pytest.mark.parametrize("part", PARTS)
async def test_text_is_searched_past_case_and_accents_and_has_no_wildcards(
    api: Api, places: Row, part: str
) -> None:
    wanted = folded(part.strip() if part == " " else part)
    cases: list[tuple[str, Any, Holds]] = [
        ("contains", part, lambda v: v is not None and wanted in folded(v)),
        ("startsWith", part, lambda v: v is not None and folded(v).startswith(wanted)),
        ("endsWith", part, lambda v: v is not None and folded(v).endswith(wanted)),
        *order(part, folded),
    ]
    for case in cases:
        await assert_as_in_python(api, CUSTOMERS, places, "language", *case)


async def test_text_is_equal_exactly(api: Api, places: Row) -> None:
    for pair in (
        ("Zürich", "zurich"),
        ("100%", "a_b"),
        ("éclair", "\uff05"),
        ("nothing", "STRASSE"),
    ):
        for case in equality(*pair):
            await assert_as_in_python(api, CUSTOMERS, places, "language", *case)


async def test_enumerations_and_tags_are_compared(api: Api, places: Row) -> None:
    for case in equality("LEAD", "PAST"):
        await assert_as_in_python(api, CUSTOMERS, places, "lifecycle", *case)
    given: list[list[str]] = [["a"], ["a", "b"], ["c", "nothing"], []]
    for tags in given:
        cases = tag_cases(set(tags))
        for case in cases:
            await assert_as_in_python(api, CUSTOMERS, places, "tags", *case)


async def test_what_is_true_or_false_is_compared(api: Api) -> None:
    query = "query($f: PartnerAccountFilter) { partnerAccounts(first: 9, filter: $f) { nodes { handle } } }"
    await put(
        api,
        partner_accounts,
        f"par_{named_id(api.tenant, 'partner_account', 'rival')}",
        active=False,
    )
    for filter_, expected in (
        ({"active": {"eq": True}}, {"partner", "supplier"}),
        ({"active": {"eq": False}}, {"rival"}),
        ({"active": {"neq": True}}, {"rival"}),
        ({"active": {"isNull": True}}, set()),
        ({"active": {"isNull": False}, "name": {"endsWith": "R"}}, {"partner", "supplier"}),
        ({"handle": {"in": ["rival", "nobody"]}}, {"rival"}),
    ):
        nodes = (await api.data(query, as_="sales", f=filter_))["partnerAccounts"]["nodes"]
        assert {node["handle"] for node in nodes} == expected, filter_


# --- times relative to now ------------------------------------------------------------------------

CLOSING = """query($f: OpportunityFilter) { opportunities(first: 100, filter: $f) {
    nodes { closedAt expectedClose } } }"""


async def ages(api: Api, customer: str, member: str, operator: str, duration: str) -> set[int]:
    """How many days ahead of now (or behind it) the values lie that are found."""
    filter_ = {"customer": {"eq": customer}, member: {operator: duration}}
    nodes = (await api.data(CLOSING, as_="sales", f=filter_))["opportunities"]["nodes"]
    now = datetime.now(UTC)
    moments = [datetime.fromisoformat(node[member]).replace(tzinfo=UTC) for node in nodes]
    return {round((moment - now) / timedelta(days=1) + 0.25) for moment in moments}


async def test_times_are_compared_with_now(api: Api) -> None:
    customer = await a_customer(api)
    now = datetime.now(UTC)
    for days in (-40, -10, -1, 1, 10, 40):
        id_ = await an_opportunity(api, customer)
        moment = now + timedelta(days=days, hours=-6)
        await put(api, opportunities, id_, closed_at=moment, expected_close=moment.date())
    await an_opportunity(api, customer)
    for operator, expected in {
        "withinLast": {-10, -1},
        "olderThan": {-40},
        "withinNext": {1, 10},
        "laterThan": {40},
    }.items():
        assert await ages(api, customer, "closedAt", operator, "P30D") == expected
    assert await ages(api, customer, "closedAt", "withinLast", "PT31H") == {-1}
    assert await ages(api, customer, "closedAt", "withinLast", "PT29H") == set()


async def test_days_are_compared_with_today(api: Api) -> None:
    customer = await a_customer(api)
    today = datetime.now(UTC).date()
    for days in (-31, -30, 0, 30, 31):
        day = (today + timedelta(days=days)).isoformat()
        await an_opportunity(api, customer, expectedClose=day)
    await an_opportunity(api, customer)
    expected = {
        ("withinLast", "P30D"): {-30, 0},
        ("olderThan", "P30D"): {-31},
        ("withinNext", "P30D"): {0, 30},
        ("laterThan", "P30D"): {31},
        ("withinLast", "P0D"): {0},
        ("olderThan", "P0D"): {-31, -30},
    }
    if datetime.now(UTC).date() != today:
        pytest.skip("midnight")
    for (operator, duration), days_ in expected.items():
        filter_ = {"customer": {"eq": customer}, "expectedClose": {operator: duration}}
        nodes = (await api.data(CLOSING, as_="sales", f=filter_))["opportunities"]["nodes"]
        found = {(datetime.fromisoformat(n["expectedClose"]).date() - today).days for n in nodes}
        assert found == days_, (operator, duration)


async def test_a_cursor_of_a_relative_filter_is_good_for_later_pages(api: Api) -> None:
    customer = await a_customer(api)
    for _ in range(3):
        await an_opportunity(api, customer)
    query = """query($d: Duration, $id: ID!, $after: String) { opportunities(first: 1, after: $after,
        filter: {createdAt: {withinLast: $d}, customer: {eq: $id}}) {
        nodes { id } pageInfo { hasNextPage endCursor } } }"""
    found: list[str] = []
    after, page = None, {}
    for _ in range(3):
        page = (await api.data(query, as_="sales", d="P1D", id=customer, after=after))[
            "opportunities"
        ]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert len(set(found)) == 3
    assert page["pageInfo"]["hasNextPage"] is False
    answer = await api.ask(query, as_="sales", d="P2D", id=customer, after=after)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


@pytest.mark.parametrize(
    ("filter_", "fields"),
    [
        ({"createdAt": {"withinLast": "30 days"}}, ["createdAt", "withinLast"]),
        ({"createdAt": {"olderThan": "P1000Y"}}, ["createdAt", "olderThan"]),
        ({"expectedClose": {"withinNext": "PT12H"}}, ["expectedClose", "withinNext"]),
        ({"currency": {"in": ["x"] * 501}}, ["currency", "in"]),
        ({"currency": {"contains": "x" * 201}}, ["currency"]),
        ({"currency": {"contains": "\0"}}, ["currency"]),
        ({"currency": {"contains": " "}}, ["currency"]),
        ({"or": [{"currency": {"eq": "x"}}] * 25}, ["filter"]),
    ],
)
async def test_a_value_that_cannot_be_is_refused_where_it_stands(
    api: Api, filter_: Row, fields: list[str]
) -> None:
    answer = await api.ask(OPPORTUNITIES, as_="sales", f=filter_)
    assert [e["extensions"] for e in answer["errors"]] == [{"code": "INVALID", "fields": fields}]


async def test_the_limits_themselves_are_allowed(api: Api) -> None:
    for filter_ in (
        {"currency": {"in": ["x"] * 500}},
        {"currency": {"contains": "x" * 200}},
        {"createdAt": {"olderThan": "P100Y"}},
        {"or": [{"currency": {"eq": "x"}}] * 24},
    ):
        data = await api.data(OPPORTUNITIES, as_="sales", f=filter_)
        assert data["opportunities"]["totalCount"] == 0


async def test_an_interaction_is_found_by_its_id_in_another_system(api: Api) -> None:
    customer = await a_customer(api)
    one, _ = [await an_interaction(api, customer) for _ in range(2)]
    async with as_service(api) as work:
        stored = await work.records.load(INTERACTION, one[4:])
        sealed = {**stored.sealed, "external_references": [{"system": "calls", "id": "4711"}]}
        await work.records.replace(stored, stored.row, sealed)
    query = (
        """query($f: InteractionFilter) { interactions(first: 9, filter: $f) { nodes { id } } }"""
    )
    for system, found in (("Calls", [{"id": one}]), ("mails", [])):
        reference = {"system": system, "id": "4711"}
        for operator in ({"eq": reference}, {"in": [reference]}):
            filter_ = {"externalReference": operator}
            assert (await api.data(query, as_="compliance", f=filter_))["interactions"] == {
                "nodes": found
            }


# --- what may not be seen -------------------------------------------------------------------------

HIDDEN: list[tuple[str, str, Row]] = [
    ("support", "OpportunityFilter", {"amount": {"gt": "1"}}),
    ("support", "OpportunityFilter", {"currency": {"contains": "E"}}),
    ("support", "OpportunityFilter", {"currency": {"notIn": ["EUR"]}}),
    ("support", "OpportunityFilter", {"expectedClose": {"withinNext": "P1Y"}}),
    ("partner", "CustomerFilter", {"timeZone": {"startsWith": "E"}}),
    ("partner", "CustomerFilter", {"tags": {"hasNone": ["a"]}}),
    ("partner", "CustomerFilter", {"owner": {"is": {}}}),
    ("finance", "CustomerFilter", {"lifecycle": {"notIn": ["LEAD"]}}),
    ("finance", "CustomerFilter", {"timeZone": {"endsWith": "n"}}),
    ("marketing", "InteractionFilter", {"outcome": {"notIn": ["RESOLVED"]}}),
    ("support", "CustomerFilter", {"opportunities": {"some": {"amount": {"gt": "1"}}}}),
    ("support", "CustomerFilter", {"opportunities": {"none": {"not": {"amount": {"gt": "1"}}}}}),
    ("support", "CustomerFilter", {"opportunities": {"every": {"currency": {"contains": "E"}}}}),
    ("support", "InteractionFilter", {
        "customer": {"is": {"opportunities": {"some": {"amount": {"gt": "1"}}}}}}),
]  # fmt: skip


@pytest.mark.parametrize(("as_", "type_", "filter_"), HIDDEN, ids=lambda v: str(v)[:60])
async def test_a_field_that_may_not_be_seen_may_not_be_used(
    api: Api, as_: str, type_: str, filter_: Row
) -> None:
    connection = {
        "OpportunityFilter": "opportunities",
        "CustomerFilter": "customers",
        "InteractionFilter": "interactions",
    }[type_]
    query = f"query($f: {type_}) {{ {connection}(first: 1, filter: $f) {{ totalCount }} }}"
    for wrapped in (filter_, {"not": filter_}, {"or": [filter_, {"createdAt": {"isNull": False}}]}):
        answer = await api.ask(query, as_=as_, f=wrapped)
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["FORBIDDEN"], wrapped
