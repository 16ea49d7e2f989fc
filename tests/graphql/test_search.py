"""Searching sealed texts: in several languages, ranked, highlighted, page by page."""

from typing import Any

import pytest

from tests.answers import assert_as_graphql_has_it
from tests.api import Api
from tests.builders import a_customer, an_interaction, an_opportunity, another_tenant

SEARCH = """query($q: String!, $types: [SearchedType!], $first: Int!, $after: String) {
  search(query: $q, types: $types, first: $first, after: $after) {
    hits { score cursor highlights { field fragment parts { text isMatch } }
      record { __typename ... on Node { id } ... on Customer { name } ... on Interaction { subject }
        ... on Opportunity { title } ... on Member { name } ... on Department { code } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } candidatesCapped } }"""


async def search(
    api: Api, q: str, *types: str, as_: str = "sales", first: int = 20, after: str | None = None
) -> dict[str, Any]:
    asked: dict[str, Any] = {"q": q, "types": list(types) or None, "first": first, "after": after}
    data = await api.data(SEARCH, as_=as_, **asked)
    assert_as_graphql_has_it(SEARCH, data, asked)
    return dict(data["search"])


def ids(results: dict[str, Any]) -> list[str]:
    return [hit["record"]["id"] for hit in results["hits"]]


def marked(hit: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [
        (one["field"], [part["text"] for part in one["parts"] if part["isMatch"]])
        for one in hit["highlights"]
    ]


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    return await another_tenant(api, "search")


@pytest.fixture(scope="module")
async def gonzalez(company: Api) -> str:
    points = [{"kind": "EMAIL", "value": "Ana.Gonzalez@Example.com"}]
    return await a_customer(
        company, givenName="Ana", familyName="González", language="es", contactPoints=points
    )


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("gonz", "name", ["González"]),
        ("GONZÁLEZ ana", "name", ["Ana", "González"]),
        ("gonzalez", "name", ["González"]),
        ("go\u0301nz", "name", ["González"]),
        ("ana.gonzalez@example.com", "email", ["Ana.Gonzalez@Example.com"]),
        ("gonzalez ANA.gonzalez@example.com", "email", ["Ana.Gonzalez@Example.com"]),
    ],
)
async def test_a_customer_is_found(
    company: Api, gonzalez: str, query: str, field: str, words: list[str]
) -> None:
    results = await search(company, query, "CUSTOMER")
    assert ids(results) == [gonzalez]
    assert (field, words) in marked(results["hits"][0])
    assert results["hits"][0]["record"]["name"] == "Ana González"


@pytest.mark.parametrize(
    "query", ["onzalez", "gonzalez bea", "gonzo", "nobody@example.com", "example"]
)
async def test_what_does_not_match_is_not_found(company: Api, gonzalez: str, query: str) -> None:
    assert (await search(company, query))["hits"] == []


TEXTS = [
    ("de", "Die Lieferungen in beide Häuser kamen nie an.", "haus lieferung", ["Lieferungen", "Häuser"]),
    ("es", "El cliente presentó dos reclamaciones.", "reclamacion", ["reclamaciones"]),
    ("fr", "Les livraisons étaient endommagées.", "livraison endommagé", ["livraisons", "endommagées"]),
    ("en-GB", "Both deliveries were damaged.", "delivery damage", ["deliveries", "damaged"]),
    (None, "Zwei Rechnungen fehlten.", "rechnung", ["Rechnungen"]),
    ("it", "The invoices were missing.", "invoice", ["invoices"]),
    ("pl", "Dostałem fakturę od Łukasza.", "lukasza", ["Łukasza"]),
    ("tr", "İstanbul'dan geldi.", "istanbul", ["İstanbul"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "body", "query", "words"), TEXTS)
async def test_a_text_is_found_by_other_forms_of_its_words(
    company: Api, language: str | None, body: str, query: str, words: list[str]
) -> None:
    customer = await a_customer(company, givenName="Nemo", familyName="X", language=language)
    interaction = await an_interaction(company, customer, body=body)
    results = await search(company, query, "INTERACTION")
    assert interaction in ids(results)
    hit = results["hits"][ids(results).index(interaction)]
    assert marked(hit) == [("body", words)]


async def test_a_whole_word_is_better_than_its_beginning_and_that_than_another_form(
    api: Api,
) -> None:
    company = await another_tenant(api, "ranks")
    customer = await a_customer(company, givenName="X", familyName="Y", language="en")
    given: list[dict[str, Any]] = [
        {"body": "two orders"},
        {"subject": "orderly"},
        {"body": "one order"},
        {"subject": "order"},
    ]
    made = [await an_interaction(company, customer, **values) for values in given]
    named = await a_customer(company, givenName="Order", familyName="Z")
    results = await search(company, "order", "CUSTOMER", "INTERACTION")
    assert ids(results) == [named, *made[::-1]]
    assert [hit["score"] for hit in results["hits"]] == [1.0, 0.9, 0.8, 0.54, 0.32]


async def test_equally_good_ones_are_shown_latest_first_and_page_by_page(api: Api) -> None:
    company = await another_tenant(api, "pages")
    customer = await a_customer(company, givenName="X", familyName="Y")
    made = [
        await an_interaction(
            company, customer, body="parcel", occurredAt=f"2026-01-0{day}T12:00:00Z"
        )
        for day in (3, 1, 5, 2, 4)
    ]
    latest = [made[i] for i in (2, 4, 0, 3, 1)]
    walked: list[str] = []
    after, more = None, True
    while more:
        page = await search(company, "parcel", first=2, after=after)
        walked += ids(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert walked == latest
    for q, types in (("parcels", ()), ("parcel", ("INTERACTION",))):
        asked: dict[str, Any] = {"q": q, "types": list(types) or None, "first": 2, "after": after}
        answer = await company.ask(SEARCH, as_="sales", **asked)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


async def test_all_types_are_searched_together(api: Api) -> None:
    company = await another_tenant(api, "types")
    customer = await a_customer(company, givenName="Sales", familyName="Y")
    interaction = await an_interaction(company, customer, subject="About sales")
    opportunity = await an_opportunity(company, customer, title="More sales")
    results = await search(company, "sales")
    kinds = {hit["record"]["__typename"] for hit in results["hits"]}
    assert kinds == {"Customer", "Interaction", "Opportunity", "Member", "Department"}
    assert {customer, interaction, opportunity} <= set(ids(results))
    assert ids(await search(company, "sales", "OPPORTUNITY")) == [opportunity]


async def test_a_change_is_found_and_what_was_is_not(company: Api) -> None:
    customer = await a_customer(company, givenName="Before", familyName="Marriage")
    change = {"id": customer, "expectedVersion": 1, "familyName": "Afterwards"}
    await company.mutate("updateCustomer", "customer { id }", as_="sales", **change)
    assert ids(await search(company, "afterw")) == [customer]
    assert ids(await search(company, "marriage")) == []


async def test_a_long_text_is_shown_around_its_first_match(company: Api) -> None:
    customer = await a_customer(company, givenName="X", familyName="Y")
    body = "padding " * 30 + "needle " + "padding " * 30 + "needle"
    await an_interaction(company, customer, body=body)
    ((highlight,),) = [hit["highlights"] for hit in (await search(company, "needle"))["hits"]]
    assert "".join(part["text"] for part in highlight["parts"]) == highlight["fragment"]
    assert [part["text"] for part in highlight["parts"] if part["isMatch"]] == ["needle"]
    assert highlight["fragment"].startswith("padding")
    assert 80 < len(highlight["fragment"]) <= 160


@pytest.mark.parametrize(
    ("query", "first", "code"),
    [
        ("", 1, "INVALID"),
        ("  ", 1, "INVALID"),
        ("—!", 1, "SEARCH"),
        ("a b c d e f g h i", 1, "SEARCH"),
        ("x" * 201, 1, "INVALID"),
        ("x\0", 1, "INVALID"),
        ("x", 101, "PAGE_SIZE"),
        ("x", -1, "PAGE_SIZE"),
    ],
)
async def test_a_search_that_cannot_be_is_refused(
    company: Api, query: str, first: int, code: str
) -> None:
    answer = await company.ask(SEARCH, as_="sales", q=query, first=first)
    assert answer["errors"][0]["extensions"]["code"] == code


async def test_a_search_of_many_words_is_answered(company: Api, gonzalez: str) -> None:
    query = "a an ana g go gon gonz gonzalez"
    assert ids(await search(company, query, "CUSTOMER")) == []
    assert ids(await search(company, "an ana go gon gonz gonza gonzal gonzalez")) == [gonzalez]
    assert (await search(company, "gonzalez", first=0))["hits"] == []
