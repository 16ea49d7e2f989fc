"""Opportunities as a frontend developer meets them."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.api import Api
from tests.builders import a_customer, a_stage, an_opportunity, another_tenant, the_pipeline

NOBODY = "00000000-0000-0000-0000-000000000000"
ADVANCED = "opportunity { version status probability stage { name } closedAt lostReason }"


async def advance(api: Api, id_: str, stage: str, version: int, **more: Any) -> dict[str, Any]:
    return await api.mutate(
        "advanceOpportunity",
        ADVANCED,
        as_="sales",
        id=id_,
        stageId=a_stage(api, stage),
        expectedVersion=version,
        **more,
    )


async def page(api: Api, arguments: str, selection: str, **variables: Any) -> dict[str, Any]:
    query = f"""query($f: OpportunityFilter, $o: [OpportunityOrder!]) {{
        opportunities({arguments}, filter: $f, orderBy: $o) {{ {selection} }} }}"""
    return dict((await api.data(query, as_="sales", **variables))["opportunities"])


async def test_everything_given_is_read_back(api: Api) -> None:
    customer = await a_customer(api)
    payload = await api.mutate(
        "createOpportunity",
        """opportunity { title value { amount currency } amount currency status probability
        expectedClose closedAt lostReason version stage { name pipeline { id } } pipeline { name }
        customer { id } owner { handle } department { code } partnerAccount { id } }""",
        as_="sales",
        customerId=customer,
        pipelineId=the_pipeline(api),
        stageId=a_stage(api, "Qualified"),
        title=" Two engines ",
        value={"amount": "1265793.03", "currency": "EUR"},
        expectedClose="2027-02-28",
    )
    assert payload["userErrors"] == []
    assert payload["opportunity"] == {
        "title": "Two engines",
        "value": {"amount": "1265793.0300", "currency": "EUR"},
        "amount": "1265793.0300",
        "currency": "EUR",
        "status": "OPEN",
        "probability": 25,
        "expectedClose": "2027-02-28",
        "closedAt": None,
        "lostReason": None,
        "version": 1,
        "stage": {"name": "Qualified", "pipeline": {"id": the_pipeline(api)}},
        "pipeline": {"name": "Standard"},
        "customer": {"id": customer},
        "owner": {"handle": "sales"},
        "department": {"code": "SALES"},
        "partnerAccount": None,
    }


async def test_it_moves_through_its_pipeline_and_leaves_a_history(api: Api) -> None:
    id_ = await an_opportunity(api, await a_customer(api), "100")
    payload: dict[str, Any] = {}
    for version, stage in enumerate(("Qualified", "Proposal", "Won"), start=1):
        payload = await advance(api, id_, stage, version)
        assert payload["userErrors"] == []
    closed = payload["opportunity"].pop("closedAt")
    assert payload["opportunity"] == {
        "version": 4,
        "status": "WON",
        "probability": 100,
        "stage": {"name": "Won"},
        "lostReason": None,
    }
    query = """query($id: ID!) { node(id: $id) { ... on Opportunity { stageHistory(first: 9) {
        totalCount nodes { fromStage { name } toStage { name } author { handle } changedAt } } } } }"""
    history = (await api.data(query, as_="sales", id=id_))["node"]["stageHistory"]
    assert [(n["fromStage"], n["toStage"]["name"]) for n in history["nodes"]] == [
        ({"name": "Proposal"}, "Won"),
        ({"name": "Qualified"}, "Proposal"),
        ({"name": "New"}, "Qualified"),
        (None, "New"),
    ]
    assert history["nodes"][0]["changedAt"] == closed
    assert {n["author"]["handle"] for n in history["nodes"]} == {"sales"}


@pytest.mark.parametrize("stage", ["New", "Proposal", "Negotiation"])
async def test_a_step_that_no_transition_allows_is_refused(api: Api, stage: str) -> None:
    id_ = await an_opportunity(api, await a_customer(api))
    payload = await advance(api, id_, stage, 1)
    assert payload["opportunity"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("TRANSITION", ["input", "stageId"])
    ]


async def test_what_is_closed_stays_closed(api: Api) -> None:
    id_ = await an_opportunity(api, await a_customer(api))
    await advance(api, id_, "Won", 1)
    for stage in ("New", "Qualified", "Won"):
        assert [e["code"] for e in (await advance(api, id_, stage, 2))["userErrors"]] == [
            "TRANSITION"
        ]


async def test_an_opportunity_does_not_begin_where_no_step_leads(api: Api) -> None:
    customer = await a_customer(api)
    for stage, code in (("Proposal", "TRANSITION"), ("Lost", "INVALID")):
        payload = await api.mutate(
            "createOpportunity",
            "opportunity { id }",
            as_="sales",
            customerId=customer,
            pipelineId=the_pipeline(api),
            stageId=a_stage(api, stage),
            title="Engines",
        )
        assert [e["code"] for e in payload["userErrors"]] == [code]


async def test_a_lost_opportunity_and_only_that_says_why(api: Api) -> None:
    id_ = await an_opportunity(api, await a_customer(api))
    wrong: list[tuple[str, dict[str, str]]] = [
        ("Lost", {}),
        ("Lost", {"lostReason": ""}),
        ("Lost", {"lostReason": "  "}),
        ("Qualified", {"lostReason": "price"}),
        ("Won", {"lostReason": "price"}),
    ]
    for stage, more in wrong:
        payload = await advance(api, id_, stage, 1, **more)
        assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
            ("INVALID", ["input", "lostReason"])
        ], (stage, more)
    payload = await advance(api, id_, "Lost", 1, lostReason="price")
    assert payload["opportunity"]["status"] == "LOST"
    assert payload["opportunity"]["lostReason"] == "price"


async def test_a_stale_version_moves_nothing(api: Api) -> None:
    id_ = await an_opportunity(api, await a_customer(api))
    payloads = await asyncio.gather(advance(api, id_, "Qualified", 1), advance(api, id_, "Won", 1))
    codes = [error["code"] for payload in payloads for error in payload["userErrors"]]
    assert codes == ["STALE_VERSION"]
    stale = await advance(api, id_, "Qualified", 1)
    assert stale["userErrors"][0]["path"] == ["input", "expectedVersion"]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"amount": "0.00001", "currency": "EUR"}, ["value", "amount"]),
        ({"amount": "1.00000", "currency": "EUR"}, ["value", "amount"]),
        ({"amount": "-0.0001", "currency": "EUR"}, ["value", "amount"]),
        ({"amount": "1000000000000000", "currency": "EUR"}, ["value", "amount"]),
        ({"amount": "1", "currency": "XYZ"}, ["value", "currency"]),
        ({"amount": "1", "currency": "eur"}, ["value", "currency"]),
        ({"amount": "1", "currency": ""}, ["value", "currency"]),
    ],
)
async def test_money_that_is_none_is_refused(
    api: Api, value: dict[str, str], path: list[str]
) -> None:
    payload = await api.mutate(
        "createOpportunity",
        "opportunity { id }",
        as_="sales",
        customerId=await a_customer(api),
        pipelineId=the_pipeline(api),
        title="Engines",
        value=value,
    )
    assert payload["opportunity"] is None
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("INVALID", ["input", *path])
    ]


@pytest.mark.parametrize(
    "amount",
    ["1_000", " 1", "1e3", "NaN", "Infinity", "\uff11", "0x10", "", "1.", ".5", "+1", 1, 1.5],
)
async def test_a_decimal_is_digits_as_text(api: Api, amount: object) -> None:
    query = (
        "query($a: Decimal) { opportunities(first: 1, filter: {amount: {eq: $a}}) { totalCount } }"
    )
    answer = await api.ask(query, as_="sales", a=amount)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("amount", ["0", "0.001", "999999999999999.999", "10"])
async def test_an_amount_is_kept_to_the_last_digit(api: Api, amount: str) -> None:
    id_ = await an_opportunity(api, await a_customer(api), amount, "KWD")
    query = "query($id: ID!) { node(id: $id) { ... on Opportunity { amount } } }"
    read = (await api.data(query, as_="sales", id=id_))["node"]["amount"]
    assert Decimal(read) == Decimal(amount)
    assert len(read.partition(".")[2]) == 4


async def test_totals_are_exact_and_never_mix_currencies(api: Api) -> None:
    customer = await a_customer(api)
    for amount, currency in (
        ("0.1", "EUR"),
        ("0.2", "EUR"),
        ("999999999999999.99", "EUR"),
        ("0.01", "USD"),
        (None, "EUR"),
    ):
        await an_opportunity(api, customer, amount, currency)
    totals = "totals { currency amount count __typename } totalCount"
    of_customer = {"customer": {"eq": customer}}
    assert await page(api, "first: 1", totals, f=of_customer) == {
        "totals": [
            {
                "currency": "EUR",
                "amount": "1000000000000000.2900",
                "count": 3,
                "__typename": "MoneyTotal",
            },
            {"currency": "USD", "amount": "0.0100", "count": 1, "__typename": "MoneyTotal"},
        ],
        "totalCount": 5,
    }
    small = {**of_customer, "amount": {"lt": "1"}}
    assert (await page(api, "first: 0", "totals { amount }", f=small))["totals"] == [
        {"amount": "0.3000"},
        {"amount": "0.0100"},
    ]


async def test_totals_of_each_customer_stand_below_it(api: Api) -> None:
    ids = [await a_customer(api, tags=["summed"]) for _ in range(3)]
    for number, id_ in enumerate(ids):
        for _ in range(number):
            await an_opportunity(api, id_, "1.25")
    query = """{ customers(first: 9, filter: {tags: {hasAny: ["summed"]}},
        orderBy: {field: CREATED_AT}) { nodes { id opportunities(first: 1) {
        totals { amount count } totalCount nodes { amount } } } } }"""
    nodes = (await api.data(query, as_="sales"))["customers"]["nodes"]
    assert [node["id"] for node in nodes] == ids
    assert [node["opportunities"] for node in nodes] == [
        {"totals": [], "totalCount": 0, "nodes": []},
        {
            "totals": [{"amount": "1.2500", "count": 1}],
            "totalCount": 1,
            "nodes": [{"amount": "1.2500"}],
        },
        {
            "totals": [{"amount": "2.5000", "count": 2}],
            "totalCount": 2,
            "nodes": [{"amount": "1.2500"}],
        },
    ]


async def test_filters_find_what_they_say(api: Api) -> None:
    customer = await a_customer(api)
    small = await an_opportunity(api, customer, "10", expectedClose="2027-01-01")
    large = await an_opportunity(api, customer, "10.01", "USD")
    none = await an_opportunity(api, customer)
    await advance(api, none, "Won", 1)
    expected: list[tuple[dict[str, Any], set[str]]] = [
        ({"amount": {"eq": "10.0"}}, {small}),
        ({"amount": {"gt": "10"}}, {large}),
        ({"amount": {"gte": "10", "lt": "10.0001"}}, {small}),
        ({"amount": {"in": ["10", "11"]}}, {small}),
        ({"amount": {"isNull": True}}, {none}),
        ({"amount": {"neq": "10"}}, {large, none}),
        ({"currency": {"eq": "USD"}}, {large}),
        ({"status": {"eq": "WON"}}, {none}),
        ({"closedAt": {"isNull": False}}, {none}),
        ({"probability": {"lt": 100}}, {small, large}),
        ({"stage": {"eq": a_stage(api, "New")}}, {small, large}),
        ({"pipeline": {"neq": the_pipeline(api)}}, set()),
        ({"expectedClose": {"lte": "2027-01-01"}}, {small}),
        ({"expectedClose": {"in": ["2027-01-01"]}}, {small}),
        ({"externalReference": {"eq": {"system": "s", "id": "1"}}}, set()),
        ({"owner": {"isNull": False}}, {small, large, none}),
    ]
    for filter_, ids in expected:
        both = {"customer": {"eq": customer}, **filter_}
        nodes = (await page(api, "first: 9", "nodes { id }", f=both))["nodes"]
        assert {node["id"] for node in nodes} == ids, filter_


async def test_a_repeated_command_answers_with_the_first_opportunity(api: Api) -> None:
    customer = await a_customer(api)
    given = {
        "customerId": customer,
        "pipelineId": the_pipeline(api),
        "title": "Engines",
        "value": {"amount": "10.50", "currency": "EUR"},
        "clientMutationId": "once",
    }
    first, *others = await asyncio.gather(
        *(
            api.mutate("createOpportunity", "opportunity { id }", as_="sales", **given)
            for _ in range(3)
        )
    )
    assert others == [first, first]
    other = {**given, "value": {"amount": "10.51", "currency": "EUR"}}
    reused = await api.mutate("createOpportunity", "opportunity { id }", as_="sales", **other)
    assert [e["code"] for e in reused["userErrors"]] == ["KEY_REUSED"]
    found = await page(api, "first: 1", "totalCount", f={"customer": {"eq": customer}})
    assert found["totalCount"] == 1


async def test_what_is_not_there_is_said_where_it_stands(api: Api) -> None:
    other = await another_tenant(api)
    customer, foreign = await a_customer(api), await a_customer(other)
    good = {"customerId": customer, "pipelineId": the_pipeline(api), "title": "Engines"}
    for wrong, code in (
        ({"customerId": foreign}, "NOT_FOUND"),
        ({"customerId": f"cus_{NOBODY}"}, "NOT_FOUND"),
        ({"customerId": "nonsense"}, "NOT_FOUND"),
        ({"pipelineId": the_pipeline(other)}, "INVALID"),
        ({"pipelineId": "nonsense"}, "NOT_FOUND"),
        ({"stageId": a_stage(other, "New")}, "INVALID"),
        ({"stageId": "nonsense"}, "NOT_FOUND"),
        ({"title": ""}, "INVALID"),
    ):
        payload = await api.mutate(
            "createOpportunity", "opportunity { id }", as_="sales", **{**good, **wrong}
        )
        assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
            (code, ["input", *wrong])
        ], wrong
