"""``search`` finds telephone numbers and external ids, and offers names that are nearly alike (F10)."""

from typing import Any

import pytest

from domain.declaration.kinds import Manner
from domain.entities.opportunities import OPPORTUNITY
from domain.searching.modes import USUAL_MODES
from domain.searching.query import parsed
from domain.searching.sources import sources_of
from domain.searching.tokens import exact_tokens, row_tokens
from privacy.vault import IndexKeys
from tests.api import Api
from tests.builders import a_customer, a_department, another_tenant

SEARCH = """query($q: String!) { search(query: $q, first: 9) {
  hits { score record { __typename ... on Node { id } } highlights { field fragment } }
  nearly { id name } } }"""
NUMBER = "+49 30 9710001"


@pytest.fixture(scope="module")
async def company(api: Api) -> Api:
    return await another_tenant(api, "search-numbers")


@pytest.fixture(scope="module")
async def ada(company: Api) -> str:
    return await a_customer(
        company,
        givenName="Ada",
        familyName="Gonzalez",
        contactPoints=[{"kind": "PHONE", "value": NUMBER}],
        externalReferences=[
            {"system": "shop", "id": "4711-Xy"},
            {"system": "erp", "id": "C000815"},
        ],
    )


@pytest.fixture(scope="module")
async def hidden(company: Api) -> str:
    """Of another department: sales may not see its number."""
    return await a_customer(
        company,
        departmentId=a_department(company, "SUPPORT"),
        givenName="Hid",
        familyName="Quasimodo",
        contactPoints=[{"kind": "PHONE", "value": "+49 30 9710777"}],
        externalReferences=[{"system": "shop", "id": "SECRET77"}],
    )


async def search(api: Api, q: str, as_: str = "sales") -> dict[str, Any]:
    return dict((await api.data(SEARCH, as_=as_, q=q))["search"])


async def found(api: Api, q: str, as_: str = "sales") -> list[str]:
    return [hit["record"]["id"] for hit in (await search(api, q, as_))["hits"]]


SPELLINGS = (
    *(NUMBER, "030 9710001", "(030) 971-0001", "0049309710001", "+49309710001", "030/971 00 01"),
    *("tel:+49-30-9710001", "Tel.: 030 9710001", "49309710001", "0309710001"),
)


@pytest.mark.parametrize("q", SPELLINGS)
async def test_a_number_is_found_in_any_spelling(company: Api, ada: str, q: str) -> None:
    (hit,) = (await search(company, q))["hits"]
    assert hit["record"]["id"] == ada
    assert hit["highlights"] == [{"field": "phone", "fragment": NUMBER}]


@pytest.mark.parametrize("q", ["030 9710002", "9710001 ada", "97", "1" * 30])
async def test_another_number_finds_nobody(company: Api, ada: str, q: str) -> None:
    assert ada not in await found(company, q)


@pytest.mark.parametrize(
    "q", ["4711-Xy", "4711-xy", "4711xy", "C000815", "c000815", "C000815 gonzalez"]
)
async def test_an_id_elsewhere_is_found(company: Api, ada: str, q: str) -> None:
    assert await found(company, q) == [ada]


def test_a_deal_leaves_what_finds_its_id_elsewhere() -> None:
    """Only imports give deals such ids."""
    values = {"title": "Engines", "external_references": [{"system": "shop", "id": "ORD-99"}]}
    keys = IndexKeys(b"k" * 32)
    left = set(row_tokens(keys, OPPORTUNITY, {}, values, None, USUAL_MODES))
    (source,) = (one for one in sources_of(OPPORTUNITY) if one.manner is Manner.REFERENCE)
    for wanted in ("ORD-99", "ord99"):
        assert all(left.intersection(row) for row in exact_tokens(keys, source, parsed(wanted)))


async def test_half_an_id_finds_nobody(company: Api, ada: str) -> None:
    assert await found(company, "C0008") == []


async def test_what_is_hidden_is_not_found_nor_told_apart_from_what_is_not_there(
    company: Api, hidden: str
) -> None:
    for there, nowhere in (("030 9710777", "030 9710778"), ("SECRET77", "SECRET78")):
        assert await found(company, there, "compliance") == [hidden]
        as_sales = await search(company, there)
        allowed = [hit["record"]["id"] for hit in as_sales["hits"]]
        by_filter = await company.data(
            "query($p: String!) { customers(first: 5, filter: {phone: {eq: $p}}) { nodes { id } } }",
            as_="sales",
            p="030 9710777",
        )
        assert allowed == [node["id"] for node in by_filter["customers"]["nodes"]]
        assert (await search(company, nowhere))["hits"] == []


async def test_names_that_are_nearly_alike_are_offered_where_nothing_matches(
    company: Api, ada: str
) -> None:
    offered = await search(company, "gonsales ada")
    assert offered["hits"] == []
    assert [one["id"] for one in offered["nearly"]] == [ada]
    assert (await search(company, "gonzalez"))["nearly"] == []
    assert (await search(company, "zzzyx"))["nearly"] == []


async def test_who_may_look_up_no_name_is_offered_none(company: Api, ada: str) -> None:
    """Of a tenant's purposes one that no consent was given for shows no names."""
    assert [one["id"] for one in (await search(company, "gonsales"))["nearly"]] == [ada]
    assert (await search(company, "gonsales", "marketing"))["nearly"] == []
