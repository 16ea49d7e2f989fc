"""Where customers are: kept to a tenth of a degree, shown and found by as rules say."""

from typing import Any

import pytest
import sqlalchemy as sa

from domain.tables import customers
from domain.values.errors import InvalidInputError
from policy.rules import Effect, Rule
from tests.api import Api
from tests.builders import a_customer, add_rules, another_tenant, as_service, put

READ = """query($id: ID!) { node(id: $id) { ... on Customer { location { latitude longitude __typename }
    redactions { field reason } } } }"""
FIND = """query($at: CircleInput!) { customers(first: 9, filter: {location: {within: $at}}) {
    totalCount nodes { id } } }"""
BERLIN = {"latitude": 52.52, "longitude": 13.405}


def a_place(latitude: float, longitude: float) -> dict[str, float]:
    return {"latitude": latitude, "longitude": longitude}


async def seen(api: Api, id_: str, as_: str = "sales") -> Any:
    node = (await api.data(READ, as_=as_, id=id_))["node"]
    withheld = {one["field"]: one["reason"] for one in node["redactions"]}
    if node["location"] is not None:
        assert node["location"].pop("__typename") == "Location"
    return node["location"] or withheld.get("location")


async def found(api: Api, place: dict[str, float], kilometres: float) -> set[str]:
    at = {**place, "kilometres": kilometres}
    page = (await api.data(FIND, as_="sales", at=at))["customers"]
    assert page["totalCount"] == len(page["nodes"])
    return {node["id"] for node in page["nodes"]}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((52.52, 13.405), (52.5, 13.4)),
        ((52.55, 13.45), (52.6, 13.4)),  # A half goes to the even tenth.
        ((-33.8688, 151.2093), (-33.9, 151.2)),
        ((90, -180), (90, -180)),
        ((-90, 180), (-90, 180)),
        ((-0.04, 0.04), (0, 0)),
    ],
)
async def test_a_location_is_kept_to_a_tenth_of_a_degree(
    api: Api, given: tuple[float, float], kept: tuple[float, float]
) -> None:
    id_ = await a_customer(api, location=a_place(*given))
    assert await seen(api, id_) == a_place(*kept)
    async with as_service(api) as work:
        query = sa.select(customers.c.location).where(customers.c.id == id_[4:])
        stored = (await work.execute(query)).scalar_one()
    assert stored == [round(number * 10) for number in kept]


async def test_a_location_is_changed_and_taken_away(api: Api) -> None:
    id_ = await a_customer(api, location=BERLIN)
    steps: list[tuple[Any, Any, int]] = [
        (a_place(52.48, 13.44), a_place(52.5, 13.4), 1),  # The same tenths: nothing changes.
        (a_place(48.1, 11.6), a_place(48.1, 11.6), 2),
        (None, None, 3),
    ]
    version = 1
    for location, expected, after in steps:
        payload = await api.mutate(
            "updateCustomer",
            "customer { version location { latitude longitude } }",
            as_="sales",
            id=id_,
            expectedVersion=version,
            location=location,
        )
        version = after
        assert payload["customer"] == {"version": version, "location": expected}


@pytest.mark.parametrize(
    ("place", "member"),
    [
        (a_place(90.04, 0), "latitude"),
        (a_place(-91, 0), "latitude"),
        (a_place(0, 180.04), "longitude"),
        (a_place(1e300, 0), "latitude"),
    ],
)
async def test_what_is_no_place_is_said_where_it_stands(
    api: Api, place: dict[str, float], member: str
) -> None:
    payload = await api.mutate(
        "createCustomer",
        "customer { id }",
        as_="sales",
        kind="PERSON",
        givenName="A",
        location=place,
    )
    assert [(e["code"], e["path"]) for e in payload["userErrors"]] == [
        ("INVALID", ["input", "location", member])
    ]


async def test_customers_are_found_within_a_circle(api: Api) -> None:
    company = await another_tenant(api, "circles")
    berlin = await a_customer(company, location=BERLIN)
    potsdam = await a_customer(company, location=a_place(52.4, 13.06))
    west = await a_customer(company, location=a_place(-16.5, 179.9))
    east = await a_customer(company, location=a_place(-16.5, -179.9))
    nowhere = await a_customer(company)
    assert await found(company, BERLIN, 5) == {berlin}
    assert await found(company, BERLIN, 50) == {berlin, potsdam}
    assert await found(company, a_place(-16.5, 180), 25) == {west, east}
    assert await found(company, a_place(0, 0), 20_037.5) == {berlin, potsdam, west, east}
    query = """{ here: customers(first: 9, filter: {location: {isNull: false}}) { totalCount }
        none: customers(first: 9, filter: {location: {isNull: true}}) { nodes { id } }
        away: customers(first: 9, filter: {not: {location: {within: {latitude: 52.5, longitude: 13.4,
          kilometres: 50}}}}) { nodes { id } } }"""
    answer = await company.data(query, as_="sales")
    assert answer["here"]["totalCount"] == 4
    assert [node["id"] for node in answer["none"]["nodes"]] == [nowhere]
    assert {node["id"] for node in answer["away"]["nodes"]} == {west, east, nowhere}


@pytest.mark.parametrize(
    "circle",
    [
        {"latitude": 90.1, "longitude": 0, "kilometres": 1},
        {"latitude": 0, "longitude": -180.1, "kilometres": 1},
        {"latitude": 0, "longitude": 0, "kilometres": 0},
        {"latitude": 0, "longitude": 0, "kilometres": -5},
        {"latitude": 0, "longitude": 0, "kilometres": 20_037.6},
    ],
)
async def test_a_circle_that_cannot_be_is_refused(api: Api, circle: dict[str, float]) -> None:
    answer = await api.ask(FIND, as_="sales", at=circle)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert not any(str(number) in error["message"] for number in (90.1, -180.1, 20_037.6))


async def test_a_location_is_shown_to_whom_rules_and_purpose_name(api: Api) -> None:
    id_ = await a_customer(api, location=BERLIN)
    for as_, expected in (
        ("sales", a_place(52.5, 13.4)),
        ("compliance", a_place(52.5, 13.4)),
        ("support", "DENIED"),
        ("finance", "DENIED"),
        ("admin", "DENIED"),
    ):
        assert await seen(api, id_, as_) == expected
    refused = await api.ask(FIND, as_="support", at={**BERLIN, "kilometres": 50})
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    company = await another_tenant(api, "named")
    await add_rules(
        company,
        Rule("SUPPORT:MEMBER", "customer", "read", "support", "not self", ("location",)),
        Rule("ADMIN", "customer", "read", "administration", "not self", ("location~",)),
    )
    id_ = await a_customer(company, location=BERLIN)
    assert await seen(company, id_, "support") == "PURPOSE"
    assert await seen(company, id_, "admin") == "MASKED"


async def test_rows_are_shown_and_denied_by_how_far_away_they_are(api: Api) -> None:
    company = await another_tenant(api, "denied-far-away")
    far = "not radius(52.5 13.4 500)"
    await add_rules(
        company, Rule("SALES:MEMBER", "customer", "read", "sales", far, ("tags",), Effect.DENY)
    )
    berlin, paris, nowhere = [
        await a_customer(company, location=place) for place in (BERLIN, a_place(48.86, 2.35), None)
    ]
    query = "{ customers(first: 9) { nodes { id redactions { field } tags } } }"
    nodes = (await company.data(query, as_="sales"))["customers"]["nodes"]
    assert {node["id"] for node in nodes if not node["redactions"]} == {berlin}
    assert {node["id"] for node in nodes if node["redactions"]} == {paris, nowhere}
    explain = """query($id: ID!) { explain(principal: "sales", action: READ, id: $id) {
        rules { id holds } conditions { name holds } } }"""
    for id_, is_near in ((berlin, True), (paris, False), (nowhere, False)):
        told = (await company.data(explain, as_="admin", id=id_))["explain"]
        assert [one["holds"] for one in told["conditions"] if "radius" in one["name"]] == [is_near]
        (denying,) = [rule for rule in told["rules"] if far in rule["id"]]
        assert denying["holds"] is not is_near
        assert not any(place in str(told) for place in ("48.9", "2.4", "489", "525", "134"))


@pytest.mark.parametrize(
    "location",
    [[1], [1, 2, 3], [901, 0], [-901, 0], [0, 1801], [0, -1801], [0, None], [None, 0], []],
)
async def test_the_database_takes_nothing_else(api: Api, location: list[int | None]) -> None:
    id_ = await a_customer(api, location=BERLIN)
    with pytest.raises(InvalidInputError, match="ck_customers_location"):
        await put(api, customers, id_, location=location)
