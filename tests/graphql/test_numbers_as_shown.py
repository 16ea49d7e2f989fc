"""Telephone numbers, found as a record shows them and with their country: O17, O33.

The tenant is in Germany, its customers are not.
"""

from typing import Any

import pytest

from tests.api import Api
from tests.builders import a_customer, an_interaction, another_tenant

FILTER = "query($p: String!) { customers(first: 9, filter: {phone: {eq: $p}}) { nodes { id } } }"
CALLER = """query($p: String!) {
    interactionsByContactPoint(phone: $p, first: 9) { nodes { customer { id } } } }"""
SEARCH = (
    "query($p: String!) { search(query: $p, first: 9) { hits { record { ... on Node { id } } } } }"
)
SHOWN = [
    (
        "FR",
        "06 98 95 00 05",
        ["06 98 95 00 05", "0698950005", "+33 6 98 95 00 05", "0033698950005"],
    ),
    (
        "AT",
        "0664 1234567",
        ["0664 1234567", "0664/123 45 67", "+43 664 1234567", "0043664 1234567"],
    ),
    ("CH", "044 668 18 00", ["044 668 18 00", "0446681800", "+41 44 668 18 00", "0041446681800"]),
    ("IT", "06 1234 5678", ["06 1234 5678", "0612345678", "+39 06 1234 5678", "00390612345678"]),
    (
        "US",
        "(212) 555-0123",
        ["(212) 555-0123", "212-555-0123", "+1 212 555 0123", "0012125550123"],
    ),
    ("CA", "1-800-FLOWERS", ["1-800-FLOWERS", "1-800-356-9377", "+1 800 356 9377"]),
    ("DO", "1-809-555-1234", ["1-809-555-1234", "809 555 1234", "+1 809 555 1234"]),
    ("KZ", "8 (727) 234-56-78", ["8 (727) 234-56-78", "87272345678", "+7 727 2345678"]),
    ("JE", "01534 123456", ["01534/123456", "+44 1534 123456", "+44 (0)1534 123456"]),
    ("BE", "02/51/23/456", ["02/51/23/456", "02 512 34 56", "+32 2 512 34 56"]),
]
"""Whose it is, as the record shows it, and how it is asked for."""
ALIKE = [
    "+49 698 950005",
    "+43 698 950005",
    "+33 6 98 95 00 06",
    "06 98 95 00 0",
    "+49 664 1234567",
    "+41 664 1234567",
    "+49 44 6681800",
    "+39 044 6681800",
    "+49 6 12345678",
    "+33 6 12 34 56 78",
    "+49 212 5550123",
    "+44 212 5550123",
]
EXTENDED = [
    ("+49 30 9011111 ext. 12", True),
    ("030 9011111 Durchwahl 12", True),
    ("030 901 11 11 x12", True),
    ("+49 30 9011111", True),
    ("+49 30 9011111 ext. 99", False),
    ("030 9011111 DW 1", False),
    ("030 9011111 x 112", False),
]


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    return await another_tenant(api, "numbers-as-shown")


@pytest.fixture(scope="module")
async def people(company: Api) -> dict[str, str]:
    """Somebody of each country, and somebody in Berlin with an extension; each was talked to."""
    numbers = {country: number for country, number, _ in SHOWN}
    numbers["DE"] = "+49 30 9011111 ext. 12"
    made = {}
    for country, number in numbers.items():
        points = [{"kind": "PHONE", "value": number}]
        made[country] = await a_customer(
            company, familyName=f"Of{country}", country=country, contactPoints=points
        )
        await an_interaction(company, made[country])
    return made


async def by_filter(api: Api, number: str, as_: str = "sales") -> set[str]:
    data = await api.data(FILTER, as_=as_, p=number)
    return {node["id"] for node in data["customers"]["nodes"]}


async def by_caller(api: Api, number: str, as_: str = "sales") -> set[str]:
    data = await api.data(CALLER, as_=as_, p=number)
    return {node["customer"]["id"] for node in data["interactionsByContactPoint"]["nodes"]}


async def by_search(api: Api, number: str, as_: str = "sales") -> set[str]:
    hits = (await api.data(SEARCH, as_=as_, p=number))["search"]["hits"]
    return {hit["record"]["id"] for hit in hits if hit["record"]["id"].startswith("cus_")}


WAYS = [by_filter, by_caller, by_search]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("country", [country for country, _, _ in SHOWN])
async def test_somebody_abroad_is_found_as_the_record_shows_the_number_and_with_the_country(
    company: Api, people: dict[str, str], country: str, way: Any
) -> None:
    """O17."""
    (asked,) = (spellings for of, _, spellings in SHOWN if of == country)
    found = {number: await way(company, number) for number in asked}
    assert found == {number: {people[country]} for number in asked}


@pytest.mark.parametrize("way", WAYS)
async def test_nobody_is_found_by_a_number_of_another_country_that_looks_alike(
    company: Api, people: dict[str, str], way: Any
) -> None:
    """O17."""
    assert people
    found = {number: await way(company, number) for number in ALIKE}
    assert found == {number: set() for number in ALIKE}


@pytest.mark.parametrize("way", WAYS)
async def test_who_has_another_extension_is_not_found(
    company: Api, people: dict[str, str], way: Any
) -> None:
    """O33."""
    found = {asked: await way(company, asked) for asked, _ in EXTENDED}
    assert found == {asked: {people["DE"]} if has_it else set() for asked, has_it in EXTENDED}


@pytest.mark.parametrize("way", WAYS)
async def test_who_may_not_see_the_number_finds_nobody_by_any_of_its_spellings(
    company: Api, people: dict[str, str], way: Any
) -> None:
    """A partner may not even ask by a number; a search and who is calling answer as for an unknown one."""
    assert people
    for asked in SHOWN[0][2]:
        if way is by_filter:
            answer = await company.ask(FILTER, as_="rival", p=asked)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        else:
            assert await way(company, asked, "rival") == set()


async def test_a_number_follows_the_country_that_its_record_is_given(company: Api) -> None:
    """O17: found as it is dialled where the record stands now, and no more where it stood."""
    points = [{"kind": "PHONE", "value": "06 97 11 22 33"}]
    id_ = await a_customer(company, familyName="Mover", country="FR", contactPoints=points)
    assert await by_filter(company, "+33 6 97 11 22 33") == {id_}
    change = {"id": id_, "expectedVersion": 1, "country": "IT"}
    payload = await company.mutate("updateCustomer", "customer { id }", as_="sales", **change)
    assert payload["userErrors"] == []
    assert await by_filter(company, "+39 06 97112233") == {id_}
    assert await by_filter(company, "06 97 11 22 33") == {id_}
    assert await by_filter(company, "+33 6 97 11 22 33") == set()
