"""Sealed names, looked up and put in order."""

from typing import Any

import pytest

from domain.reading.search import sorted_pages
from tests.api import Api
from tests.builders import a_customer, another_tenant
from tests.tampering import altered

FIND = """query($f: CustomerFilter) { customers(first: 9, filter: $f) { totalCount nodes { name } } }"""
PEOPLE = [
    ("Ana", "González"),
    ("Anna-Maria", "Müller"),
    ("Jürgen", "Mueller"),
    ("Zoë", "O’Brien"),
    ("anna", "Zimmer"),
]


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    company = await another_tenant(api, "names")
    for given, family in PEOPLE:
        await a_customer(company, givenName=given, familyName=family)
    await a_customer(
        company,
        kind="ORGANIZATION",
        givenName=None,
        familyName=None,
        organizationName="Anker & Söhne GmbH",
    )
    return company


async def found(api: Api, as_: str = "sales", **name: Any) -> set[str]:
    answer = await api.data(FIND, as_=as_, f={"name": name})
    names = {node["name"] for node in answer["customers"]["nodes"]}
    assert answer["customers"]["totalCount"] == len(names)
    return names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ({"startsWith": "ann"}, {"Anna-Maria Müller", "anna Zimmer"}),
        ({"startsWith": "AN"}, {"Ana González", "Anna-Maria Müller", "anna Zimmer", "Anker & Söhne GmbH"}),
        ({"startsWith": "Ana Gónzalez"}, {"Ana González"}),
        ({"startsWith": "Gonz"}, set()),
        ({"startsWith": "anker & soe"}, {"Anker & Söhne GmbH"}),
        ({"eq": "ANNA ZIMMER"}, {"anna Zimmer"}),
        ({"eq": "Anna"}, set()),
        ({"in": ["zoe o’brien", "Jurgen Mueller", "nobody"]}, {"Zoë O’Brien", "Jürgen Mueller"}),
        ({"in": []}, set()),
        ({"hasWords": "mull"}, {"Anna-Maria Müller", "Jürgen Mueller"}),
        ({"hasWords": "Müller"}, {"Anna-Maria Müller", "Jürgen Mueller"}),
        ({"hasWords": "muell ann"}, {"Anna-Maria Müller"}),
        ({"hasWords": "gmbh söhne"}, {"Anker & Söhne GmbH"}),
        ({"matches": "GONZALES"}, {"Ana González"}),
        ({"matches": "gonz"}, {"Ana González"}),
        ({"matches": "Gnozalez ana"}, {"Ana González"}),
        ({"matches": "ana gonzalesz"}, {"Ana González"}),
        ({"matches": "mulller"}, {"Anna-Maria Müller", "Jürgen Mueller"}),
        ({"matches": "Möller jurgen"}, {"Jürgen Mueller"}),
        ({"matches": "cimmer"}, {"anna Zimmer"}),
        ({"matches": "obrien"}, {"Zoë O’Brien"}),
        ({"matches": "gon zalez"}, {"Ana González"}),
        ({"matches": "o brian"}, {"Zoë O’Brien"}),
        ({"matches": "ancker"}, {"Anker & Söhne GmbH"}),
        ({"matches": "ana zimmerli"}, {"anna Zimmer"}),
        ({"matches": "gonzalez müller"}, set()),
        ({"matches": "xy"}, set()),
    ],
)  # fmt: skip
async def test_a_name_is_found(company: Api, name: dict[str, Any], expected: set[str]) -> None:
    assert await found(company, **name) == expected


MOVE = """mutation($id: ID!, $version: Int!, $country: String) { updateCustomer(input: {id: $id,
  expectedVersion: $version, country: $country}) { customer { version } userErrors { code } } }"""


async def test_a_name_is_found_by_its_beginning_within_a_country(api: Api) -> None:
    company = await another_tenant(api, "countries")
    anna = await a_customer(company, givenName="Anna", familyName="Adam", country="DE")
    await a_customer(company, givenName="Anna", familyName="Abel", country="FR")

    async def within(country: str, **more: Any) -> set[str]:
        both = {"country": {"eq": country}, "name": {"startsWith": "anna"}, **more}
        nodes = (await company.data(FIND, as_="sales", f=both))["customers"]["nodes"]
        return {node["name"] for node in nodes}

    assert await within("DE") == {"Anna Adam"}
    assert await within("FR") == {"Anna Abel"}
    assert await within("DE", **{"not": {"country": {"eq": "DE"}}}) == set()
    moved = await company.data(MOVE, as_="sales", id=anna, version=1, country="FR")
    assert moved["updateCustomer"]["userErrors"] == []
    assert (await within("DE"), await within("FR")) == (set(), {"Anna Adam", "Anna Abel"})


# --- the order by name ----------------------------------------------------------------------------

PAGE = """query($f: CustomerFilter, $d: Direction!, $first: Int, $after: String, $last: Int,
  $before: String) {
  customers(filter: $f, orderBy: {field: NAME, direction: $d}, first: $first, after: $after,
    last: $last, before: $before) {
    totalCount edges { cursor node { name } } nodes { id country }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
IN_ORDER = [
    "Ana González",
    "Anker & Söhne GmbH",
    "anna Zimmer",
    "Anna-Maria Müller",
    "Jürgen Mueller",
    "Zoë O’Brien",
]


async def page(api: Api, as_: str = "sales", d: str = "ASC", **arguments: Any) -> dict[str, Any]:
    return dict((await api.data(PAGE, as_=as_, d=d, **arguments))["customers"])


def shown(customers: dict[str, Any]) -> list[str | None]:
    return [edge["node"]["name"] for edge in customers["edges"]]


@pytest.mark.parametrize(("d", "expected"), [("ASC", IN_ORDER), ("DESC", IN_ORDER[::-1])])
async def test_customers_are_put_in_the_order_of_their_names(
    company: Api, d: str, expected: list[str]
) -> None:
    everybody = await page(company, d=d, first=9)
    assert shown(everybody) == expected
    assert everybody["totalCount"] == 6
    assert len(everybody["nodes"]) == 6
    assert everybody["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize("d", ["ASC", "DESC"])
async def test_the_order_is_walked_in_both_directions(company: Api, d: str) -> None:
    whole = shown(await page(company, d=d, first=9))
    for size, ahead, behind, this_way, info in (
        ("first", "after", "endCursor", 1, "hasNextPage"),
        ("last", "before", "startCursor", -1, "hasPreviousPage"),
    ):
        walked: list[str | None] = []
        cursor, more = None, True
        while more:
            arguments: dict[str, Any] = {"d": d, size: 2, ahead: cursor}
            one = await page(company, **arguments)
            walked += shown(one)[::this_way]
            assert one["totalCount"] == 6
            cursor, more = one["pageInfo"][behind], one["pageInfo"][info]
        assert walked[::this_way] == whole


async def test_a_filtered_set_is_put_in_order(company: Api) -> None:
    filtered = await page(company, first=1, f={"name": {"startsWith": "ann"}})
    assert shown(filtered) == ["anna Zimmer"]
    assert filtered["totalCount"] == 2
    assert filtered["pageInfo"]["hasNextPage"] is True


async def test_a_cursor_goes_on_where_its_row_has_gone(api: Api) -> None:
    company = await another_tenant(api, "gone")
    ids = [await a_customer(company, givenName=name, familyName="X") for name in "ABC"]
    first = await page(company, first=2)
    await company.mutate("eraseSubject", "customer { id }", as_="compliance", customerId=ids[1])
    rest = await page(company, first=2, after=first["pageInfo"]["endCursor"])
    assert [node["id"] for node in rest["nodes"]] == [ids[2], ids[1]]


async def test_a_cursor_of_another_order_is_refused(company: Api) -> None:
    cursor = (await page(company, first=2))["pageInfo"]["endCursor"]
    for other in (
        {"d": "DESC", "first": 2, "after": cursor},
        {"first": 2, "after": cursor, "f": {"name": {"startsWith": "a"}}},
        {"first": 2, "after": altered(cursor)},
    ):
        answer = await company.ask(PAGE, as_="sales", **{"d": "ASC", **other})
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


async def test_an_order_by_name_stands_alone(company: Api) -> None:
    query = (
        """{ customers(first: 1, orderBy: [{field: NAME}, {field: CREATED_AT}]) { totalCount } }"""
    )
    answer = await company.ask(query, as_="sales")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_too_many_are_not_put_in_order(company: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_pages, "SORTED_MAX", 6)
    sorted_pages.names.cache_clear()
    assert (await page(company, first=1))["totalCount"] == 6
    monkeypatch.setattr(sorted_pages, "SORTED_MAX", 5)
    sorted_pages.names.cache_clear()
    answer = await company.ask(PAGE, as_="sales", d="ASC", first=1)
    assert answer["errors"][0]["extensions"] == {"code": "TOO_MANY_TO_SORT", "fields": ["orderBy"]}
    sorted_pages.names.cache_clear()
