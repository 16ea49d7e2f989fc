"""Sealed names, looked up and put in order."""

from typing import Any

import pytest

from tests.api import Api
from tests.builders import a_customer, another_tenant

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
        ({"hasWords": "mull"}, {"Anna-Maria Müller"}),
        ({"hasWords": "Müller"}, {"Anna-Maria Müller", "Jürgen Mueller"}),
        ({"hasWords": "muell ann"}, {"Anna-Maria Müller"}),
        ({"hasWords": "gmbh söhne"}, {"Anker & Söhne GmbH"}),
    ],
)  # fmt: skip
async def test_a_name_is_found(company: Api, name: dict[str, Any], expected: set[str]) -> None:
    assert await found(company, **name) == expected
