"""Sealed names that somebody does not know well: the nearest first, page by page."""

from typing import Any

import pytest

from domain.reading.search import sorted_pages
from tests.api import Api
from tests.builders import a_customer, an_opportunity, another_tenant

PAGE = """query($name: String!, $first: Int, $after: String, $last: Int, $before: String,
  $by: [CustomerOrder!]) {
  customers(filter: {name: {matches: $name}}, first: $first, after: $after, last: $last, before: $before,
    orderBy: $by) {
    totalCount edges { cursor node { name } } nodes { country }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
PEOPLE = [
    ("Ada", "Jonssen"),
    ("Ben", "Jonson"),
    ("Cid", "Johnson"),
    ("Dora", "Johansson"),
    ("Eve", "Petersen"),
    ("Fay", "Meier"),
    ("Guy", "Mayer"),
]
NEAREST = ["Ben Jonson", "Cid Johnson", "Ada Jonssen", "Dora Johansson"]


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    company = await another_tenant(api, "near-names")
    for given, family in PEOPLE:
        await a_customer(company, givenName=given, familyName=family)
    return company


async def page(api: Api, name: str, **arguments: Any) -> dict[str, Any]:
    return dict((await api.data(PAGE, as_="sales", name=name, **arguments))["customers"])


def shown(customers: dict[str, Any]) -> list[str]:
    return [edge["node"]["name"] for edge in customers["edges"]]


async def test_the_nearest_come_first(company: Api) -> None:
    found = await page(company, "jonson", first=9)
    assert shown(found) == NEAREST
    assert found["totalCount"] == len(found["nodes"]) == 4
    assert shown(await page(company, "mayer", first=9)) == ["Guy Mayer", "Fay Meier"]
    assert shown(await page(company, "meier", first=9)) == ["Fay Meier", "Guy Mayer"]


async def test_the_nearest_are_walked_in_both_directions(company: Api) -> None:
    for size, ahead, behind, this_way, info in (
        ("first", "after", "endCursor", 1, "hasNextPage"),
        ("last", "before", "startCursor", -1, "hasPreviousPage"),
    ):
        walked: list[str] = []
        cursor, more = None, True
        while more:
            arguments: dict[str, Any] = {size: 3, ahead: cursor}
            one = await page(company, "jonson", **arguments)
            walked += shown(one)[::this_way]
            assert one["totalCount"] == 4
            cursor, more = one["pageInfo"][behind], one["pageInfo"][info]
        assert walked[::this_way] == NEAREST


async def test_a_cursor_belongs_to_what_was_looked_for(company: Api) -> None:
    cursor = (await page(company, "jonson", first=2))["pageInfo"]["endCursor"]
    for other in ({"name": "jonso"}, {"name": "jonson", "by": [{"field": "NAME"}]}):
        answer = await company.ask(PAGE, as_="sales", first=2, after=cursor, **other)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


async def test_another_order_is_kept(company: Api) -> None:
    by_name = await page(company, "jonson", first=9, by=[{"field": "NAME", "direction": "DESC"}])
    assert shown(by_name) == sorted(NEAREST, reverse=True)
    newest = await page(company, "jonson", first=9, by=[{"field": "CREATED_AT"}])
    assert shown(newest) == sorted(NEAREST)


async def test_names_count_wherever_a_filter_stands(company: Api) -> None:
    customer = await a_customer(company, givenName="Hugo", familyName="Schwarzenberger")
    await an_opportunity(company, customer, "10")
    query = """{
      not: customers(first: 9, filter: {not: {name: {matches: "jonson"}}}) { totalCount }
      either: customers(first: 9, filter: {or: [{name: {matches: "myer"}}, {name: {eq: "eve petersen"}}]}) {
        totalCount nodes { name } }
      both: customers(first: 9, filter: {and: [{name: {matches: "mayer"}}], country: {isNull: true}}) {
        totalCount nodes { name } }
      behind: opportunities(first: 9, filter: {customer: {is: {name: {matches: "shwarzenberger"}}}}) {
        totalCount } }"""
    data = await company.data(query, as_="sales")
    assert data["not"]["totalCount"] == 4
    assert {node["name"] for node in data["either"]["nodes"]} == {
        "Guy Mayer",
        "Eve Petersen",
        "Fay Meier",
    }
    assert [node["name"] for node in data["both"]["nodes"]] in (["Guy Mayer", "Fay Meier"], [])
    assert data["behind"]["totalCount"] == 1


@pytest.mark.parametrize("name", ["", " ", "- ’", "a b c d e f g h i"])
async def test_a_name_has_one_to_eight_words(company: Api, name: str) -> None:
    answer = await company.ask(PAGE, as_="sales", name=name, first=1)
    assert answer["errors"][0]["extensions"]["code"] in {"SEARCH", "INVALID"}


@pytest.mark.parametrize("name", ["x" * 200, "a", "%", "Ω", "张伟", "o" * 20 + " " + "k" * 20])
async def test_whatever_is_looked_for_is_answered(company: Api, name: str) -> None:
    answer = await company.ask(PAGE, as_="sales", name=name, first=1)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= {"SEARCH"}


async def test_too_many_are_not_ranked(company: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_pages, "SORTED_MAX", 3)
    sorted_pages.names.cache_clear()
    answer = await company.ask(PAGE, as_="sales", name="jonson", first=1)
    assert answer["errors"][0]["extensions"] == {"code": "TOO_MANY_TO_SORT", "fields": ["filter"]}
    unranked = await page(company, "jonson", first=9, by=[{"field": "CREATED_AT"}])
    assert unranked["totalCount"] == 4
    sorted_pages.names.cache_clear()
